import type { ScriptFailure } from "../kernel/scripts/result.ts";
import type { CloudCode } from "./cloudcode.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { LoadedScripts } from "./load.ts";
import { noCloudCode } from "./none.ts";
import type { RunningCloudCode } from "./start.ts";
import { FolderWatch } from "./watch.ts";

export type ReloadEvent =
  | { type: "reloaded"; version: number; scripts: number; problems: readonly ScriptFailure[] }
  /** The old scripts stay in use; loading is retried. */
  | { type: "unreadable"; reason: string };

const RETRY_MS = 1_000;

/** Cloud Code that reloads when its folder changes. Runs that start afterwards use the new version. */
export async function followFolder(options: {
  scripts: LoadedScripts;
  load: (before: LoadedScripts) => Promise<LoadedScripts>;
  start: (scripts: LoadedScripts) => Promise<RunningCloudCode>;
  onReload: (event: ReloadEvent) => void;
}): Promise<CloudCode> {
  const { load, start, onReload } = options;
  let scripts = options.scripts;
  let running = scripts.byName.size > 0 ? await start(scripts) : undefined;
  let wasUnreadable = false;
  let closed = false;

  const check = async (): Promise<void> => {
    let newer: LoadedScripts;
    try {
      // Watch before reading, so that no change is missed.
      watch.watch(scripts.folders);
      newer = await load(scripts);
    } catch (error) {
      if (!wasUnreadable && !closed) onReload({ type: "unreadable", reason: (error as Error).message });
      wasUnreadable = true;
      retry = setTimeout(again, RETRY_MS).unref();
      return;
    }
    wasUnreadable = false;
    if (closed) return;
    if (pathsOf(newer) !== pathsOf(scripts)) watch.soon();
    const isSame = areSame(scripts, newer);
    scripts = newer;
    if (isSame) return;
    let version = 1;
    if (running) version = running.replace(newer);
    else running = await start(newer);
    onReload({ type: "reloaded", version, scripts: newer.byName.size, problems: newer.problems });
  };

  let retry: NodeJS.Timeout | undefined;
  let checking: Promise<void> = Promise.resolve();
  const again = (): void => {
    checking = checking.then(() => (closed ? undefined : check()));
  };
  const watch = new FolderWatch(again);
  // The first check starts watching and detects changes since the first load.
  watch.soon();

  return {
    has: (kind, name) => running?.has(kind, name) ?? false,
    readsPlayer: (kind, name) => running?.readsPlayer?.(kind, name) ?? false,
    run: (run, context) => (running ?? noCloudCode).run(run, context),
    figures: () => running?.figures?.(),
    problems: () => [...scripts.problems],
    fingerprint: () => fingerprintOf(scripts),
    async close() {
      closed = true;
      watch.close();
      clearTimeout(retry);
      await checking;
      watch.close();
      await running?.close();
    },
  };
}

function areSame(a: LoadedScripts, b: LoadedScripts): boolean {
  if (a.byName.size !== b.byName.size || JSON.stringify(a.problems) !== JSON.stringify(b.problems)) return false;
  for (const [key, { file, source }] of a.byName) {
    const other = b.byName.get(key);
    if (other?.file !== file || other.source !== source) return false;
  }
  return true;
}

function pathsOf({ folders }: LoadedScripts): string {
  return JSON.stringify(folders.map(({ path }) => path));
}

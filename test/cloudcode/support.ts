import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudCode, ScriptRun } from "../../src/cloudcode/cloudcode.ts";
import { type LoadedScripts, loadScripts } from "../../src/cloudcode/load.ts";
import { type CloudCodeOptions, type HostEvent, startCloudCode } from "../../src/cloudcode/start.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { PATIENT_MS } from "../support/patience.ts";

export const PLAYER = {
  playerId: "5f0000000000000000000001",
  userName: "ada",
  displayName: "Ada",
  scriptData: { level: 3, bag: ["rope"] },
  privateData: { rating: 1200 },
};

export interface TestCloudCode {
  cloudCode: CloudCode;
  events: HostEvent[];
  /** Gives later runs these scripts; answers the new version. */
  replace(sources: Record<string, string>): Promise<number>;
  /** Resolves with the next event of `type` that has not been waited for. */
  event<Type extends HostEvent["type"]>(type: Type): Promise<Extract<HostEvent, { type: Type }>>;
  run(name: string, input?: Partial<ScriptRun>, context?: RunContext): Promise<ScriptResult>;
}

/** Scripts as a configuration holds them, by `kind/name`; without a kind they are of requests. */
export function loadSources(
  sources: Record<string, string>,
  folder: string,
  before?: LoadedScripts,
): Promise<LoadedScripts> {
  const embedded = Object.entries(sources).map(([key, source]) => {
    const [, type = "request", shortCode = key] = /^([^/]+)\/(.+)$/.exec(key) ?? [];
    return { type, shortCode, source };
  });
  return loadScripts({ folder, embedded }, before);
}

/** Real script hosts that run scripts by name. */
export async function withScripts(
  sources: Record<string, string>,
  options: Partial<CloudCodeOptions> = {},
): Promise<TestCloudCode> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-scripts-"));
  let scripts = await loadSources(sources, folder);
  const events: HostEvent[] = [];
  const unseen: HostEvent[] = [];
  let wake: () => void = () => {};
  const cloudCode = await startCloudCode({
    scripts,
    hosts: 1,
    timeoutMs: PATIENT_MS,
    memoryMb: 32,
    queued: 1_000,
    logLines: 20,
    warmAfterMs: 60_000,
    cpuShare: 0,
    onHostEvent: (event) => {
      events.push(event);
      unseen.push(event);
      wake();
    },
    ...options,
  });
  return {
    cloudCode,
    events,
    async replace(newer) {
      scripts = await loadSources(newer, folder, scripts);
      return cloudCode.replace(scripts);
    },
    async event(type) {
      for (;;) {
        const index = unseen.findIndex((event) => event.type === type);
        if (index >= 0) return unseen.splice(index, 1)[0] as never;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    run: (name, input = {}, context) =>
      cloudCode.run(
        {
          kind: "request",
          name,
          data: { "@class": ".TestRequest" },
          player: PLAYER,
          scriptData: {},
          scriptErrors: {},
          stage: "preview",
          runId: "test",
          ...input,
        },
        context,
      ),
  };
}

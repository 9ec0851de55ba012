import type { CloudCode, ScriptRun } from "../../src/cloudcode/cloudcode.ts";
import type { ScriptPlayer } from "../../src/kernel/scripts/player.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";

/** Without `readsPlayer`, runs get the whole player. */
type FakeRun = ScriptRun & { player: ScriptPlayer | null };
type FakeScript = (run: FakeRun) => Partial<ScriptResult> | Promise<Partial<ScriptResult>>;

/** Cloud Code whose scripts are functions in this process, by `kind/name`, and their runs. */
export function fakeScripts(scripts: Record<string, FakeScript>): CloudCode & { runs: ScriptRun[] } {
  const runs: ScriptRun[] = [];
  return {
    runs,
    has: (kind, name) => Object.hasOwn(scripts, `${kind}/${name}`),
    async run(run) {
      runs.push(structuredClone(run));
      const unchanged = {
        version: 1,
        scriptData: run.scriptData,
        scriptErrors: run.scriptErrors,
        log: [],
        durationMs: 1,
      };
      return { ...unchanged, ...(await scripts[`${run.kind}/${run.name}`]!(run as FakeRun)) };
    },
    problems: () => [],
    close: async () => {},
  };
}

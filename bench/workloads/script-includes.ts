import { event, FUNCTION_LINES } from "../support/cloud-code.ts";
import { compareRates, openScriptServer } from "../support/script-contest.ts";
import type { Row, Workload } from "../support/workload.ts";

/** Modules are included into every run that asks for them; this is what 19 more of them cost it. */
export const scriptIncludes: Workload = {
  name: "script-includes",
  title: "LogEvent: 20 modules required (20,000 lines) and 10 reads, compared with one module and 10 reads",
  limitMs: 150_000,
  async run(bench) {
    const contest = await openScriptServer(bench, 8);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const lines of FUNCTION_LINES) {
      for (const players of [1, 8]) {
        const requests = { subject: event(`MANY_MODULES_${lines}`), floor: event(`ONE_MODULE_${lines}`) };
        const what = `20 modules, functions of ${lines} lines`;
        const { row, note } = await compareRates(contest, requests, { what, players, aim: 0.8 });
        rows.push(row);
        notes.push(note);
      }
    }
    return { rows, notes };
  },
};

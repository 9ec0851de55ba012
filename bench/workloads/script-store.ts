import { event } from "../support/cloud-code.ts";
import { compareRates, openScriptServer } from "../support/script-contest.ts";
import type { Row, Workload } from "../support/workload.ts";

const DIRECT = JSON.stringify({ "@class": ".DirectRequest", requestId: "1" });

/** Two calls of a script to the store, each of which waits for its answer, compared with the same calls of a handler. */
export const scriptStore: Workload = {
  name: "script-store",
  title: "LogEvent: one findOne and one update, compared with the same two calls made by a handler",
  limitMs: 90_000,
  async run(bench) {
    const contest = await openScriptServer(bench, 32);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const players of [1, 8, 32]) {
      const about = { what: "findOne and update", players, aim: 0.25 };
      const { row, note } = await compareRates(contest, { subject: event("STORE"), floor: DIRECT }, about);
      rows.push(row);
      notes.push(note);
    }
    return { rows, notes };
  },
};

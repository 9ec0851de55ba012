import { compare, openContest } from "../support/against-bare.ts";
import type { Row, Workload } from "../support/workload.ts";

const request = JSON.stringify({ "@class": ".EndSessionRequest", requestId: "1234567890" });

/**
 * EndSessionRequest is the smallest request that needs a player: it is the only one that touches no store, and its
 * response has one field besides its class and requestId. The server begins a new session for each.
 */
export const smallest: Workload = {
  name: "smallest",
  title:
    "Smallest authenticated request (EndSessionRequest), compared with a bare ws server: parse, one schema, stringify",
  limitMs: 60_000,
  async run(bench) {
    const contest = await openContest(bench, 100);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const inFlight of [1, 8]) {
      const { row, note } = await compare(contest, { request, inFlight }, { what: "EndSession", aim: 1.5 });
      rows.push(row);
      notes.push(note);
    }
    return { rows, notes };
  },
};

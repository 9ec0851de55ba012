import { compare, openContest } from "../support/against-bare.ts";
import type { Row, Workload } from "../support/workload.ts";

const PLAYERS = 10_000;
const details = { "@class": ".AccountDetailsRequest", requestId: "1234567890" };
const request = JSON.stringify(details);

/**
 * AccountDetailsRequest reads the player's document and answers all of it. The aim is held beside the bare server's small
 * answer; that it has to stringify as large an answer as the server is the like-for-like comparison below it.
 */
export const accountDetails: Workload = {
  name: "details",
  title: `AccountDetailsRequest, ${PLAYERS.toLocaleString("en")} players in the embedded store, compared with a bare ws server`,
  limitMs: 90_000,
  async run(bench) {
    const contest = await openContest(bench, PLAYERS);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const inFlight of [1, 8]) {
      const { row, note } = await compare(contest, { request, inFlight }, { what: "AccountDetails", aim: 2.5 });
      rows.push(row);
      notes.push(note);
    }
    const { requestId, ...answer } = await contest.rekindle.sockets[0]!.ask(details);
    await contest.bare.server.ask("answer", answer);
    const what = "AccountDetails, bare server with as large an answer";
    const { row, note } = await compare(contest, { request, inFlight: 1 }, { what });
    rows.push(row);
    notes.push(`as large an answer (${JSON.stringify(answer).length} bytes), ${note}`);
    return { rows, notes };
  },
};

import { event } from "../support/cloud-code.ts";
import { median } from "../support/figures.ts";
import { latencies } from "../support/latency.ts";
import { alternate } from "../support/rounds.ts";
import { compareRates, openScriptServer } from "../support/script-contest.ts";
import type { Row, Workload } from "../support/workload.ts";

const SMALLEST = JSON.stringify({ "@class": ".EndSessionRequest", requestId: "1" });
const ADDED_MS = 0.2;
const COUNT = 1_000;

/** An event whose script does nothing, compared with the smallest request, which has none. */
export const scriptEmpty: Workload = {
  name: "script-empty",
  title: "LogEvent with an empty script, compared with the smallest request without one",
  limitMs: 90_000,
  async run(bench) {
    const contest = await openScriptServer(bench, 32);
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const players of [1, 32]) {
      const about = { what: "LogEvent, empty script", players, ...(players === 32 && { aim: 0.35 }) };
      const { row, note } = await compareRates(contest, { subject: event("EMPTY"), floor: SMALLEST }, about);
      rows.push(row);
      notes.push(note);
    }
    const [socket] = contest.sockets;
    const p50 = async (request: string) => median(await latencies(socket!, request, COUNT));
    const { floor, subject } = await alternate(
      5,
      () => p50(SMALLEST),
      () => p50(event("EMPTY")),
    );
    const added = median(subject.map((ms, n) => ms - floor[n]!));
    rows.push({
      what: "the same, time of one (p50)",
      unit: "ms",
      subject,
      floor,
      aim: { text: `≤ ${ADDED_MS} ms more`, met: added <= ADDED_MS },
    });
    notes.push(`the script adds ${added.toFixed(3)} ms (p50)`);
    return { rows, notes };
  },
};

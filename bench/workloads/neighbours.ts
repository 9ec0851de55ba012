import { setTimeout as sleep } from "node:timers/promises";
import { event } from "../support/cloud-code.ts";
import { median, ratios } from "../support/figures.ts";
import { percentile } from "../support/latency.ts";
import { openScriptServer } from "../support/script-contest.ts";
import type { BenchSocket } from "../support/socket.ts";
import type { Row, Workload } from "../support/workload.ts";

const PLAYERS = 200;
const ROUND_MS = 6_000;
const ROUNDS = 3;
/** Each player sends so often. */
const EVERY_MS = 1_000;
const MOST = 1.5;
const HOSTILE = { LOOP: "while(1){}", BOMB: "an allocation bomb", LOG: "a 100 MB log" };

/** Players who each log an event a second, while another runs one hostile script after the other. */
export const neighbours: Workload = {
  name: "neighbours",
  title: `${PLAYERS} players playing while one runs a hostile script, compared with the same without it`,
  limitMs: 180_000,
  async run(bench) {
    const { sockets } = await openScriptServer(bench, PLAYERS + 1);
    const [enemy, ...players] = sockets;
    const rows: Row[] = [];
    const notes: string[] = [];
    await play(players);
    for (const [key, what] of Object.entries(HOSTILE)) {
      const times: { subject: number[][]; floor: number[][] } = { subject: [], floor: [] };
      let ended = 0;
      for (let round = 0; round < ROUNDS; round++) {
        times.floor.push(await play(players));
        const attack = attacks(enemy!, event(key));
        times.subject.push(await play(players));
        ended += await attack.stop();
      }
      const p99 = (rounds: number[][]) => rounds.map((round) => percentile(round, 0.99));
      const [subject, floor] = [p99(times.subject), p99(times.floor)];
      const met = median(ratios(subject, floor)) <= MOST;
      rows.push({ what: `beside ${what}: p99`, unit: "ms", subject, floor, aim: { text: `≤ ${MOST}×`, met } });
      const p50 = (rounds: number[][]) => median(rounds.flat()).toFixed(2);
      notes.push(`${what}: p50 ${p50(times.subject)} ms beside ${p50(times.floor)}; ${ended} of them ended in errors`);
    }
    return { rows, notes };
  },
};

/** Milliseconds of every request of a round; the players begin spread over the first second. */
async function play(players: readonly BenchSocket[]): Promise<number[]> {
  const times: number[] = [];
  const frame = JSON.parse(event("PLAY")) as Record<string, unknown>;
  const startedAt = performance.now();
  await Promise.all(
    players.map(async (socket, n) => {
      for (let at = (n / players.length) * EVERY_MS; at < ROUND_MS; at += EVERY_MS) {
        await sleep(Math.max(0, startedAt + at - performance.now()));
        const sentAt = performance.now();
        const { error } = await socket.ask(frame);
        if (error !== undefined) throw new Error(`a player was refused: ${JSON.stringify(error)}`);
        times.push(performance.now() - sentAt);
      }
    }),
  );
  return times;
}

/** Sends the request again and again until it is stopped; answers how many were refused. */
function attacks(socket: BenchSocket, request: string): { stop(): Promise<number> } {
  let over = false;
  let refused = 0;
  const frame = JSON.parse(request) as Record<string, unknown>;
  const done = (async () => {
    while (!over) if ((await socket.ask(frame)).error !== undefined) refused++;
  })();
  return {
    async stop() {
      over = true;
      await done;
      return refused;
    },
  };
}

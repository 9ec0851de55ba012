import type { Bench } from "./bench.ts";
import type { Child } from "./child.ts";
import { median, ratios } from "./figures.ts";
import { DEVICE_SECRET } from "./game.ts";
import { inParallel, signedIn } from "./player.ts";
import { type Pumped, pump } from "./pump.ts";
import { alternate } from "./rounds.ts";
import { BenchSocket } from "./socket.ts";
import type { Row } from "./workload.ts";

const SOCKETS = 100;
const ROUND_MS = 1_200;
const ROUNDS = 5;

/** The server and the bare one, each with a hundred open sockets; the server's are signed in, each as another player. */
export interface Contest {
  bare: { server: Child; sockets: BenchSocket[] };
  rekindle: { server: Child; sockets: BenchSocket[] };
}

export async function openContest(bench: Bench, players: number): Promise<Contest> {
  const bare = await bench.start("bare");
  const rekindle = await bench.start("rekindle", [await bench.folder()]);
  await rekindle.ask("seedDevices", players);
  const bareUrl = await bare.ask<string>("url");
  const place = { url: await rekindle.ask<string>("url"), secret: DEVICE_SECRET };
  const contest: Contest = { bare: { server: bare, sockets: [] }, rekindle: { server: rekindle, sockets: [] } };
  const step = Math.max(1, Math.floor(players / SOCKETS));
  await inParallel(SOCKETS, 10, async (n) => {
    contest.bare.sockets.push(await BenchSocket.open(bareUrl));
    contest.rekindle.sockets.push(await signedIn(place, `device-${n * step}`));
  });
  bench.onEnd(async () => {
    for (const socket of [...contest.bare.sockets, ...contest.rekindle.sockets]) socket.cut();
  });
  return contest;
}

/** One request, again and again on every socket of both, in turns. */
export async function compare(
  { bare, rekindle }: Contest,
  load: { request: string; inFlight: number },
  about: { what: string; aim?: number },
): Promise<{ row: Row; note: string }> {
  const full = { ...load, ms: ROUND_MS };
  const { floor, subject } = await alternate(
    ROUNDS,
    () => pump(bare.server, bare.sockets, full),
    () => pump(rekindle.server, rekindle.sockets, full),
  );
  const cpu = (rounds: Pumped[]) => rounds.map((round) => round.cpuMicros);
  const row: Row = {
    what: `${about.what}, ${SOCKETS} sockets × ${load.inFlight} in flight`,
    unit: "µs of server CPU a request",
    subject: cpu(subject),
    floor: cpu(floor),
    ...(about.aim !== undefined && {
      aim: { text: `≤ ${about.aim}×`, met: median(ratios(cpu(subject), cpu(floor))) <= about.aim },
    }),
  };
  const said = (rounds: Pumped[]) =>
    `${Math.round(median(rounds.map((r) => r.answered / r.seconds))).toLocaleString("en")}/s ` +
    `(server ${Math.round(100 * median(rounds.map((r) => r.serverBusy)))} % of a core)`;
  return { row, note: `× ${load.inFlight}: answered ${said(subject)}, bare ${said(floor)}` };
}

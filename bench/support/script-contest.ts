import type { Bench } from "./bench.ts";
import type { Child } from "./child.ts";
import { median, ratios, short } from "./figures.ts";
import { DEVICE_SECRET } from "./game.ts";
import { inParallel, signedIn } from "./player.ts";
import { pump } from "./pump.ts";
import { alternate } from "./rounds.ts";
import type { BenchSocket } from "./socket.ts";
import type { Row } from "./workload.ts";

const ROUND_MS = 1_500;
const ROUNDS = 5;

export interface ScriptServer {
  server: Child;
  sockets: BenchSocket[];
}

/** The server with scripts, and so many players who are signed in. */
export async function openScriptServer(bench: Bench, players: number): Promise<ScriptServer> {
  const server = await bench.start("cloud-code", [await bench.folder()]);
  const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
  const sockets: BenchSocket[] = [];
  bench.onEnd(async () => {
    for (const socket of sockets) socket.cut();
  });
  await inParallel(players, 10, async (n) => {
    sockets.push(await signedIn(place, `device-${n}`));
  });
  return { server, sockets };
}

/** How many of each request are answered a second, in turns; `players` of them at once. */
export async function compareRates(
  { server, sockets }: ScriptServer,
  requests: { subject: string; floor: string },
  about: { what: string; players: number; aim?: number },
): Promise<{ row: Row; note: string }> {
  const some = sockets.slice(0, about.players);
  const round = (request: string) => pump(server, some, { request, inFlight: 1, ms: ROUND_MS });
  const { floor, subject } = await alternate(
    ROUNDS,
    () => round(requests.floor),
    () => round(requests.subject),
  );
  const rates = {
    subject: subject.map((r) => r.answered / r.seconds),
    floor: floor.map((r) => r.answered / r.seconds),
  };
  const ratio = median(ratios(rates.subject, rates.floor));
  const cpu = (rounds: typeof subject) => short(median(rounds.map((r) => r.cpuMicros)));
  return {
    row: {
      what: `${about.what}, ${about.players} at once`,
      unit: "a second",
      ...rates,
      ...(about.aim !== undefined && { aim: { text: `≥ ${about.aim}×`, met: ratio >= about.aim } }),
    },
    note: `${about.players} at once: ${cpu(subject)} µs CPU of the server's own process each, beside ${cpu(floor)}`,
  };
}

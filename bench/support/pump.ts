import type { Child } from "./child.ts";
import { maskedFrame } from "./frames.ts";
import type { BenchSocket } from "./socket.ts";

export interface Pumped {
  answered: number;
  seconds: number;
  /** Processor time of the server for each answered request, in microseconds. */
  cpuMicros: number;
  /** What of one core the server used. */
  serverBusy: number;
}

const ERROR = Buffer.from('"error"');

/**
 * Keeps `inFlight` requests under way on each socket for `ms`, then waits for the last answers, so that every answer
 * belongs to a request of this run. An answer that is an error ends the benchmark: refusals are cheaper than work.
 */
export async function pump(
  server: Child,
  sockets: readonly BenchSocket[],
  load: { request: string; inFlight: number; ms: number },
): Promise<Pumped> {
  const cpuBefore = await server.ask<number>("cpuMicros");
  const startedAt = performance.now();
  const until = startedAt + load.ms;
  const answered = await Promise.all(sockets.map((socket) => pumpOne(socket, load, until)));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (await server.ask<number>("cpuMicros")) - cpuBefore;
  const total = answered.reduce((sum, n) => sum + n, 0);
  return { answered: total, seconds, cpuMicros: cpu / total, serverBusy: cpu / 1e6 / seconds };
}

/** Requests that may go out are sent in one write, once for each chunk that came in. */
function pumpOne(
  socket: BenchSocket,
  { request, inFlight }: { request: string; inFlight: number },
  until: number,
): Promise<number> {
  const frame = maskedFrame(request);
  const batches = Array.from({ length: inFlight + 1 }, (_, n) => Buffer.concat(Array<Buffer>(n).fill(frame)));
  return new Promise((resolve, reject) => {
    let underWay = inFlight;
    let answered = 0;
    let free = 0;
    const next = () => {
      if (performance.now() < until) {
        socket.sendRaw(batches[free]!);
        underWay += free;
      } else if (underWay === 0) resolve(answered);
      free = 0;
    };
    socket.onLost = reject;
    socket.onFrame = (payload) => {
      if (payload.includes(ERROR)) reject(new Error(`the server refused: ${payload}`));
      answered += 1;
      underWay -= 1;
      free += 1;
      if (free === 1) queueMicrotask(next);
    };
    socket.sendRaw(batches[inFlight]!);
  });
}

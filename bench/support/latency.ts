import type { BenchSocket } from "./socket.ts";

/** Milliseconds that the requests took, one after the other on one socket. An error ends the benchmark. */
export async function latencies(socket: BenchSocket, request: string, count: number): Promise<number[]> {
  const frame = JSON.parse(request) as Record<string, unknown>;
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const startedAt = performance.now();
    const { error } = await socket.ask(frame);
    times.push(performance.now() - startedAt);
    if (error !== undefined) throw new Error(`the server refused: ${JSON.stringify(error)}`);
  }
  return times;
}

/** The value that `share` of the values do not exceed, such as 0.99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

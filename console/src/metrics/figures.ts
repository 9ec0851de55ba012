import type { MetricsSnapshot, TimingFigures } from "../api/types.ts";

/** What the plots show, between two snapshots. */
export interface Figures {
  /** Seconds since 1970, as uPlot wants them. */
  at: number;
  ok: number;
  refused: number;
  failed: number;
  requestP50: number | null;
  requestP99: number | null;
  sockets: number;
  scriptP50: number | null;
  scriptP99: number | null;
  storeP50: number | null;
  storeP99: number | null;
  delayP50: number;
  delayP99: number;
  memory: number;
  heap: number;
}

export function figuresOf(before: MetricsSnapshot, after: MetricsSnapshot): Figures {
  const at = Date.parse(after.at) / 1000;
  const seconds = Math.max(0.001, at - Date.parse(before.at) / 1000);
  const perSecond = (outcome: "ok" | "refused" | "failed"): number => {
    const sum = (of: MetricsSnapshot) => Object.values(of.requests).reduce((total, one) => total + one[outcome], 0);
    return Math.max(0, sum(after) - sum(before)) / seconds;
  };
  const requests = difference(timesOf(before.requests), timesOf(after.requests));
  const scripts = difference(timesOf(before.scripts), timesOf(after.scripts));
  const store = difference(Object.values(before.store), Object.values(after.store));
  const ms = (counts: number[], share: number) => quantile(after.bounds, counts, share);
  return {
    ...{ at, ok: perSecond("ok"), refused: perSecond("refused"), failed: perSecond("failed") },
    ...{ requestP50: ms(requests, 0.5), requestP99: ms(requests, 0.99) },
    ...{ scriptP50: ms(scripts, 0.5), scriptP99: ms(scripts, 0.99) },
    ...{ storeP50: ms(store, 0.5), storeP99: ms(store, 0.99) },
    sockets: after.sockets,
    ...{ delayP50: after.process.delayP50Ms, delayP99: after.process.delayP99Ms },
    ...{ memory: after.process.memoryBytes / 1_048_576, heap: after.process.heapBytes / 1_048_576 },
  };
}

function timesOf(of: Record<string, { time: TimingFigures }>): TimingFigures[] {
  return Object.values(of).map(({ time }) => time);
}

/** Counts of each bucket that were added. A server that was restarted counts from 0 again. */
function difference(before: TimingFigures[], after: TimingFigures[]): number[] {
  const total = (all: TimingFigures[]): number[] => {
    const sums: number[] = [];
    for (const { counts } of all) {
      for (const [at, count] of counts.entries()) sums[at] = (sums[at] ?? 0) + count;
    }
    return sums;
  };
  const old = total(before);
  return total(after).map((count, at) => Math.max(0, count - (old[at] ?? 0)));
}

/** In milliseconds, interpolated within its bucket as Prometheus does; null without observations. */
export function quantile(bounds: readonly number[], counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    if (seen + count >= total * share) {
      const low = bounds[at - 1] ?? 0;
      const high = bounds[at] ?? low;
      return (low + (high - low) * ((total * share - seen) / Math.max(1, count))) * 1000;
    }
    seen += count;
  }
  return (bounds.at(-1) ?? 0) * 1000;
}

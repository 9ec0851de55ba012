import { monitorEventLoopDelay } from "node:perf_hooks";
import { Type } from "@sinclair/typebox";
import { TIME_BOUNDS, type Timing } from "../../../kernel/metrics.ts";
import type { MetricsSnapshot, TimingFigures } from "../../console/types.ts";
import { defineServerOperation, type OperationServer } from "../operation.ts";

/** Started by the first snapshot. It costs a timer of 20 ms. */
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

export const metricsOperations = [
  defineServerOperation({
    name: "metrics show",
    summary: "Shows the health of the server and its counters since the start, for plots.",
    work: "read",
    role: "read",
    arguments: Type.Object({}),
    run: ({ server }) => snapshot(server),
  }),
];

async function snapshot(server: OperationServer): Promise<MetricsSnapshot> {
  const { metrics, cloudCode } = server;
  const hosts = cloudCode.figures?.();
  const counted = ({ outcomes, timing }: { outcomes: Map<string, number>; timing: Timing }) => ({
    outcomes: Object.fromEntries(outcomes),
    time: figures(timing),
  });
  return {
    // The plots are of real time, whatever the server's clock says.
    at: new Date().toISOString(),
    health: await server.health(),
    sockets: metrics.connections,
    closed: Object.fromEntries(metrics.closed),
    unexpected: { ...metrics.unexpected },
    bounds: TIME_BOUNDS,
    requests: mapped(metrics.requests, ({ results, timing }) => ({ ...results, time: figures(timing) })),
    scripts: mapped(metrics.scripts, counted),
    calls: mapped(metrics.scriptCalls, counted),
    store: mapped(metrics.store, figures),
    ...(hosts && {
      hosts: {
        ...{ hosts: hosts.hosts, memoryMb: hosts.memoryMb, cpuSeconds: hosts.cpuSeconds },
        ...{ running: hosts.runsUnderWay, waiting: hosts.runsWaiting },
      },
    }),
    process: processFigures(),
  };
}

function processFigures(): MetricsSnapshot["process"] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const isFirst = delay === undefined;
  delay ??= monitorEventLoopDelay({ resolution: 20 });
  if (isFirst) delay.enable();
  const ms = (percentile: number) => (delay!.count === 0 ? 0 : Math.max(0, delay!.percentile(percentile) / 1e6));
  const [delayP50Ms, delayP99Ms] = [ms(50), ms(99)];
  delay.reset();
  return { memoryBytes: rss, heapBytes: heapUsed, cpuSeconds: (user + system) / 1e6, delayP50Ms, delayP99Ms };
}

function figures({ counts, sum }: Timing): TimingFigures {
  return { counts: [...counts], sum };
}

function mapped<T, R>(cells: ReadonlyMap<string, T>, shown: (cell: T) => R): Record<string, R> {
  return Object.fromEntries([...cells].map(([name, cell]) => [name, shown(cell)]));
}

import { useEffect, useState } from "preact/hooks";
import { operation, sentenceOf } from "../api/client.ts";
import type { MetricsSnapshot } from "../api/types.ts";
import { stage } from "../state/session.ts";
import { Empty, Problem } from "../ui/message.tsx";
import { type Figures, figuresOf } from "./figures.ts";
import { Plot, type PlotSpec } from "./plot.tsx";

const EVERY_MS = 2_000;
const MAX_POINTS = 1_800;

const PLOTS: readonly PlotSpec[] = [
  {
    title: "Requests per second",
    unit: "/s",
    series: [
      ["ok", "ok", "--request"],
      ["refused", "refused", "--message"],
      ["failed", "failed", "--error"],
    ],
  },
  {
    title: "Request time",
    unit: "ms",
    series: [
      ["requestP50", "p50", "--response"],
      ["requestP99", "p99", "--accent"],
    ],
  },
  { title: "Sockets", unit: "", series: [["sockets", "open", "--response"]] },
  {
    title: "Script time",
    unit: "ms",
    series: [
      ["scriptP50", "p50", "--response"],
      ["scriptP99", "p99", "--accent"],
    ],
  },
  {
    title: "Store time",
    unit: "ms",
    series: [
      ["storeP50", "p50", "--response"],
      ["storeP99", "p99", "--accent"],
    ],
  },
  {
    title: "Event-loop delay",
    unit: "ms",
    series: [
      ["delayP50", "p50", "--response"],
      ["delayP99", "p99", "--accent"],
    ],
  },
  {
    title: "Memory",
    unit: "MiB",
    series: [
      ["memory", "process", "--response"],
      ["heap", "heap", "--accent"],
    ],
  },
];

/** Plots of the server since the page was opened, one time range for all. Drag to zoom, double-click for all. */
export function MetricsPage() {
  const [points, setPoints] = useState<readonly Figures[]>([]);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let before: MetricsSnapshot | undefined;
    const read = async (): Promise<void> => {
      try {
        const after = await operation<MetricsSnapshot>("metrics show", stage.value);
        const from = before;
        if (from) setPoints((old) => [...old, figuresOf(from, after)].slice(-MAX_POINTS));
        before = after;
        setProblem(undefined);
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    };
    void read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Metrics</h1>
        <span class="soft small">
          Of this process, since the page was opened. Drag over a plot to zoom, double-click to see all.
        </span>
      </div>
      <Problem text={problem} />
      {points.length < 2 ? (
        <Empty title="Collecting the first figures…">
          <p class="soft">
            A point is added every {EVERY_MS / 1000} seconds. For long periods, let Prometheus read /metrics.
          </p>
        </Empty>
      ) : (
        <div class="plots">
          {PLOTS.map((spec) => (
            <Plot key={spec.title} spec={spec} points={points} />
          ))}
        </div>
      )}
    </div>
  );
}

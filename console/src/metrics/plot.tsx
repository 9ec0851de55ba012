import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Figures } from "./figures.ts";

type Name = Exclude<keyof Figures, "at">;

export interface PlotSpec {
  title: string;
  unit: string;
  series: readonly (readonly [name: Name, label: string, colour: string])[];
}

const HEIGHT = 170;
const AXIS = { size: 44, font: "12px sans-serif" };

/** One plot. The legend has its own line, so that it does not move. */
export function Plot({ spec, points }: { spec: PlotSpec; points: readonly Figures[] }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const isZoomed = useRef(false);
  const [at, setAt] = useState<number | null>(null);
  const { title, unit, series } = spec;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const colour = (name: string) => resolved(element, name);
    const soft = colour("--text-soft");
    const grid = { stroke: colour("--line"), width: 1 };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { sync: { key: "metrics" }, drag: { x: true, y: false } },
        scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] } },
        axes: [
          { ...AXIS, size: 32, stroke: soft, grid, ticks: grid },
          { ...AXIS, stroke: soft, grid, ticks: grid },
        ],
        series: [{}, ...series.map(([, label, name]) => ({ label, stroke: colour(name), width: 1.5, spanGaps: true }))],
        hooks: {
          setCursor: [({ cursor }) => setAt(cursor.idx ?? null)],
          setSelect: [
            ({ select }) => {
              if (select.width > 0) isZoomed.current = true;
            },
          ],
        },
      },
      dataOf(points, spec),
      element,
    );
    plot.current = made;
    const showAll = (): void => {
      isZoomed.current = false;
    };
    element.addEventListener("dblclick", showAll);
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(dataOf(points, spec), !isZoomed.current);
  }, [points]);

  const shown = points[at ?? points.length - 1];
  return (
    <section class="panel plot" aria-label={title}>
      <h2>{title}</h2>
      <p class="plot-legend small">
        {series.map(([name, label, colour]) => (
          <span key={name}>
            <i style={{ background: `var(${colour})` }} />
            {label} <strong>{textOf(shown?.[name])}</strong> {unit}
          </span>
        ))}
      </p>
      <div ref={host} />
    </section>
  );
}

function dataOf(points: readonly Figures[], { series }: PlotSpec): uPlot.AlignedData {
  return [points.map((point) => point.at), ...series.map(([name]) => points.map((point) => point[name]))];
}

function textOf(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** A canvas cannot use `var(--x)` or `light-dark()`, so the browser resolves the colour on an element. */
function resolved(parent: HTMLElement, name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  parent.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface VirtualListProps {
  count: number;
  /** Height of a row in pixels; known without drawing it. */
  heightOf(index: number): number;
  keyOf(index: number): string | number;
  render(index: number): ComponentChildren;
  label: string;
  /** Changes whenever heights or rows do. */
  version: unknown;
  /** Shows the newest row as rows arrive, as long as the reader is at the end. */
  follows: boolean;
}

const OVERSCAN_PX = 300;
const AT_END_PX = 24;

/** Draws only the rows in sight. Costs one addition per row and change, and a few dozen elements. */
export function VirtualList({ count, heightOf, keyOf, render, label, version, follows }: VirtualListProps) {
  const frame = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [isAway, setAway] = useState(false);

  const offsets = new Float64Array(count + 1);
  for (let index = 0; index < count; index++) offsets[index + 1] = (offsets[index] ?? 0) + heightOf(index);
  const total = offsets[count] ?? 0;

  const look = (): void => {
    const element = frame.current;
    if (!element) return;
    const { scrollTop: top, clientHeight: height, scrollHeight } = element;
    isAtEnd.current = top + height >= scrollHeight - AT_END_PX;
    setAway(!isAtEnd.current);
    setView((old) => (old.top === top && old.height === height ? old : { top, height }));
  };
  const toEnd = (): void => {
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
    look();
  };

  useLayoutEffect(() => {
    if (follows && isAtEnd.current) toEnd();
  }, [version, total, follows]);
  useEffect(() => {
    const observer = new ResizeObserver(look);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, indexAt(offsets, view.top - OVERSCAN_PX));
  const last = Math.min(count - 1, indexAt(offsets, view.top + view.height + OVERSCAN_PX));
  const rows: ComponentChildren[] = [];
  for (let index = first; index <= last; index++) {
    rows.push(
      <li
        key={keyOf(index)}
        aria-posinset={index + 1}
        aria-setsize={count}
        class="virtual-row"
        style={{ transform: `translateY(${offsets[index]}px)` }}
      >
        {render(index)}
      </li>,
    );
  }
  return (
    <div class="virtual">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="virtual-frame" ref={frame} onScroll={look} tabIndex={0} aria-label={label}>
        <ul style={{ height: `${total}px` }}>{rows}</ul>
      </section>
      {isAway && follows && (
        <button type="button" class="button small to-end" onClick={toEnd}>
          ↓ Newest
        </button>
      )}
    </div>
  );
}

/** The last row that starts at or above the position. */
function indexAt(offsets: Float64Array, position: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

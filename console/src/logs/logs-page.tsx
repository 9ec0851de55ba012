import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { LogLine } from "../api/types.ts";
import { VirtualList } from "../ui/virtual-list.tsx";
import { LEVELS, LogFollower, type LogLevel } from "./log-lines.ts";
import { heightOfLine, LogRow } from "./log-row.tsx";

/** The server's log as it is written. */
export function LogsPage() {
  const follower = useMemo(() => new LogFollower(), []);
  const level = useSignal<LogLevel>("info");
  const text = useSignal("");
  const isPaused = useSignal(false);
  const open = useSignal<ReadonlySet<number>>(new Set());
  useEffect(() => {
    follower.follow(level.value);
    return () => follower.stop();
  }, [level.value]);

  const shown = useComputed(() => {
    follower.version.value;
    const sought = text.value.trim().toLowerCase();
    return sought === "" ? [...follower.lines] : follower.lines.filter((line) => textOf(line).includes(sought));
  });
  const frozen = useMemo(() => (isPaused.value ? shown.peek() : undefined), [isPaused.value]);
  const rows = frozen ?? shown.value;
  const toggle = ({ number }: LogLine): void => {
    const next = new Set(open.value);
    if (!next.delete(number)) next.add(number);
    open.value = next;
  };

  return (
    <div class="page logs-page">
      <div class="page-head">
        <h1>Logs</h1>
        <label class="row">
          <span class="soft">from</span>
          <select
            class="input small-select"
            value={level.value}
            onChange={({ currentTarget }) => {
              level.value = currentTarget.value as LogLevel;
            }}
          >
            {LEVELS.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <input
          class="input grow"
          type="search"
          aria-label="Filter by text"
          placeholder="Filter: a word, a player's id, an error id"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
        <button
          type="button"
          class="button"
          aria-pressed={isPaused.value}
          onClick={() => {
            isPaused.value = !isPaused.value;
          }}
        >
          {isPaused.value ? "Continue" : "Pause"}
        </button>
        <StreamMark follower={follower} />
      </div>
      <section class="panel log-panel" aria-label="Log">
        {rows.length === 0 ? (
          <p class="soft inspector-none">
            {text.value ? "No line matches the filter." : "Nothing is logged at this level yet. New lines appear here."}
          </p>
        ) : (
          <VirtualList
            label="Lines"
            count={rows.length}
            version={`${follower.version.value} ${open.value.size} ${isPaused.value}`}
            follows={!isPaused.value}
            keyOf={(index) => rows[index]?.number ?? index}
            heightOf={(index) => heightOf(rows[index], open.value)}
            render={(index) => {
              const line = rows[index];
              return line && <LogRow line={line} isOpen={open.value.has(line.number)} toggle={() => toggle(line)} />;
            }}
          />
        )}
      </section>
    </div>
  );
}

function StreamMark({ follower }: { follower: LogFollower }) {
  const state = follower.state.value;
  if (state === "open") return <span class="badge good">● live</span>;
  if (state === "connecting") return <span class="badge">connecting…</span>;
  return <span class="badge bad">▲ connection lost, trying again</span>;
}

function heightOf(line: LogLine | undefined, open: ReadonlySet<number>): number {
  return line ? heightOfLine(line, open.has(line.number)) : 0;
}

const texts = new WeakMap<LogLine, string>();

function textOf(line: LogLine): string {
  let text = texts.get(line);
  if (text === undefined) {
    text = `${line.level} ${line.message} ${JSON.stringify(line.fields)}`.toLowerCase();
    texts.set(line, text);
  }
  return text;
}

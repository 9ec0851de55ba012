import { signal, useComputed, useSignal } from "@preact/signals";
import { CopyButton } from "../ui/copy.tsx";
import { VirtualList } from "../ui/virtual-list.tsx";
import { clients } from "./clients.ts";
import { EntryRow, heightOfEntry } from "./entry-row.tsx";
import { clearLog, type Entry, type EntryKind, entries, logVersion, newestResponse, textOf } from "./log.ts";

const KINDS: readonly EntryKind[] = ["request", "response", "message", "error"];
const hiddenKinds = signal<ReadonlySet<EntryKind>>(new Set());
/** The entries whose fold was changed by hand: unfolded, or folded although it is the newest response. */
const open = signal<ReadonlySet<number>>(new Set());
const closed = signal<ReadonlySet<number>>(new Set());

/** Everything that was sent and received, oldest first. */
export function Inspector() {
  const text = useSignal("");
  const client = useSignal(0);
  const shown = useComputed(() => {
    logVersion.value;
    return filtered(text.value.trim().toLowerCase(), client.value, hiddenKinds.value);
  });
  const rows = shown.value;
  const isFiltered = rows.length < entries().length;
  return (
    <section class="panel inspector" aria-label="Inspector">
      <div class="row inspector-head">
        <h2 class="panel-title">Inspector</h2>
        <span class="soft small count">
          {isFiltered ? `${rows.length} of ${entries().length}` : `${rows.length} entries`}
        </span>
        <input
          class="input grow"
          type="search"
          aria-label="Filter by text"
          placeholder="Filter"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
        {clients.value.length > 1 && (
          <select
            class="input small-select"
            aria-label="Client"
            value={client.value}
            onChange={({ currentTarget }) => {
              client.value = Number(currentTarget.value);
            }}
          >
            <option value={0}>all clients</option>
            {clients.value.map(({ number, name }) => (
              <option key={number} value={number}>
                {name.value}
              </option>
            ))}
          </select>
        )}
      </div>
      <div class="row inspector-kinds">
        {KINDS.map((kind) => (
          <button
            type="button"
            key={kind}
            class={`kind-toggle ${kind}`}
            aria-pressed={!hiddenKinds.value.has(kind)}
            onClick={() => {
              hiddenKinds.value = toggled(hiddenKinds.value, kind);
            }}
          >
            {kind}s
          </button>
        ))}
        <span class="grow" />
        <button type="button" class="button quiet small" onClick={() => fold(rows)}>
          {open.value.size > 0 ? "Fold all" : "Unfold all"}
        </button>
        <CopyButton label="Copy all that is shown as JSON" text={() => copyOf(rows)} />
        <button type="button" class="button quiet small" onClick={clearLog}>
          Clear
        </button>
      </div>
      {rows.length === 0 ? (
        <p class="soft inspector-none">
          {isFiltered
            ? "No entry matches the filter."
            : "Requests, responses and messages appear here as they are sent."}
        </p>
      ) : (
        <VirtualList
          label="Entries"
          count={rows.length}
          version={`${logVersion.value} ${open.value.size} ${closed.value.size}`}
          follows
          keyOf={(index) => rows[index]?.number ?? index}
          heightOf={(index) => heightAt(rows[index])}
          render={(index) => {
            const entry = rows[index];
            return entry && <EntryRow {...{ entry, isOpen: isOpen(entry) }} toggle={() => toggle(entry)} />;
          }}
        />
      )}
    </section>
  );
}

function filtered(text: string, client: number, hidden: ReadonlySet<EntryKind>): readonly Entry[] {
  const all = entries();
  if (text === "" && client === 0 && hidden.size === 0) return [...all];
  return all.filter(
    (entry) =>
      !hidden.has(entry.kind) &&
      (client === 0 || entry.clientNumber === client) &&
      (text === "" || entry.title.toLowerCase().includes(text) || textOf(entry).toLowerCase().includes(text)),
  );
}

/** The newest response is unfolded, to be read at once. */
function isOpen({ number }: Entry): boolean {
  return open.value.has(number) || (number === newestResponse() && !closed.value.has(number));
}

const heightAt = (entry: Entry | undefined): number => (entry ? heightOfEntry(entry, isOpen(entry)) : 0);

function toggle(entry: Entry): void {
  const { number } = entry;
  if (!isOpen(entry)) open.value = toggled(open.value, number);
  else {
    if (open.value.has(number)) open.value = toggled(open.value, number);
    closed.value = new Set([...closed.value, number]);
  }
}

function fold(rows: readonly Entry[]): void {
  const isFolding = open.value.size > 0;
  open.value = isFolding ? new Set() : new Set(rows.filter(({ frame }) => frame).map(({ number }) => number));
  if (isFolding) closed.value = new Set([newestResponse()]);
}

function toggled<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}

function copyOf(rows: readonly Entry[]): string {
  const frames = rows.filter(({ frame }) => frame).map((entry) => JSON.parse(textOf(entry)) as unknown);
  return JSON.stringify(frames, undefined, 2);
}

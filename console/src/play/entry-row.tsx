import { hrefOf } from "../state/router.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Json } from "../ui/json.tsx";
import { clockTime } from "../ui/time.tsx";
import { setDraft } from "./draft.ts";
import { curlOf, scriptsOf } from "./entry-actions.ts";
import { type Entry, type EntryKind, textOf } from "./log.ts";

/** As the style sheet has them. */
const ROW_PX = 28;
const ACTIONS_PX = 30;
const LINE_PX = 18;
const PADDING_PX = 26;
const MAX_LINES = 24;

const MARKS: Record<EntryKind, [mark: string, meaning: string]> = {
  request: ["→", "request"],
  response: ["←", "response"],
  message: ["★", "message"],
  error: ["✕", "error"],
  note: ["·", "note"],
};

export function heightOfEntry(entry: Entry, isOpen: boolean): number {
  if (!isOpen || !entry.frame) return ROW_PX;
  return ROW_PX + ACTIONS_PX + PADDING_PX + LINE_PX * Math.min(MAX_LINES, lineCount(textOf(entry)));
}

function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

export function EntryRow({ entry, isOpen, toggle }: { entry: Entry; isOpen: boolean; toggle(): void }) {
  const { kind, title, at, tookMs, clientName, frame } = entry;
  const [mark, meaning] = MARKS[kind];
  return (
    <div class={`entry ${kind}`}>
      <button
        type="button"
        class="entry-line"
        aria-expanded={frame ? isOpen : undefined}
        disabled={!frame}
        onClick={toggle}
      >
        <span class="entry-fold" aria-hidden="true">
          {frame ? (isOpen ? "▾" : "▸") : ""}
        </span>
        <span class="entry-time">{clockTime(at)}</span>
        <span class="entry-mark" title={meaning}>
          <span aria-hidden="true">{mark}</span>
          <span class="sr-only">{meaning}</span>
        </span>
        <span class="entry-title">{title}</span>
        <span class="entry-hint">{hintOf(entry)}</span>
        <span class="entry-took">{tookMs !== undefined && `${tookMs.toFixed(1)} ms`}</span>
        <span class="entry-client">{clientName}</span>
      </button>
      {isOpen && frame && <Detail entry={entry} />}
    </div>
  );
}

/** What tells entries of one class apart: the event, the error, the kind of message. */
function hintOf({ frame }: Entry): string {
  if (!frame || Array.isArray(frame)) return "";
  const { eventKey, error, extCode, systemId } = frame;
  if (error && typeof error === "object") {
    const pairs = Object.entries(error).filter(([key]) => key !== "detail" && key !== "errorId");
    return pairs
      .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
      .join(", ");
  }
  return [eventKey, extCode, systemId].filter((one) => typeof one === "string").join(" ");
}

function Detail({ entry }: { entry: Entry }) {
  const { kind, frame } = entry;
  return (
    <div class="entry-detail">
      <div class="entry-actions row">
        <CopyButton name="JSON" label="Copy as JSON" text={() => textOf(entry)} />
        {kind === "request" && !Array.isArray(frame) && (
          <CopyButton name="curl" label="Copy as a curl command" text={() => curlOf(entry)} />
        )}
        {kind === "request" && frame && (
          <button type="button" class="button quiet small" onClick={() => setDraft(withoutId(frame))}>
            Edit again
          </button>
        )}
        {scriptsOf(entry).map((script) => (
          <a key={script} class="mono" title={script} href={hrefOf("scripts", ...script.split("/"))}>
            {script}
          </a>
        ))}
      </div>
      <Json text={textOf(entry)} label={`${entry.title} as JSON`} />
    </div>
  );
}

function withoutId(frame: NonNullable<Entry["frame"]>): NonNullable<Entry["frame"]> {
  if (Array.isArray(frame)) return frame.map(({ requestId: _, ...rest }) => rest);
  const { requestId: _, ...rest } = frame;
  return rest;
}

import type { LogLine } from "../api/types.ts";
import { hrefOf } from "../state/router.ts";
import { CopyButton } from "../ui/copy.tsx";
import { Json, jsonText } from "../ui/json.tsx";
import { clockTime } from "../ui/time.tsx";

const ROW_PX = 28;
const ACTIONS_PX = 30;
const LINE_PX = 18;
const PADDING_PX = 26;
const MAX_LINES = 24;

const MARKS: Record<LogLine["level"], string> = {
  trace: "·",
  debug: "·",
  info: "i",
  warn: "▲",
  error: "✕",
  fatal: "✕",
};

const KINDS: Partial<Record<LogLine["level"], string>> = {
  warn: "message",
  error: "error",
  fatal: "error",
  info: "response",
};

export function heightOfLine(line: LogLine, isOpen: boolean): number {
  if (!isOpen) return ROW_PX;
  const lines = jsonText(line.fields).split("\n").length;
  return ROW_PX + ACTIONS_PX + PADDING_PX + LINE_PX * Math.min(MAX_LINES, lines);
}

export function LogRow({ line, isOpen, toggle }: { line: LogLine; isOpen: boolean; toggle(): void }) {
  const { level, at, message, fields } = line;
  return (
    <div class={`entry ${KINDS[level] ?? "note"}`}>
      <button type="button" class="entry-line" aria-expanded={isOpen} onClick={toggle}>
        <span class="entry-fold" aria-hidden="true">
          {isOpen ? "▾" : "▸"}
        </span>
        <span class="entry-time">{clockTime(new Date(at).getTime())}</span>
        <span class="entry-mark" aria-hidden="true">
          {MARKS[level]}
        </span>
        <span class="log-level">{level}</span>
        <span class="log-message">{message}</span>
        <span class="entry-hint soft">{hintOf(fields)}</span>
      </button>
      {isOpen && (
        <div class="entry-detail">
          <div class="entry-actions row">
            <CopyButton
              name="JSON"
              label="Copy the line as JSON"
              text={() => jsonText({ at, level, message, ...fields })}
            />
            <Links fields={fields} />
          </div>
          <Json text={jsonText(fields)} label="Members of the line" />
        </div>
      )}
    </div>
  );
}

function hintOf(fields: LogLine["fields"]): string {
  return Object.entries(fields)
    .filter(([, value]) => typeof value !== "object" || value === null)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}

/** To the script and the player of the line. */
function Links({ fields }: { fields: LogLine["fields"] }) {
  const { script, player, failure, file, line } = fields;
  const failed = typeof failure === "object" && failure !== null ? (failure as Record<string, unknown>) : {};
  const where = typeof failed["file"] === "string" ? failed["file"] : typeof file === "string" ? file : script;
  const path = typeof where === "string" ? where.replace(/\.[jt]s$/, "").split("/") : [];
  const at = failed["line"] ?? line;
  return (
    <>
      {path.length === 2 && (
        <a class="mono" href={hrefOf("scripts", ...path, ...(typeof at === "number" ? [String(at)] : []))}>
          {path.join("/")}
          {typeof at === "number" && `:${at}`}
        </a>
      )}
      {typeof player === "string" && (
        <a class="mono" href={hrefOf("players", player)}>
          {player}
        </a>
      )}
    </>
  );
}

import { textArgument, textOf } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost, callHost } from "../realm/host.ts";
import { slice, stringify } from "../realm/originals.ts";
import { addLogLine, END, liveRun } from "../realm/run.ts";

/** Maximum length of a line. */
const LINE_CHARS = 8_192;

/** Writes to the server's log and the game's script log. Lines over the limit are dropped and counted. */
export class SparkLog {
  /** Logs text or JSON at level DEBUG. */
  debug(message: unknown): void {
    write("debug", message);
  }

  /** Logs text or JSON at level INFO. */
  info(message: unknown): void {
    write("info", message);
  }

  /** Logs text or JSON at level WARN. */
  warn(message: unknown): void {
    write("warn", message);
  }

  /** Logs text or JSON at level ERROR. */
  error(message: unknown): void {
    write("error", message);
  }

  /** The minimum level that is logged: "DEBUG", "INFO", "WARN" or "ERROR". */
  getLevel(): string {
    return askHost("log.level", "") as string;
  }

  /** Sets the minimum level that is logged, for all scripts of the stage. Takes effect within some seconds. */
  setLevel(level: string): void {
    callHost("log.setLevel", `,${stringify(textArgument("SparkLog.setLevel", "level", level))}`);
  }
}

addProperties(SparkLog);

function write(level: string, message: unknown): void {
  const run = liveRun();
  addLogLine(run, level, lineOf(message));
}

/** JSON text of a message. A message that is not JSON becomes a note, so that logging never fails. */
function lineOf(message: unknown): string {
  if (typeof message === "string") return stringify(cut(message));
  try {
    const text = stringify(message) ?? stringify(textOf(message));
    return text.length > LINE_CHARS ? stringify(cut(text)) : text;
  } catch (error) {
    if (error === END) throw error;
    return stringify(cut(`(not JSON: ${textOf(error)})`));
  }
}

function cut(text: string): string {
  return text.length > LINE_CHARS ? `${slice(text, 0, LINE_CHARS)}…` : text;
}

import { textArgument, textOf } from "../realm/arguments.ts";
import { addProperties } from "../realm/classes.ts";
import { askHost, callHost } from "../realm/host.ts";
import { slice, stringify } from "../realm/originals.ts";
import { addLogLine, END, liveRun } from "../realm/run.ts";

/** Characters kept of one line. */
const LINE_CHARS = 8_192;

/** Writes to the server's log and the game's script log. Lines beyond the limit are counted and dropped. */
export class SparkLog {
  /** Logs a message of the least severity: text or JSON. */
  debug(message: unknown): void {
    write("debug", message);
  }

  /** Logs a message: text or JSON. */
  info(message: unknown): void {
    write("info", message);
  }

  /** Logs a warning: text or JSON. */
  warn(message: unknown): void {
    write("warn", message);
  }

  /** Logs an error: text or JSON. */
  error(message: unknown): void {
    write("error", message);
  }

  /** The least severe level that is written: "DEBUG", "INFO", "WARN" or "ERROR". */
  getLevel(): string {
    return askHost("log.level", "") as string;
  }

  /** Sets the least severe level that is written, of all scripts of the stage, from some seconds later on. */
  setLevel(level: string): void {
    callHost("log.setLevel", `,${stringify(textArgument("SparkLog.setLevel", "level", level))}`);
  }
}

addProperties(SparkLog);

function write(level: string, message: unknown): void {
  const run = liveRun();
  addLogLine(run, level, lineOf(message));
}

/** JSON text of a message. A message that is no JSON is logged as a note that says so: logging never fails a script. */
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

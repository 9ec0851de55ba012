import type { LimitKind } from "../../kernel/scripts/limits.ts";
import { ANSWER } from "../protocol.ts";
import { indexOf, OriginalError, parse, slice } from "./originals.ts";
import { breach, limits, liveRun, type Run } from "./run.ts";

/** The sandbox's only way out: sends text to the server and waits for the answer. */
export interface HostReference {
  applySync(receiver: undefined, args: [text: string]): string;
}

/** First arguments of calls on the runtime collection `log`. */
const LOG = ',"script","log"';

let host: HostReference | null = null;

export function connectHost(reference: HostReference | null): void {
  host = reference;
}

/**
 * Calls the server and blocks until it answers. Throws if the server refuses; ends the script if it exceeds a limit.
 * @param args the arguments as JSON texts, each preceded by a comma
 */
export function callHost(call: string, args: string): string {
  const run = liveRun();
  if (host === null) throw new OriginalError(`${call} needs a server.`);
  if (run.logKept < run.logLines && slice(args, 0, LOG.length) === LOG) keepLog(run);
  if (args.length > limits.resultChars) {
    throw new OriginalError(`${call}: the arguments are larger than ${limits.resultChars} characters.`);
  }
  const answer = host.applySync(undefined, [`["${call}"${args}]`]);
  liveRun();
  const kind = answer[0];
  const text = slice(answer, 1);
  if (kind === ANSWER.result) return text;
  if (kind === ANSWER.limit) {
    const colon = indexOf(text, ":");
    breach(slice(text, colon + 1), slice(text, 0, colon) as LimitKind);
  }
  if (kind === ANSWER.timeout) breach(text, "timeout");
  throw new OriginalError(text);
}

/** Stores the run's log so far, so that the run finds it in the collection. */
function keepLog(run: Run): void {
  let lines = "";
  for (let index = run.logKept; index < run.logLines; index++) lines += `${lines === "" ? "" : ","}${run.log[index]}`;
  callHost("log.keep", `,[${lines}]`);
  run.logKept = run.logLines;
}

export function askHost(call: string, args: string): unknown {
  return parse(callHost(call, args));
}

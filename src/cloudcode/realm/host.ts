import type { LimitKind } from "../../kernel/scripts/limits.ts";
import { ANSWER } from "../protocol.ts";
import { indexOf, OriginalError, parse, slice } from "./originals.ts";
import { breach, limits, liveRun, type Run } from "./run.ts";

/** The sandbox's one way out: text to the server, whose answer this thread waits for. */
export interface HostReference {
  applySync(receiver: undefined, args: [text: string]): string;
}

/** How the arguments of calls begin that are about the runtime collection `log`. */
const LOG = ',"script","log"';

let host: HostReference | null = null;

export function connectHost(reference: HostReference | null): void {
  host = reference;
}

/**
 * Calls the server and waits for its answer: JSON text. Throws what a script can catch where the server refuses; ends
 * the script where its calls or its time are used up. Its thread waits meanwhile.
 * @param args JSON texts, each after a comma; they are the call's arguments
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

/** What the run logged so far is where it looks for it. */
function keepLog(run: Run): void {
  let lines = "";
  for (let index = run.logKept; index < run.logLines; index++) lines += `${lines === "" ? "" : ","}${run.log[index]}`;
  callHost("log.keep", `,[${lines}]`);
  run.logKept = run.logLines;
}

/** The answer as a value. */
export function askHost(call: string, args: string): unknown {
  return parse(callHost(call, args));
}

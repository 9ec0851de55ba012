import type { LimitKind } from "./limits.ts";

/** A refusal that the script is told: a sentence. */
export class CallError extends Error {
  override name = "CallError";
}

/** Ends the run, which whoever started it runs again. */
export class RunAgain extends Error {
  override name = "RunAgain";
}

/** Ends the script, which cannot catch it: it went beyond a limit of its run. */
export class CallLimitError extends Error {
  override name = "CallLimitError";
  readonly kind: LimitKind;

  constructor(kind: LimitKind, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}

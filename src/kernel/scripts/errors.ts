import type { LimitKind } from "./limits.ts";

/** A refusal; its message is a sentence for the script. */
export class CallError extends Error {
  override name = "CallError";
}

/** Ends the run; its caller runs it again. */
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

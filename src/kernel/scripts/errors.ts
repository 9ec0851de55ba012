import type { LimitKind } from "./limits.ts";

/** A refused call. The message is shown to the script. */
export class CallError extends Error {
  override name = "CallError";
}

export class RunAgain extends Error {
  override name = "RunAgain";
}

/** The run's player, of which it has only the id, does not exist. It is run again without a player. */
export class PlayerGone extends RunAgain {
  override name = "PlayerGone";
}

/** The run exceeded a limit. Ends the script, which cannot catch this. */
export class CallLimitError extends Error {
  override name = "CallLimitError";
  readonly kind: LimitKind;

  constructor(kind: LimitKind, sentence: string) {
    super(sentence);
    this.kind = kind;
  }
}

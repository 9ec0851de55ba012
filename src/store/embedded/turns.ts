/** How long the store may keep the event loop to itself in one turn, in milliseconds. */
const BUDGET_MS = 3;

/** The event loop's turns, and how much of the current one the store has used. */
export class Turns {
  #began = 0;

  /** Whether the store has been at work in this turn for as long as it may. */
  spent(): boolean {
    const now = performance.now();
    if (this.#began === 0) {
      this.#began = now;
      setImmediate(this.#over);
      return false;
    }
    return now - this.#began > BUDGET_MS;
  }

  readonly #over = () => {
    this.#began = 0;
  };

  /** Settles in a later turn, after whatever else the event loop has to do. */
  next(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Long work in pieces: it yields wherever others may come in between, once the turn's time is spent, or a promise where
 * it has to wait for one, which must not be rejected.
 */
export type Steps<R> = Generator<Promise<void> | undefined, R, undefined>;

/** Does the work with a pause at each yield; without any it is done when the promise is handed out. */
export async function inTurns<R>(turns: Turns, steps: Steps<R>): Promise<R> {
  if (turns.spent()) await turns.next();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await (step.value ?? turns.next());
  }
}

/** What a promise comes to, waited for; its error is thrown. */
export function* awaited<R>(promise: Promise<R>): Steps<R> {
  let outcome: { result: R } | { error: unknown } | undefined;
  yield promise.then(
    (result) => {
      outcome = { result };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  if (outcome === undefined) throw new Error("A step was not waited for.");
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}

/** Work in one piece. */
// biome-ignore lint/correctness/useYield: it has no pause
export function* atOnce<R>(work: () => R): Steps<R> {
  return work();
}

/** Milliseconds that the store may use in one event loop turn. */
const BUDGET_MS = 3;

export class Turns {
  #began = 0;

  /** Whether the store has used up its time in this turn. */
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

  /** Resolves in a later turn, after other pending events. */
  next(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** Long work in pieces. Yields when the turn's time is used up, or a promise to wait for, which must not reject. */
export type Steps<R> = Generator<Promise<void> | undefined, R, undefined>;

/** Runs the steps, pausing at each yield. Without a yield they are complete when this returns. */
export async function inTurns<R>(turns: Turns, steps: Steps<R>): Promise<R> {
  if (turns.spent()) await turns.next();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await (step.value ?? turns.next());
  }
}

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

// biome-ignore lint/correctness/useYield: it has no pause
export function* atOnce<R>(work: () => R): Steps<R> {
  return work();
}

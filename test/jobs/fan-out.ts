import type { Store } from "../../src/store/store.ts";
import { type TestKind, testKind } from "./support.ts";

export const STEPS = 3;

/** A job of several steps: each writes one document in one transaction with the progress, the last one with the end. */
export function fanOut(store: Store): TestKind {
  const run: Parameters<typeof testKind>[0] = async (claim) => {
    for (let step = claim.document.step ?? 0; step < STEPS; step++) {
      await store.transaction(async (tx) => {
        await tx.collection("done").insertOne({ step });
        if (step === STEPS - 1) await claim.finish(tx);
        else await claim.progress({ $set: { step: step + 1 } }, tx);
      });
    }
    return "settled";
  };
  // One at a time, so that the order of operations is known.
  return testKind(run, { concurrency: 1 });
}

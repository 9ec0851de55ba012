import { AsyncLocalStorage } from "node:async_hooks";
import { StoreError } from "./errors.ts";
import type { Store } from "./store.ts";

/** A transaction's work while it runs, known to everything that the work calls. */
interface Work {
  store: Store;
  over: boolean;
}

const current = new AsyncLocalStorage<Work>();

/** Runs a transaction's work so that `refuseInside` knows it. */
export async function runInside<R>(store: Store, work: () => Promise<R>): Promise<R> {
  const inside: Work = { store, over: false };
  try {
    return await current.run(inside, work);
  } finally {
    inside.over = true;
  }
}

/** The store used by its own transaction's work would not see what that wrote, and wait for it where it writes. */
export function refuseInside(store: Store): void {
  const inside = current.getStore();
  if (inside === undefined || inside.over || inside.store !== store) return;
  const message = "The store itself was used inside a transaction. Use the tx that the transaction hands out.";
  throw new StoreError("BAD_OPERATION", message);
}

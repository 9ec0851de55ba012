import { AsyncLocalStorage } from "node:async_hooks";
import { StoreError } from "./errors.ts";
import type { Store } from "./store.ts";

interface Work {
  store: Store;
  over: boolean;
}

const current = new AsyncLocalStorage<Work>();

export async function runInside<R>(store: Store, work: () => Promise<R>): Promise<R> {
  const inside: Work = { store, over: false };
  try {
    return await current.run(inside, work);
  } finally {
    inside.over = true;
  }
}

/** A transaction's work must not use the store directly: reads would miss its own writes, and writes would deadlock. */
export function refuseInside(store: Store): void {
  const inside = current.getStore();
  if (inside === undefined || inside.over || inside.store !== store) return;
  const message = "The store was used directly inside a transaction. Use the tx passed to the transaction.";
  throw new StoreError("BAD_OPERATION", message);
}

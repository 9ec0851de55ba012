import { AsyncLocalStorage } from "node:async_hooks";

/** The caller of store operations. Callers take turns, and each one's work is limited. */
export interface Caller {
  /** The player's id, or other text that identifies the caller. */
  key: string;
  documentBytes: number;
}

const current = new AsyncLocalStorage<Caller>();

/** Attributes the store operations in `work` to the caller. Without a caller they are the server's own. */
export function onBehalfOf<R>(caller: Caller, work: () => R): R {
  return current.run(caller, work);
}

export function currentCaller(): Caller | undefined {
  return current.getStore();
}

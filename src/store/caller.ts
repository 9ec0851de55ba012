import { AsyncLocalStorage } from "node:async_hooks";

/** For whom the store works: operations of one caller take turns with those of others, and are bounded. */
export interface Caller {
  /** The player's id, or another text that identifies the caller. */
  key: string;
  /** Documents that the caller writes may be this long, in bytes. */
  documentBytes: number;
}

const current = new AsyncLocalStorage<Caller>();

/** What `work` asks of a store is asked for the caller. Without one it is the server's own. */
export function onBehalfOf<R>(caller: Caller, work: () => R): R {
  return current.run(caller, work);
}

export function currentCaller(): Caller | undefined {
  return current.getStore();
}

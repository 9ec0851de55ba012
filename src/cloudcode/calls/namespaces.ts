import { text } from "../../kernel/scripts/arguments.ts";
import type { CallScope } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Collection, CollectionOptions, Document } from "../../store/store.ts";

/** The server's own collections that scripts may read. No password, token, device or link is in them. */
const SYSTEM = new Map([
  ["player", "player"],
  ["challengeInstance", "challengeInstance"],
]);

const MAX_NAME = 150;

export interface Named {
  namespace: string;
  /** As scripts name it. */
  name: string;
  collection: Collection<Document>;
}

/** A collection of the game (`script.…`), of its fixed data (`meta.…`), or of the server. */
export function collectionToRead(scope: CallScope, namespace: unknown, name: unknown): Named {
  const short = text(name, "collectionName", MAX_NAME);
  return {
    namespace: String(namespace),
    name: short,
    collection: scope.store.collection(fullName(namespace, short), bounds(scope)),
  };
}

/** The same, for what changes documents. */
export function collectionToWrite(scope: CallScope, namespace: unknown, name: unknown): Collection<Document> {
  return scope.store.collection(nameToWrite(scope, namespace, name), bounds(scope));
}

/** The same, for `writeEarly`. */
export function collectionToWriteEarly(scope: CallScope, namespace: unknown, name: unknown): Collection<Document> {
  return scope.early.collection(nameToWrite(scope, namespace, name), bounds(scope));
}

/** What MongoDB does for a script goes on when the script is ended, unless it has a bound of its own. */
function bounds({ config }: CallScope): CollectionOptions {
  return { maxTimeMs: config.queryTimeoutMs };
}

function nameToWrite(scope: CallScope, namespace: unknown, name: unknown): string {
  if (namespace === "system") throw new CallError(`The system collection ${name} can be read, and not be written.`);
  if (namespace === "meta" && scope.stage !== "preview") {
    throw new CallError(`The meta collection ${name} can be written on preview only.`);
  }
  return fullName(namespace, text(name, "collectionName", MAX_NAME));
}

export function fullName(namespace: unknown, name: string): string {
  if (namespace === "script" || namespace === "meta") return `${namespace}.${name}`;
  const system = namespace === "system" ? SYSTEM.get(name) : undefined;
  if (system !== undefined) return system;
  throw new CallError(`There is no system collection ${JSON.stringify(name)} that scripts may read.`);
}

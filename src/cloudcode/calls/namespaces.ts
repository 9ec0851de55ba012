import { text } from "../../kernel/scripts/arguments.ts";
import type { CallScope } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Collection, CollectionOptions, Document } from "../../store/store.ts";

/** System collections that scripts may read. None holds passwords, tokens, devices or links. */
const SYSTEM = new Map([
  ["player", "player"],
  ["challengeInstance", "challengeInstance"],
]);

const MAX_NAME = 150;

export interface Named {
  namespace: string;
  name: string;
  collection: Collection<Document>;
}

/** A collection of the game (`script.…`), of its metadata (`meta.…`), or of the server. */
export function collectionToRead(scope: CallScope, namespace: unknown, name: unknown): Named {
  const short = text(name, "collectionName", MAX_NAME);
  return {
    namespace: String(namespace),
    name: short,
    collection: scope.store.collection(fullName(namespace, short), bounds(scope)),
  };
}

export function collectionToWrite(scope: CallScope, namespace: unknown, name: unknown): Collection<Document> {
  return scope.store.collection(nameToWrite(scope, namespace, name), bounds(scope));
}

/** MongoDB continues an operation after its script has ended, so it needs a time limit of its own. */
function bounds({ config }: CallScope): CollectionOptions {
  return { maxTimeMs: config.queryTimeoutMs };
}

function nameToWrite(scope: CallScope, namespace: unknown, name: unknown): string {
  if (namespace === "system") throw new CallError(`The system collection ${name} is read-only.`);
  if (namespace === "meta" && scope.stage !== "preview") {
    throw new CallError(`The meta collection ${name} can only be written on preview.`);
  }
  return fullName(namespace, text(name, "collectionName", MAX_NAME));
}

export function fullName(namespace: unknown, name: string): string {
  if (namespace === "script" || namespace === "meta") return `${namespace}.${name}`;
  const system = namespace === "system" ? SYSTEM.get(name) : undefined;
  if (system !== undefined) return system;
  throw new CallError(`There is no system collection ${JSON.stringify(name)} that scripts can read.`);
}

import type { Presence } from "../../cluster/presence.ts";
import { parsePlayerId } from "../../ids.ts";
import type { Document, Projection, Sort } from "../../store/store.ts";
import { CallError } from "./call.ts";
import { isObject } from "./check.ts";

/** The server's own bookkeeping. */
const HIDDEN = ["accountVersion", "userNameSource", "syncDisplayName", "scriptWrites"];

/** Members as GameSparks' collection had them, and where they are kept here. */
function keptAs(path: string): string {
  const [first = "", ...rest] = path.split(".");
  const number = /^currency([1-6])$/.exec(first)?.[1];
  if (number !== undefined) return ["currencies", String(Number(number) - 1), ...rest].join(".");
  if (first === "online") throw new CallError('"online" of a player cannot be queried: ask SparkPlayer.isOnline.');
  return path;
}

/** A query or sort of the system collection `player` as the store has it. */
export function playerQuery<T extends Document | Sort>(query: T): T {
  const copy: Document = {};
  for (const [key, value] of Object.entries(query)) {
    if (!key.startsWith("$")) copy[keptAs(key)] = value;
    else copy[key] = Array.isArray(value) ? value.map((part) => (isObject(part) ? playerQuery(part) : part)) : value;
  }
  return copy as T;
}

/** The wanted members of a player: with one currency come all of them. */
export function playerProjection(projection: Projection): Projection {
  const copy: Projection = {};
  for (const [key, wanted] of Object.entries(projection)) {
    if (key !== "online") copy[/^currency[1-6]$/.test(key) ? "currencies" : key] = wanted;
  }
  return copy;
}

/** A player's document as scripts see it: with `currency1` to `currency6`, `online`, and without bookkeeping. */
export function playerDocument(document: Document, online: boolean): Document {
  const view: Document = { ...document };
  for (const name of HIDDEN) delete view[name];
  const { currencies } = document;
  if (Array.isArray(currencies)) {
    delete view["currencies"];
    currencies.forEach((amount, index) => {
      view[`currency${index + 1}`] = amount;
    });
  }
  return { ...view, online };
}

/** The same for several documents, with one look at presence. */
export async function playerDocuments(documents: Document[], presence: Presence): Promise<Document[]> {
  const ids = documents.map(({ _id }) => parsePlayerId(String(_id)));
  const online = await presence.online(ids.filter((id) => id !== undefined));
  return documents.map((document, index) => {
    const id = ids[index];
    return playerDocument(document, id !== undefined && online.has(id));
  });
}

import type { ObjectId } from "../../bson.ts";
import type { Presence } from "../../cluster/presence.ts";
import { objectIdOf, parsePlayerId } from "../../ids.ts";
import { isObject } from "../../kernel/scripts/arguments.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Document, Projection, Sort } from "../../store/store.ts";

/** The server's own bookkeeping. */
const HIDDEN = ["accountVersion", "userNameSource", "syncDisplayName", "scriptWrites"];

/** Members as GameSparks' collection had them, and where they are kept here. */
function storedPath(path: string): string {
  const [first = "", ...rest] = path.split(".");
  const number = /^currency([1-6])$/.exec(first)?.[1];
  if (number !== undefined) return ["currencies", String(Number(number) - 1), ...rest].join(".");
  if (first === "goods") return ["virtualGoods", ...rest].join(".");
  if (first === "online") throw new CallError('"online" of a player is in no order and no list of values.');
  return path;
}

/**
 * A query of the system collection `player` as the store has it. `online` is no member of what is stored: it becomes a
 * condition on ids, with one look at presence for a query that names it.
 */
export async function playerFilter(query: Document, presence: Presence): Promise<Document> {
  return storedFilter(query, asksForOnline(query) ? (await presence.all()).map(objectIdOf) : []);
}

/** Its operators nest queries, and there is no other place where a query may name a member. */
function storedFilter(query: Document, online: readonly ObjectId[]): Document {
  const kept: Document = {};
  const others: Document[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (key === "online") others.push(onlineFilter(value, online));
    else if (!key.startsWith("$")) kept[storedPath(key)] = value;
    else if (!Array.isArray(value)) kept[key] = value;
    else kept[key] = value.map((part) => (isObject(part) ? storedFilter(part, online) : part));
  }
  return others.length === 0 ? kept : { $and: [kept, ...others] };
}

function asksForOnline(query: Document): boolean {
  return Object.entries(query).some(
    ([key, value]) =>
      key === "online" ||
      (key.startsWith("$") && Array.isArray(value) && value.some((part) => isObject(part) && asksForOnline(part))),
  );
}

/** Players for whom a condition holds of `true`, where they are online, and of `false`, where they are not. */
function onlineFilter(condition: unknown, online: readonly ObjectId[]): Document {
  const whenOnline = holdsOf(condition, true);
  const whenAway = holdsOf(condition, false);
  if (whenOnline && whenAway) return {};
  if (whenOnline) return { _id: { $in: online } };
  return whenAway ? { _id: { $nin: online } } : { _id: { $in: [] } };
}

function holdsOf(condition: unknown, value: boolean): boolean {
  if (!isObject(condition)) return condition === value;
  const operators = Object.entries(condition);
  return (
    operators.length > 0 &&
    operators.every(([operator, wanted]) => {
      switch (operator) {
        case "$eq":
          return wanted === value;
        case "$ne":
          return wanted !== value;
        case "$exists":
          return Boolean(wanted);
        case "$not":
          return !holdsOf(wanted, value);
        case "$in":
          return Array.isArray(wanted) && wanted.includes(value);
        case "$nin":
          return Array.isArray(wanted) && !wanted.includes(value);
        default:
          throw new CallError(`"online" of a player cannot be compared by ${operator}.`);
      }
    })
  );
}

/** A sort, or a path as the only key of an object, as the store has it. */
export function playerSort<T extends Document | Sort>(sort: T): T {
  return Object.fromEntries(Object.entries(sort).map(([path, order]) => [storedPath(path), order])) as T;
}

/** The wanted members of a player: with one currency come all of them. */
export function playerProjection(projection: Projection): Projection {
  const copy: Projection = {};
  for (const [key, wanted] of Object.entries(projection)) {
    if (key === "online") continue;
    copy[/^currency[1-6]$/.test(key) ? "currencies" : storedPath(key)] = wanted;
  }
  return copy;
}

/**
 * A player's document as scripts see it: with `currency1` to `currency6`, with `goods` beside `virtualGoods`, with `online`,
 * and without bookkeeping.
 */
export function playerDocument(document: Document, online: boolean): Document {
  const view: Document = { ...document };
  for (const name of HIDDEN) delete view[name];
  const { currencies, virtualGoods } = document;
  if (virtualGoods !== undefined) view["goods"] = virtualGoods;
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

import type { ObjectId } from "../../bson.ts";
import type { Presence } from "../../cluster/presence.ts";
import { objectIdOf, parsePlayerId } from "../../ids.ts";
import { isObject } from "../../kernel/scripts/arguments.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { Document, Projection, Sort } from "../../store/store.ts";

const HIDDEN = ["accountVersion", "userNameSource", "syncDisplayName", "scriptWrites"];

/** Maps a path of GameSparks' collection to the stored one. */
function storedPath(path: string): string {
  const [first = "", ...rest] = path.split(".");
  const number = /^currency([1-6])$/.exec(first)?.[1];
  if (number !== undefined) return ["currencies", String(Number(number) - 1), ...rest].join(".");
  if (first === "goods") return ["virtualGoods", ...rest].join(".");
  if (first === "online") throw new CallError('Players cannot be sorted by "online", and it has no distinct values.');
  return path;
}

/** Converts a query of the collection `player`. `online` becomes a condition on ids, by one presence look-up. */
export async function playerFilter(query: Document, presence: Presence): Promise<Document> {
  return storedFilter(query, asksForOnline(query) ? (await presence.all()).map(objectIdOf) : []);
}

/** Only logical operators nest queries, so names are found nowhere else. */
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
          throw new CallError(`"online" of a player cannot be compared with ${operator}.`);
      }
    })
  );
}

export function playerSort<T extends Document | Sort>(sort: T): T {
  return Object.fromEntries(Object.entries(sort).map(([path, order]) => [storedPath(path), order])) as T;
}

/** Converts a projection. One currency selects all of them. */
export function playerProjection(projection: Projection): Projection {
  const copy: Projection = {};
  for (const [key, wanted] of Object.entries(projection)) {
    if (key === "online") continue;
    copy[/^currency[1-6]$/.test(key) ? "currencies" : storedPath(key)] = wanted;
  }
  return copy;
}

/** A player's document as scripts see it: with `currency1` to `currency6`, `goods` and `online`. */
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

/** As `playerDocument` for several documents, with one presence look-up. */
export async function playerDocuments(documents: Document[], presence: Presence): Promise<Document[]> {
  const ids = documents.map(({ _id }) => parsePlayerId(String(_id)));
  const online = await presence.online(ids.filter((id) => id !== undefined));
  return documents.map((document, index) => {
    const id = ids[index];
    return playerDocument(document, id !== undefined && online.has(id));
  });
}

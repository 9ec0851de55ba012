import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../../src/domains/data/errors.ts";
import {
  deleteItem,
  findItem,
  findItems,
  type ItemType,
  type ItemWrite,
  persistItem,
} from "../../../src/domains/data/items.ts";
import { DATA_LIMITS } from "../../../src/domains/data/limits.ts";
import { collectionName, dataTypes } from "../../../src/domains/data/types.ts";
import type { DataType } from "../../../src/game/game.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const HERO: DataType = {
  shortCode: "hero",
  fields: new Map([["level", { shortCode: "level", path: "stats.level" }]]),
};
const NOW = 1_600_000_000_000;

const made = (id: string, after: Record<string, unknown>, write: Partial<ItemWrite> = {}): ItemWrite => ({
  id,
  before: undefined,
  after,
  expires: undefined,
  how: "changes",
  version: undefined,
  checkVersion: false,
  condition: null,
  ...write,
});

/** Together they have arrays at every position of the path. */
const PACKS = {
  ann: [
    { weight: 1, kind: "rope", marks: [1, 6], in: [{ cell: [{ n: 1 }] }, { cell: [{ n: 6 }] }] },
    { weight: 6, kind: "axe", marks: [1, 6], in: { cell: { n: 9 } } },
  ],
  ben: [
    { weight: 1, kind: "axe", marks: 1, in: { cell: [{ n: 1 }, { n: [6, 4] }] } },
    { weight: 3, kind: "map", marks: [1, 3] },
  ],
  cat: { weight: 3, kind: "mat", marks: 3, in: { cell: { n: 4 } } },
  dan: { weight: [1, 6], kind: ["axe", "rope"], marks: [], in: [{ cell: { n: [1, 6] } }, { cell: { n: 7 } }] },
};

const CONDITIONS: [what: string, condition: unknown, ids: string[]][] = [
  ["none", null, ["ann", "ben", "cat", "dan"]],
  ["eq", ["N", "level", "eq", 2], ["ben"]],
  ["a number is not a string", ["S", "level", "eq", "2"], ["dan"]],
  ["ne matches items without the field", ["S", "clan", "ne", "red"], ["ben", "dan"]],
  ["gt", ["N", "level", "gt", 1], ["ben", "cat"]],
  ["lt", ["N", "level", "lt", 2], ["ann"]],
  ["strings are ordered", ["S", "name", "gt", "Ben"], ["cat", "dan"]],
  ["between includes both ends", ["N", "level", "between", 1, 2], ["ann", "ben"]],
  ["in", ["N", "level", "in", [1, 3, 7]], ["ann", "cat"]],
  ["in nothing", ["N", "level", "in", []], []],
  ["startsWith", ["S", "name", "startsWith", "Be"], ["ben"]],
  ["startsWith has no special characters", ["S", "name", "startsWith", "D.*"], ["dan"]],
  ["startsWith the last code point", ["S", "name", "startsWith", "C\u{10ffff}"], ["cat"]],
  ["startsWith an empty string matches all strings", ["S", "name", "startsWith", ""], ["ann", "ben", "cat", "dan"]],
  ["and", ["and", ["S", "clan", "eq", "red"], ["N", "level", "gt", 1]], ["cat"]],
  ["or", ["or", ["N", "level", "eq", 1], ["N", "level", "eq", 3]], ["ann", "cat"]],
  ["not", ["not", ["or", ["N", "level", "eq", 1], ["N", "level", "eq", 3]]], ["ben", "dan"]],
  ["an element of an array", ["S", "bag", "eq", "rope"], ["ann", "ben"]],
  ["between matches one element of an array", ["N", "dice", "between", 2, 5], ["ben"]],
  ["startsWith does not match across elements", ["S", "bag", "startsWith", "m"], []],
  ["startsWith matches an element of an array", ["S", "bag", "startsWith", "ro"], ["ann", "ben"]],
  ["between matches one object of an array", ["N", "pack.weight", "between", 2, 5], ["ben", "cat"]],
  ["not between", ["not", ["N", "pack.weight", "between", 2, 5]], ["ann", "dan"]],
  ["between matches arrays inside arrays of objects", ["N", "pack.marks", "between", 2, 5], ["ben", "cat"]],
  ["between with arrays at several positions", ["N", "pack.in.cell.n", "between", 2, 5], ["ben", "cat"]],
  ["between with an array index", ["N", "pack.1.weight", "between", 2, 5], ["ben"]],
  ["startsWith matches one object of an array", ["S", "pack.kind", "startsWith", "m"], ["ben", "cat"]],
  ["names that are operators", ["N", "$where", "eq", 1], ["ann"]],
];

const REFUSED: [what: string, condition: unknown, message: RegExp][] = [
  ["a string", "x", /The condition is invalid/],
  ["an and without conditions", ["and"], /The condition is invalid/],
  ["an unknown operator", ["S", "a", "$where", "x"], /The condition is invalid/],
  ["an inherited member as the operator", ["S", "a", "constructor", "x"], /The condition is invalid/],
  ["a string compared as a number", ["N", "a", "eq", "1"], /A number can only be compared with numbers/],
  ["an object compared as a string", ["S", "a", "eq", { $gt: "" }], /A string can only be compared with strings/],
  ["a long string", ["S", "a", "eq", "x".repeat(1_025)], /may have at most 1024 characters/],
  ["an invalid field", ["S", "a..b", "eq", "x"], /is not a valid field/],
  ["a long field", ["S", "a".repeat(201), "eq", "x"], /longer than 200/],
  ["a range of a deep field", ["N", "a.b.c.d.e.f.g.h.i.j.k", "between", 1, 2], /may have at most 10 parts/],
  ["too many values", ["N", "a", "in", Array(1_001).fill(1)], /at most 1000 values/],
  ["a single value for in", ["N", "a", "in", 1], /needs an array/],
  ["too deep nesting", Array.from({ length: 21 }).reduce((inner) => ["not", inner], ["N", "a", "eq", 1]), /20 levels/],
  ["too many comparisons", ["or", ...Array(201).fill(["N", "a", "eq", 1])], /200 comparisons/],
];

describe.each(engines)("items on $name", (engine) => {
  let opened: OpenStore;
  const items = (type: string, now = NOW): ItemType => ({
    store: opened.store,
    type,
    declared: type === "hero" ? HERO : undefined,
    now,
  });
  const ids = async (type: string, condition: unknown, order: unknown = [], now = NOW) =>
    (await findItems(items(type, now), condition, order).toArray()).map(({ id }) => id);

  beforeAll(async () => {
    opened = await engine.open();
    const heroes = {
      ann: {
        stats: { level: 1 },
        name: "Ann",
        clan: "red",
        bag: ["rope", "axe"],
        dice: [1, 6],
        $where: 1,
        pack: PACKS.ann,
      },
      ben: { stats: { level: 2 }, name: "Ben", clan: "blue", bag: "rope", dice: [1, 3], pack: PACKS.ben },
      cat: { stats: { level: 3 }, name: "C\u{10ffff}at", clan: "red", pack: PACKS.cat },
      dan: { stats: { level: "2" }, name: "D.*", pack: PACKS.dan },
    };
    for (const [id, hero] of Object.entries(heroes)) await persistItem(items("hero"), made(id, hero));
  });
  afterAll(() => opened.discard());

  test.for(CONDITIONS)("condition: %s", async ([, condition, expected]) => {
    expect((await ids("hero", condition)).sort()).toEqual(expected);
  });

  test.for(REFUSED)("refused: %s", ([, condition, message]) => {
    expect(() => findItems(items("hero"), condition, [])).toThrow(DataError);
    expect(() => findItems(items("hero"), condition, [])).toThrow(message);
  });

  test("queries sort by several fields", async () => {
    expect(await ids("hero", ["N", "level", "gt", 0], [["level", false]])).toEqual(["cat", "ben", "ann"]);
    const byClan = [
      ["clan", true],
      ["level", false],
    ];
    expect(await ids("hero", ["N", "level", "gt", 0], byClan)).toEqual(["ben", "cat", "ann"]);
    expect(() => findItems(items("hero"), null, Array(9).fill(["a", true]))).toThrow(/at most 8/);
    expect(() => findItems(items("hero"), null, [[1]])).toThrow(/must be a string/);
  });

  test("declared and queried fields are indexed, up to the limit", async () => {
    const types = dataTypes(opened.store);
    await persistItem(items("many"), made("a", {}));
    for (let n = 0; n < DATA_LIMITS.queriedIndexes + 5; n++) await ids("many", ["N", `f${n}.x`, "eq", 1]);
    await ids("neverWritten", ["N", "a", "eq", 1]);
    await types.indexed();
    const keys = async (type: string) =>
      (await opened.store.collection(collectionName(type)).indexes()).map(({ key }) => Object.keys(key)[0]);
    expect(await keys("hero")).toEqual(expect.arrayContaining(["_id", "expires", "data.stats.level", "data.clan"]));
    expect((await keys("many")).length).toBe(2 + DATA_LIMITS.queriedIndexes);
    expect(await keys("neverWritten")).toEqual([]);
    // The results do not depend on the indexes.
    expect((await ids("hero", ["S", "name", "startsWith", "C\u{10ffff}"])).sort()).toEqual(["cat"]);
    expect((await ids("hero", ["S", "bag", "eq", "rope"])).sort()).toEqual(["ann", "ben"]);
  });

  test("writing changes keeps the changes of others; overwriting does not", async () => {
    const type = items("delta");
    await persistItem(type, made("x", { a: 1, b: 1 }));
    const read = (await findItem(type, "x"))!;
    await persistItem(type, made("x", { a: 2, b: 1 }, { before: { a: 1, b: 1 } }));
    const theirs = { before: read.data, version: read.version };
    expect(await persistItem(type, made("x", { a: 1, b: 5 }, theirs))).toBeNull();
    expect((await findItem(type, "x"))!.data).toEqual({ a: 2, b: 5 });
    const version = await persistItem(type, made("x", { a: 1, b: 6 }, { ...theirs, how: "overwrite" }));
    expect(await findItem(type, "x")).toEqual({ id: "x", data: { a: 1, b: 6 }, version, expires: null });
  });

  test("a version check fails once the item has changed", async () => {
    const type = items("versions");
    const check = { checkVersion: true };
    const first = await persistItem(type, made("x", { n: 1 }, check));
    await expect(persistItem(type, made("x", { n: 2 }, check))).rejects.toThrow(/version check failed/);
    const second = await persistItem(type, made("x", { n: 2 }, { ...check, before: { n: 1 }, version: first! }));
    expect(second).not.toBe(first);
    const late = made("x", { n: 3 }, { ...check, before: { n: 1 }, version: first! });
    await expect(persistItem(type, late)).rejects.toThrow(DataError);
    // A write without changes keeps the version; a deleted and recreated item has a new one.
    await persistItem(type, made("x", { n: 2 }, { before: { n: 2 }, version: second! }));
    expect((await findItem(type, "x"))!.version).toBe(second);
    await deleteItem(type, "x");
    await persistItem(type, made("x", { n: 2 }));
    await expect(
      persistItem(type, made("x", { n: 3 }, { ...check, before: { n: 2 }, version: second! })),
    ).rejects.toThrow(/version check/);
  });

  test("a condition check compares the stored item", async () => {
    const type = items("checks");
    const atLeast = (n: number): Partial<ItemWrite> => ({ before: { n: 5 }, condition: ["N", "n", "gt", n] });
    await expect(persistItem(type, made("x", { n: 1 }, atLeast(0)))).rejects.toThrow(/condition check failed/);
    await persistItem(type, made("x", { n: 5 }));
    await expect(persistItem(type, made("x", { n: 1 }, atLeast(5)))).rejects.toThrow(/condition check failed/);
    await persistItem(type, made("x", { n: 1 }, atLeast(4)));
    expect((await findItem(type, "x"))!.data).toEqual({ n: 1 });
  });

  test("a deleted item is recreated by an overwrite but not by a change", async () => {
    const type = items("gone");
    await persistItem(type, made("x", { n: 1 }));
    expect(await deleteItem(type, "x")).toBe(true);
    expect(await deleteItem(type, "x")).toBe(false);
    await expect(persistItem(type, made("x", { n: 2 }, { before: { n: 1 } }))).rejects.toThrow(/deleted or expired/);
    expect(await findItem(type, "x")).toBeUndefined();
    await persistItem(type, made("x", { n: 2 }, { before: { n: 1 }, how: "overwrite" }));
    expect((await findItem(type, "x"))!.data).toEqual({ n: 2 });
  });

  test("an item is absent once it has expired", async () => {
    const type = items("timed");
    await persistItem(type, made("x", { n: 1 }, { expires: NOW + 1_000 }));
    await persistItem(type, made("y", { n: 1 }));
    await persistItem(type, made("x", { n: 2 }, { before: { n: 1 } }));
    expect(await findItem(type, "x")).toMatchObject({ data: { n: 2 }, expires: NOW + 1_000 });
    const later = items("timed", NOW + 1_000);
    expect(await findItem(later, "x")).toBeUndefined();
    expect(await ids("timed", null, [], NOW + 1_000)).toEqual(["y"]);
    await expect(persistItem(later, made("x", { n: 3 }, { before: { n: 2 } }))).rejects.toThrow(/deleted or expired/);
    await persistItem(later, made("x", { m: 1 }, { how: "increments" }));
    expect(await findItem(later, "x")).toMatchObject({ data: { m: 1 }, expires: null });
    await persistItem(later, made("x", { m: 1 }, { before: { m: 1 }, expires: NOW + 5_000 }));
    await persistItem(later, made("x", { m: 1 }, { before: { m: 1 }, expires: null }));
    expect((await findItem(later, "x"))!.expires).toBeNull();
    const [, expiry] = await opened.store.collection(collectionName("timed")).indexes();
    expect(expiry).toMatchObject({ key: { expires: 1 }, expireAfterSeconds: 0 });
  });

  test("concurrent increments all count", async () => {
    const type = items("counters");
    await persistItem(type, made("x", { n: 10, by: "" }));
    const one = (n: number) =>
      persistItem(type, made("x", { n: 11, by: `${n}` }, { before: { n: 10, by: "" }, how: "increments" }));
    await Promise.all(Array.from({ length: 20 }, (_, n) => one(n)));
    expect((await findItem(type, "x"))!.data["n"]).toBe(30);
    // Also by scripts that created the item without reading it.
    const blind = () => persistItem(type, made("y", { n: 1 }, { how: "increments" }));
    await Promise.all(Array.from({ length: 20 }, blind));
    expect((await findItem(type, "y"))!.data).toEqual({ n: 20 });
  });

  test("of concurrent version checks, one succeeds", async () => {
    const type = items("contest");
    const version = (await persistItem(type, made("x", { winner: null })))!;
    const claim = (n: number) =>
      persistItem(type, made("x", { winner: n }, { before: { winner: null }, version, checkVersion: true }));
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => claim(n)));
    const winners = results.flatMap(({ status }, n) => (status === "fulfilled" ? [n] : []));
    expect(winners.length).toBe(1);
    expect((await findItem(type, "x"))!.data).toEqual({ winner: winners[0] });
    const make = () => persistItem(type, made("new", { n: 1 }, { checkVersion: true }));
    const makers = await Promise.allSettled(Array.from({ length: 20 }, make));
    expect(makers.filter(({ status }) => status === "fulfilled").length).toBe(1);
  });

  test("sizes and names are limited", async () => {
    const type = items("sizes");
    const large = "x".repeat(DATA_LIMITS.itemBytes - 8);
    await persistItem(type, made("x", { a: large }));
    await expect(persistItem(type, made("x", { a: `${large}y` }))).rejects.toThrow(/409601 bytes/);
    await expect(persistItem(type, made("x", { a: large, b: 1 }, { before: { a: large } }))).rejects.toThrow(/bytes/);
    for (const id of ["", "x".repeat(257), "\ud800"]) {
      await expect(persistItem(type, made(id, {}))).rejects.toThrow(/id must be/);
      expect(await findItem(type, id)).toBeUndefined();
      expect(await deleteItem(type, id)).toBe(false);
    }
    for (const name of ["", "x".repeat(101), "ü".repeat(20), "\ud800"]) {
      await expect(persistItem(items(name), made("x", {}))).rejects.toThrow(DataError);
      await expect(findItem(items(name), "x")).rejects.toThrow(DataError);
    }
  });

  test("types with unusual names do not share items", async () => {
    const names = ["a.b", "a", "a..b.", "$x", "system.users", "a b/é", "A", "%"];
    for (const name of names) await persistItem(items(name), made("x", { name }));
    for (const name of names) expect((await findItem(items(name), "x"))!.data).toEqual({ name });
  });

  test("the number of types per stage is limited", async () => {
    const registry = opened.store.collection("dataType");
    const there = await registry.countDocuments({});
    const more = Array.from({ length: DATA_LIMITS.types - there }, (_, n) => ({ _id: `more${n}` }));
    await registry.insertMany(more);
    await expect(persistItem(items("oneTooMany"), made("x", {}))).rejects.toThrow(
      /There are already .* types of items/,
    );
    await persistItem(items("more0"), made("x", {}));
    await registry.deleteMany({ _id: { $in: more.map(({ _id }) => _id) } });
    await persistItem(items("oneTooMany"), made("x", {}));
  });
});

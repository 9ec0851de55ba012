import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { itemOrder, itemQuery } from "../../../src/domains/data/condition.ts";
import { findItems, persistItem } from "../../../src/domains/data/items.ts";
import { collectionName, dataTypes } from "../../../src/domains/data/types.ts";
import type { DataType } from "../../../src/game/game.ts";
import { planQuery } from "../../../src/store/embedded/plan.ts";
import { compileSort } from "../../../src/store/embedded/sort.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import { importDocument } from "../../../src/store/embedded/values.ts";

/** The indexes that a query of the embedded store uses; undefined: a full scan. */
let folder: string;
let store: EmbeddedStore;
const declared: DataType = {
  shortCode: "hero",
  fields: new Map([["level", { shortCode: "level", path: "stats.level" }]]),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-data-"));
  store = await openEmbeddedStore({ path: join(folder, "data.db") });
  await persistItem(
    { store, type: "hero", declared, now: 0 },
    {
      id: "a",
      before: undefined,
      after: { stats: { level: 1 }, name: "Ann" },
      expires: null,
      how: "changes",
      version: undefined,
      checkVersion: false,
      condition: null,
    },
  );
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const NAME = "data.name_1";
const LEVEL = "data.stats.level_1";
const QUERIES: [what: string, condition: unknown, order: unknown[], indexes: (string | undefined)[]][] = [
  ["eq", ["S", "name", "eq", "Ann"], [], [NAME]],
  ["a declared field", ["N", "level", "gt", 0], [], [LEVEL]],
  ["in", ["N", "level", "in", [1, 2]], [], [LEVEL]],
  ["between", ["N", "level", "between", 1, 2], [], [LEVEL]],
  ["startsWith", ["S", "name", "startsWith", "A"], [], [NAME]],
  ["and", ["and", ["S", "clan", "ne", "x"], ["S", "name", "eq", "Ann"]], [], [NAME]],
  ["or", ["or", ["S", "name", "eq", "Ann"], ["N", "level", "eq", 1]], [], [NAME, LEVEL]],
  ["sorted by the same field", ["N", "level", "gt", 0], [["level", false]], [LEVEL]],
  ["sorted, without a condition", null, [["name", true]], [NAME]],
  ["all", null, [], [undefined]],
];

test.for(QUERIES)("%s", async ([, condition, order, indexes]) => {
  await findItems({ store, type: "hero", declared, now: 0 }, condition, order).toArray();
  await dataTypes(store).indexed();
  const info = store.reading().catalog.get(collectionName("hero"))!;
  const filter = importDocument(itemQuery(condition, declared).filter);
  const plan = planQuery(info, filter, compileSort(itemOrder(order, declared)));
  expect(plan.scans.map(({ index }) => index?.description.name)).toEqual(indexes);
  expect(plan.sorted).toBe(true);
});

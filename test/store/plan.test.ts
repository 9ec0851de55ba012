import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Document, Sort, SortOrder } from "../../src/store/store.ts";
import { Dice, randomMembers, randomValue } from "./support.ts";

/** Whatever index there is, a query answers what it answers without any. */
let folder: string;
let store: EmbeddedStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-plan-"));
  store = await openEmbeddedStore({ path: join(folder, "plan.db") });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const PATHS = ["a", "b", "c", "a.b", "a.c", "b.a"];
const DOCUMENTS = 150;
/** So few that conditions meet documents. */
const FEW = [null, 1, 2, 3, 4, "a", true];

function randomCondition(dice: Dice): unknown {
  const value = () => randomValue(dice, 1, FEW);
  switch (dice.roll(12)) {
    case 0:
      return { $in: dice.list(4, value) };
    case 1:
      return { $gt: value() };
    case 2:
      return { $gte: value(), $lt: value() };
    case 3:
      return { $lte: value() };
    case 4:
      return { $exists: dice.roll(2) === 0 };
    case 5:
      return { $ne: value() };
    case 6:
      return { $elemMatch: { [dice.pick(["a", "b", "$gt", "$eq"])]: value() } };
    case 7:
      return { $not: { $gt: value() } };
    case 8:
      return { $gt: value(), $lte: value() };
    default:
      return value();
  }
}

function randomFilter(dice: Dice, depth = 1): Document {
  const filter: Document = {};
  for (let i = dice.roll(3); i >= 0; i--) filter[dice.pick(PATHS)] = randomCondition(dice);
  if (depth > 0 && dice.roll(4) === 0) filter.$or = [randomFilter(dice, 0), randomFilter(dice, 0)];
  if (depth > 0 && dice.roll(6) === 0) filter.$and = [randomFilter(dice, 0), randomFilter(dice, 0)];
  return filter;
}

function randomKey(dice: Dice): Record<string, SortOrder> {
  const key: Record<string, SortOrder> = {};
  for (let i = dice.roll(3); i >= 0; i--) key[dice.pick(PATHS)] = dice.pick([1, -1] as const);
  if (dice.roll(3) > 0) key._id = dice.pick([1, -1] as const);
  return key;
}

/** Often with an array of objects, whose members an index may hold side by side. */
function randomDocument(dice: Dice): Document {
  const document = randomMembers(dice, 4, FEW);
  const scalar = () => dice.pick(FEW);
  if (dice.roll(2) === 0) document.a = dice.list(3, () => ({ b: scalar(), c: scalar() }));
  if (dice.roll(3) === 0) document.b = dice.list(3, scalar);
  return document;
}

/** The order asked for, with `_id` last so that there is only one. */
function randomSort(dice: Dice, keys: Record<string, SortOrder>[]): Sort {
  const sort = dice.pick(keys);
  const direction = dice.pick([1, -1] as const);
  const turned = Object.entries(sort).map(([path, order]) => [path, (order * direction) as SortOrder]);
  return { ...Object.fromEntries(turned), ...("_id" in sort ? {} : { _id: 1 as const }) };
}

it("finds the same documents in the same order with indexes as without", async () => {
  const dice = new Dice(7);
  for (let round = 0; round < 8; round++) {
    const bare = store.collection(`bare${round}`);
    const indexed = store.collection(`indexed${round}`);
    const keys = Array.from({ length: 5 }, () => randomKey(dice));
    for (const key of keys) {
      const sparse = dice.roll(3) === 0;
      await indexed.createIndex(key, { name: JSON.stringify([key, sparse]), sparse }).catch(() => undefined);
    }
    for (let i = 0; i < DOCUMENTS; i++) {
      const document = { _id: dice.roll(3) === 0 ? `s${i}` : i, ...randomDocument(dice) };
      const refused = await indexed.insertOne(document).then(
        () => false,
        () => true,
      );
      if (!refused) await bare.insertOne(document);
    }
    for (let i = 0; i < 300; i++) {
      const filter = randomFilter(dice);
      const order: Sort = dice.roll(2) === 0 ? { _id: 1 } : randomSort(dice, keys);
      const shape = dice.roll(3) === 0 ? { skip: dice.roll(5), limit: 1 + dice.roll(10) } : {};
      const options = { sort: order, ...shape };
      const [expected, found] = await Promise.all([
        bare.find(filter, options).toArray(),
        indexed.find(filter, options).toArray(),
      ]);
      expect({ filter, options, ids: found.map(({ _id }) => _id) }).toEqual({
        filter,
        options,
        ids: expected.map(({ _id }) => _id),
      });
      expect(await indexed.countDocuments(filter)).toBe((await bare.find(filter).toArray()).length);
    }
  }
});

it("keeps indexes consistent through updates and deletes", async () => {
  const dice = new Dice(11);
  const bare = store.collection("bare");
  const indexed = store.collection("indexed");
  for (const path of PATHS) await indexed.createIndex({ [path]: 1 });
  const ids = Array.from({ length: 60 }, (_, i) => i);
  for (let i = 0; i < 600; i++) {
    const _id = dice.pick(ids);
    const replacement = randomDocument(dice);
    const path = dice.pick(PATHS.slice(0, 3));
    const update = dice.pick([{ $set: { [path]: randomValue(dice, 3, FEW) } }, { $unset: { [path]: 1 } }]);
    const kind = dice.roll(4);
    for (const collection of [bare, indexed]) {
      if (kind === 0) await collection.replaceOne({ _id }, replacement, { upsert: true });
      if (kind === 1 || kind === 2) await collection.updateOne({ _id }, update, { upsert: true });
      if (kind === 3) await collection.deleteOne({ _id });
    }
  }
  expect(await indexed.find({}, { sort: { _id: 1 } }).toArray()).toEqual(
    await bare.find({}, { sort: { _id: 1 } }).toArray(),
  );
  for (let i = 0; i < 500; i++) {
    const filter = randomFilter(dice);
    const [expected, found] = await Promise.all(
      [bare, indexed].map((things) => things.find(filter, { sort: { _id: 1 } }).toArray()),
    );
    expect({ filter, found }).toEqual({ filter, found: expected });
  }
});

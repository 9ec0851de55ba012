import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Collection, Document } from "../../src/store/store.ts";
import { Dice } from "./support.ts";

/** Whatever is asked of places, an index of them finds what a look at every document finds. */
let folder: string;
let store: EmbeddedStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-places-"));
  store = await openEmbeddedStore({ path: join(folder, "places.db") });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Now and then at a pole, the date line or the corner of a cell. */
function randomPosition(dice: Dice): [number, number] {
  const exact = (most: number) => dice.pick([-most, most, 0, 0.1, 10]);
  const any = (most: number) => (dice.roll(2_000_001) / 1_000_000 - 1) * most;
  const of = (most: number) => (dice.roll(6) === 0 ? exact(most) : any(most));
  return [of(180), of(90)];
}

function randomPlace(dice: Dice): unknown {
  const coordinates = randomPosition(dice);
  switch (dice.roll(5)) {
    case 0:
      return { lng: coordinates[0], lat: coordinates[1] };
    case 1:
      return [coordinates, randomPosition(dice)];
    case 2:
      return coordinates;
    default:
      return { type: "Point", coordinates };
  }
}

function randomClause(dice: Dice): Document {
  const [x, y] = randomPosition(dice);
  const size = dice.pick([0, 0.05, 1, 5, 30, 80]);
  const [west, east] = [Math.max(-180, x - size), Math.min(180, x + size)];
  const [south, north] = [Math.max(-90, y - size / 2), Math.min(90, y + size / 2)];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const isFlat = west === east || south === north;
  switch (dice.roll(isFlat ? 3 : 4)) {
    case 0:
      return { $geoWithin: { $centerSphere: [[x, y], (size * Math.PI) / 180] } };
    case 1:
      return {
        $geoWithin: {
          $box: [
            [west, south],
            [east, north],
          ],
        },
      };
    case 2:
      return { $geoWithin: { $center: [[x, y], size] } };
    default:
      return { $geoWithin: { $geometry: { type: "Polygon", coordinates: [ring] } } };
  }
}

it.each([1, 2, 3])("a geo index finds what a full scan finds, run %d", async (seed) => {
  const dice = new Dice(seed);
  const documents = Array.from({ length: 300 }, (_, _id) => ({ _id, at: randomPlace(dice) }));
  const [indexed, plain] = [store.collection(`indexed${seed}`), store.collection(`plain${seed}`)];
  await indexed.insertMany(documents.slice(0, 150));
  await indexed.createIndex({ at: "2dsphere" });
  await indexed.insertMany(documents.slice(150));
  await plain.insertMany(documents);
  const idsIn = async (things: typeof plain, filter: Document) =>
    (await things.find(filter, { sort: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  let found = 0;
  for (let run = 0; run < 150; run++) {
    const at = randomClause(dice);
    const ids = await idsIn(indexed, { at });
    expect({ at, ids }).toEqual({ at, ids: await idsIn(plain, { at }) });
    found += ids.length;
  }
  expect(found).toBeGreaterThan(500);
});

it("near returns documents in order, whether its circle covers part of the index or all of it", async () => {
  const dice = new Dice(4);
  const things = store.collection("near");
  await things.createIndex({ at: "2dsphere" });
  await things.insertMany(Array.from({ length: 300 }, (_, _id) => ({ _id, at: randomPlace(dice) })));
  for (let run = 0; run < 60; run++) {
    const $nearSphere = randomPosition(dice);
    const all = await things.find({ at: { $nearSphere } }).toArray();
    expect(all).toHaveLength(300);
    const part = await things.find({ at: { $nearSphere, $maxDistance: dice.pick([0.01, 0.1, 0.5]) } }).toArray();
    expect(part.map(({ _id }) => _id)).toEqual(all.slice(0, part.length).map(({ _id }) => _id));
    const skip = dice.roll(3) * dice.roll(20);
    const limit = 1 + dice.roll(40);
    const few = await things.find({ at: { $nearSphere } }, { skip, limit }).toArray();
    expect(few.map(({ _id }) => _id)).toEqual(all.slice(skip, skip + limit).map(({ _id }) => _id));
  }
});

const LINE = {
  type: "LineString",
  coordinates: [
    [0, 0],
    [1, 1],
  ],
};
const RING = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 0],
];
const AREAS = { type: "MultiPolygon", coordinates: [[RING]] };
const POINT = { type: "Point", coordinates: [1, 1] };

/** MongoDB does these; `docs/decisions/places.md` says why the embedded store does not. */
const REFUSED: [what: string, operation: (things: Collection) => Promise<unknown>, sentence: string][] = [
  [
    "a line for a place",
    (things) => things.insertOne({ at: LINE }),
    'the embedded store only supports a Point, not a "LineString"; MongoDB supports others',
  ],
  [
    "a collection of places",
    (things) => things.updateOne({ _id: 0 }, { $set: { at: { type: "GeometryCollection", geometries: [POINT] } } }),
    'not a "GeometryCollection"',
  ],
  [
    "$geoWithin of several polygons",
    (things) => things.find({ at: { $geoWithin: { $geometry: AREAS } } }).toArray(),
    'the embedded store only supports a Polygon in $geoWithin, not "MultiPolygon"; combine several with $or',
  ],
  [
    "$geoIntersects",
    (things) => things.find({ at: { $geoIntersects: { $geometry: POINT } } }).toArray(),
    "The embedded store does not support $geoIntersects",
  ],
  [
    "$geoNear",
    (things) => things.aggregate([{ $geoNear: { near: POINT, distanceField: "far" } }]).toArray(),
    "The embedded store does not support $geoNear. Use $nearSphere",
  ],
];

it.each(REFUSED)(
  "refused with a sentence, because only MongoDB supports it: %s",
  async (_what, operation, sentence) => {
    const things = store.collection("refused");
    await things.createIndex({ at: "2dsphere" });
    await things.replaceOne({ _id: 0 }, { at: POINT }, { upsert: true });
    await expect(operation(things)).rejects.toMatchObject({
      code: "BAD_OPERATION",
      message: expect.stringContaining(sentence),
    });
    expect(await things.find({}).toArray()).toEqual([{ _id: 0, at: POINT }]);
  },
);

it("a line in a document without a geo index is stored, and not found by geo queries", async () => {
  const things = store.collection("lines");
  await things.insertOne({ _id: 0, at: LINE });
  expect(await things.find({ at: { $geoWithin: { $centerSphere: [[0, 0], 1] } } }).toArray()).toEqual([]);
  await expect(things.createIndex({ at: "2dsphere" })).rejects.toThrow("only supports a Point");
});

import { expect, test } from "vitest";
import { dataTypesOf } from "../../src/game/data-types.ts";

test("reads data types and their fields by short code", () => {
  const problems: string[] = [];
  const field = (shortCode: string | null, path: string | null) => ({ shortCode, path, type: "N" });
  const types = dataTypesOf(
    [
      { shortCode: "hero", "~indexedFields": [field("level", "stats.level"), field("name", null), field(null, "xp")] },
      { "@id": "/~indexedTypes/clan", "~indexedFields": null },
    ],
    "c.json",
    problems,
  );
  expect(problems).toEqual([]);
  expect([...types.keys()]).toEqual(["hero", "clan"]);
  expect([...types.get("hero")!.fields.values()]).toEqual([
    { shortCode: "level", path: "stats.level" },
    { shortCode: "name", path: "name" },
    { shortCode: "xp", path: "xp" },
  ]);
});

test("reports unusable types and fields", () => {
  const problems: string[] = [];
  const many = Array.from({ length: 31 }, (_, n) => ({ shortCode: `f${n}`, path: `f${n}` }));
  const types = dataTypesOf(
    [
      {},
      { shortCode: "a", "~indexedFields": [{ shortCode: "x", path: "x..y" }, {}, { path: "p" }, { path: "p" }] },
      { shortCode: "a" },
      { shortCode: "b", "~indexedFields": many },
    ],
    "c.json",
    problems,
  );
  expect(problems).toEqual([
    "c.json: ~indexedTypes[0] has no shortCode; it indexes nothing.",
    'c.json: data type "a": ~indexedFields[0] has no shortCode or no path; it is not indexed.',
    'c.json: data type "a": ~indexedFields[1] has no shortCode or no path; it is not indexed.',
    'c.json: data type "a": ~indexedFields[3] is a duplicate of "p"; the first is used.',
    'c.json: ~indexedTypes[2] is a duplicate of "a"; the first is used.',
    'c.json: data type "b": ~indexedFields[30] exceeds the limit of 30 fields; it is not indexed.',
  ]);
  expect(types.get("b")!.fields.size).toBe(30);
});

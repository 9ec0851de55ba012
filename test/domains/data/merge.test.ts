import { expect, test } from "vitest";
import { DataError } from "../../../src/domains/data/errors.ts";
import { fromStored, type Members, toStored } from "../../../src/domains/data/members.ts";
import { merged } from "../../../src/domains/data/merge.ts";

const MERGES: [
  what: string,
  stored: Members,
  before: Members,
  after: Members,
  changes: Members,
  increments?: Members,
][] = [
  ["keeps the changes of others", { a: 9, b: 1 }, { a: 1, b: 1 }, { a: 1, b: 2 }, { a: 9, b: 2 }],
  ["sets a number, or adds the difference", { n: 50 }, { n: 10 }, { n: 12 }, { n: 12 }, { n: 52 }],
  ["subtracts a difference", { n: 50 }, { n: 10 }, { n: 4 }, { n: 4 }, { n: 44 }],
  ["adds a new number to the stored one", { n: 5 }, {}, { n: 1 }, { n: 1 }, { n: 6 }],
  [
    "merges objects member by member",
    { o: { n: 5, x: 1 } },
    { o: { n: 1 } },
    { o: { n: 2 } },
    { o: { n: 2, x: 1 } },
    { o: { n: 6, x: 1 } },
  ],
  [
    "adds up inside objects that the script did not see",
    { o: { n: 5 } },
    {},
    { o: { n: 1, m: 2 } },
    { o: { n: 1, m: 2 } },
    { o: { n: 6, m: 2 } },
  ],
  ["replaces a stored string by a number", { n: "x" }, { n: 1 }, { n: 2 }, { n: 2 }],
  ["adds to a number that others removed", {}, { n: 1 }, { n: 3 }, { n: 3 }, { n: 2 }],
  ["replaces a number that was a string", { n: 7 }, { n: "1" }, { n: 2 }, { n: 2 }],
  ["removes members", { a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1 } }, { b: {} }, { b: { d: 2 } }],
  ["replaces arrays as a whole", { l: [1, 2, 3] }, { l: [1] }, { l: [1, 9] }, { l: [1, 9] }],
  ["replaces a number that was an object", { o: 7 }, { o: { a: 1 } }, { o: { a: 2, b: 3 } }, { o: { a: 2, b: 3 } }],
  ["writes null as a value", { a: 1 }, { a: 1 }, { a: null }, { a: null }],
  ["writes names of inherited members", {}, {}, { constructor: 1, toString: "x" }, { constructor: 1, toString: "x" }],
];

test.for(MERGES)("%s", ([, stored, before, after, changes, increments = changes]) => {
  expect(merged(stored, before, after, false)).toEqual(changes);
  expect(merged(stored, before, after, true)).toEqual(increments);
});

test("__proto__ is ignored", () => {
  const after = JSON.parse('{"__proto__": {"x": 1}, "a": {"__proto__": 2, "b": 3}}') as Members;
  const result = merged({}, {}, toStored(after), false);
  expect(JSON.stringify(result)).toBe('{"a":{"b":3}}');
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
});

test("a sum that overflows is refused", () => {
  expect(() => merged({ n: 1e308 }, { n: 0 }, { n: 1.5e308 }, true)).toThrow(DataError);
});

test("encoded names can be decoded and contain no path or operator", () => {
  const data = { "a.b": { $set: 1, "": [{ "x\0y": 2 }] }, "100%": "%2E", "%": "", "%25": 0 };
  const stored = toStored(data);
  expect(fromStored(stored)).toEqual(data);
  expect(stored).toEqual({
    "a%2Eb": { "%24set": 1, "%": [{ "x%00y": 2 }] },
    "100%25": "%2E",
    "%25": "",
    "%2525": 0,
  });
});

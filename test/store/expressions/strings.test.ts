import { describe } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { REFUSED, tables } from "./support.ts";

const D = { s: "caf\u00e9 😀", at: new Date(Date.UTC(2026, 0, 2)), id: new ObjectId("0123456789abcdef01234567") };

/** In code points and bytes, where JavaScript counts units of UTF-16. */
describe("strings", () => {
  tables({
    "$toLower and $toUpper change A to Z alone": [
      [{ $toUpper: "caf\u00e9" }, "CAF\u00e9"],
      [{ $toLower: "\u00c9A" }, "\u00c9a"],
      [{ $toUpper: "$missing" }, ""],
      [{ $toLower: 12 }, "12"],
      [{ $toUpper: "$at" }, "2026-01-02T00:00:00.000Z", D],
      [{ $toUpper: [[1]] }, REFUSED],
    ],
    lengths: [
      [{ $strLenCP: "$s" }, 6, D],
      [{ $strLenBytes: "$s" }, 10, D],
      [{ $strLenCP: null }, REFUSED],
    ],
    $indexOfCP: [
      [{ $indexOfCP: ["$s", "😀"] }, 5, D],
      [{ $indexOfCP: ["$s", "x"] }, -1, D],
      [{ $indexOfCP: ["vanilla", "ll", 12] }, -1],
      [{ $indexOfCP: ["cafeteria", "e", 0, 3] }, -1],
      [{ $indexOfCP: ["foo.bar.fi", ".", 5] }, 7],
      [{ $indexOfCP: ["vanilla", "a", 0, 5] }, 1],
      [{ $indexOfCP: [null, "foo"] }, null],
      [{ $indexOfCP: ["vanilla", "ll", -1] }, REFUSED],
      [{ $indexOfCP: ["vanilla", null] }, REFUSED],
      [{ $indexOfCP: ["a", ""] }, 0],
    ],
    $indexOfBytes: [
      [{ $indexOfBytes: ["$s", "😀"] }, 6, D],
      [{ $indexOfBytes: ["cafeteria", "e"] }, 3],
      [{ $indexOfBytes: ["foo.bar.fi", ".", 5] }, 7],
    ],
    "$substrCP, $substrBytes, $substr": [
      [{ $substrCP: ["$s", 3, 3] }, "\u00e9 😀", D],
      [{ $substrCP: ["$s", 9, 1] }, "", D],
      [{ $substrCP: ["$missing", 0, 1] }, ""],
      [{ $substrBytes: ["$s", 3, 2] }, "\u00e9", D],
      [{ $substrBytes: ["$s", 4, 2] }, REFUSED, D],
      [{ $substrBytes: ["$s", 0, 4] }, REFUSED, D],
      [{ $substrBytes: ["abc", 1, -1] }, "bc"],
      [{ $substrBytes: ["abc", 1, 10] }, "bc"],
      [{ $substrBytes: ["abc", 5, 1] }, ""],
      [{ $substr: [12345, 1, 2] }, "23"],
    ],
    "$regexMatch, $regexFind, $regexFindAll": [
      [{ $regexMatch: { input: "Caf\u00e9", regex: "^caf", options: "i" } }, true],
      [{ $regexMatch: { input: "line\n", regex: "line$" } }, true],
      [{ $regexMatch: { input: null, regex: "x" } }, false],
      [{ $regexMatch: { input: 5, regex: "x" } }, REFUSED],
      [{ $regexMatch: { input: "x", regex: /x/i, options: "i" } }, REFUSED],
      [{ $regexFind: { input: "😀 ab", regex: "(a)(z)?" } }, { match: "a", idx: 2, captures: ["a", null] }],
      [{ $regexFind: { input: "ab\n", regex: "b$" } }, { match: "b", idx: 1, captures: [] }],
      [{ $regexFind: { input: "ab\n", regex: "b\\s$" } }, { match: "b\n", idx: 1, captures: [] }],
      [{ $regexFind: { input: "x", regex: "y" } }, null],
      [
        { $regexFindAll: { input: "a1b22", regex: /\d+/ } },
        [
          { match: "1", idx: 1, captures: [] },
          { match: "22", idx: 3, captures: [] },
        ],
      ],
      [{ $size: { $regexFindAll: { input: "ab", regex: "x*" } } }, 3],
      [{ $regexFindAll: { input: "$missing", regex: "x" } }, []],
    ],
  });
});

describe("types", () => {
  tables({
    $type: [
      [{ $type: "$missing" }, "missing"],
      [{ $type: null }, "null"],
      [{ $type: 5 }, "int"],
      [{ $type: 2 ** 31 }, "double"],
      [{ $type: 5.5 }, "double"],
      [{ $type: "$at" }, "date", D],
      [{ $type: "$id" }, "objectId", D],
      [{ $type: [[]] }, "array"],
      [{ $type: { $literal: {} } }, "object"],
      [{ $type: true }, "bool"],
    ],
    $toBool: [
      [{ $toBool: "" }, true],
      [{ $toBool: "false" }, true],
      [{ $toBool: 0 }, false],
      [{ $toBool: Number.NaN }, true],
      [{ $toBool: "$at" }, true, D],
      [{ $toBool: null }, null],
    ],
    $toInt: [
      [{ $toInt: "-12" }, -12],
      [{ $toInt: 5.9 }, 5],
      [{ $toInt: -5.9 }, -5],
      [{ $toInt: true }, 1],
      [{ $toInt: "5.5" }, REFUSED],
      [{ $toInt: " 5" }, REFUSED],
      [{ $toInt: "0x10" }, REFUSED],
      [{ $toInt: "" }, REFUSED],
      [{ $toInt: 2 ** 31 }, REFUSED],
      [{ $toInt: Number.NaN }, REFUSED],
      [{ $toInt: "$at" }, REFUSED, D],
      [{ $toInt: "$missing" }, null],
    ],
    $toLong: [
      [{ $toLong: "1234567890123" }, 1234567890123],
      [{ $toLong: "$at" }, Date.UTC(2026, 0, 2), D],
      [{ $toLong: "9007199254740993" }, REFUSED],
      [{ $toLong: "1e3" }, REFUSED],
    ],
    "$toDouble and $toDecimal": [
      [{ $toDouble: "-2.5e3" }, -2500],
      [{ $toDouble: ".5" }, 0.5],
      [{ $toDouble: "-inf" }, Number.NEGATIVE_INFINITY],
      [{ $toDouble: "0x10" }, REFUSED],
      [{ $toDouble: "" }, REFUSED],
      [{ $toDouble: "$id" }, REFUSED, D],
      [{ $toDecimal: "0.1" }, 0.1],
      [{ $toDecimal: false }, 0],
    ],
    $toString: [
      [{ $toString: true }, "true"],
      [{ $toString: 2.5 }, "2.5"],
      [{ $toString: "$at" }, "2026-01-02T00:00:00.000Z", D],
      [{ $toString: "$id" }, "0123456789abcdef01234567", D],
      [{ $toString: [[1]] }, REFUSED],
    ],
    $toDate: [
      [{ $toDate: "2018-03-20" }, new Date(Date.UTC(2018, 2, 20))],
      [{ $toDate: "2018-03-20T12:00:00+05:30" }, new Date(Date.UTC(2018, 2, 20, 6, 30))],
      [{ $toDate: 1000.9 }, new Date(1000)],
      [{ $toDate: "$id" }, new Date(0x01234567 * 1000), D],
      [{ $toDate: true }, REFUSED],
      [{ $toDate: "Friday" }, REFUSED],
      [{ $toDate: "2018-02-30" }, REFUSED],
      [{ $toDate: null }, null],
    ],
    $toObjectId: [
      [{ $toObjectId: "0123456789abcdef01234567" }, new ObjectId("0123456789abcdef01234567")],
      [{ $toObjectId: "$id" }, D.id, D],
      [{ $toObjectId: "xyz" }, REFUSED],
      [{ $toObjectId: 5 }, REFUSED],
      [{ $toObjectId: null }, null],
    ],
    $convert: [
      [{ $convert: { input: "5", to: "int" } }, 5],
      [{ $convert: { input: "5", to: 16 } }, 5],
      [{ $convert: { input: "$s", to: "int", onError: "bad" } }, "bad", D],
      [{ $convert: { input: "$s", to: "int", onError: "$$REMOVE" } }, undefined, D],
      [{ $convert: { input: "$s", to: "int" } }, REFUSED, D],
      [{ $convert: { input: null, to: "int", onNull: 0 } }, 0],
      [{ $convert: { input: 1, to: null } }, null],
      [{ $convert: { input: 1, to: "nonsense", onError: 0 } }, REFUSED],
      [{ $convert: { input: "$id", to: "string" } }, "0123456789abcdef01234567", D],
    ],
  });
});

import { describe, expect, it } from "vitest";
import { DefaultValue, DefaultValueError } from "../../src/game/default-value.ts";
import { gameOf } from "../../src/game/load.ts";
import { fullExport } from "./full-export.ts";

const load = (events: unknown) =>
  gameOf(JSON.stringify({ ...fullExport(), "~events": events }), "config.json", "folder");

/** 2024-02-29 17:05:09.042 UTC, a Thursday. */
const NOW = Date.UTC(2024, 1, 29, 17, 5, 9, 42);

it("reads events and their attributes from an export", () => {
  const { events, problems } = load([
    {
      "@id": "/~events/ScoreLevel",
      description: "Score by level",
      name: "Score by level",
      shortCode: "ScoreLevel",
      "~attributes": [
        { dataType: "int", defaultAggregationType: "MAX", defaultValue: "0", name: "Score", shortCode: "Score" },
        { dataType: "string", defaultAggregationType: "GROUP", defaultValue: null, name: "Level", shortCode: "Level" },
        { "@id": "/~events/ScoreLevel/~attributes/Bag", dataType: "json", defaultValue: "" },
      ],
    },
    { "@id": "/~events/Bare" },
  ]);
  expect(problems).toEqual([]);
  expect(events.get("ScoreLevel")).toMatchObject({
    name: "Score by level",
    attributes: [
      { shortCode: "Score", type: "number", aggregation: "MAX" },
      { shortCode: "Level", type: "string", aggregation: "GROUP", defaultValue: undefined },
      { shortCode: "Bag", type: "json", aggregation: "SCRIPT", defaultValue: undefined },
    ],
  });
  expect(events.get("ScoreLevel")?.attributes[0]?.defaultValue?.at(NOW)).toBe(0);
  expect(events.get("Bare")).toEqual({ shortCode: "Bare", name: "Bare", attributes: [] });
});

it.each([
  ["an event without a short code", [{}], "~events[0] has no shortCode"],
  ["a duplicate event", [{ shortCode: "A" }, { shortCode: "A" }], 'duplicate of "A"'],
  ["an attribute without a short code", [{ shortCode: "A", "~attributes": [{}] }], "~attributes[0] has no shortCode"],
  [
    "a duplicate attribute",
    [{ shortCode: "A", "~attributes": [{ shortCode: "B" }, { shortCode: "B" }] }],
    'duplicate of "B"',
  ],
  [
    "an unknown type",
    [{ shortCode: "A", "~attributes": [{ shortCode: "B", dataType: "date" }] }],
    "has an unknown type",
  ],
  [
    "an int attribute with text as default value",
    [{ shortCode: "A", "~attributes": [{ shortCode: "B", dataType: "int", defaultValue: "many" }] }],
    "its default value is not a number; the attribute must be sent",
  ],
])("reports %s", (_, events, sentence) => {
  expect(load(events).problems).toEqual([expect.stringContaining(sentence)]);
});

describe("a default value", () => {
  it.each([
    ["plain", "string", "plain"],
    ["7", "number", 7],
    ["7", "string", "7"],
    ['{"a": [1]}', "json", { a: [1] }],
    ["null", "json", null],
    ["${now}", "number", NOW],
    ["${now}", "string", String(NOW)],
    ["${ now - 30 * 24 * 60 * 60 * 1000 }", "number", NOW - 2_592_000_000],
    ["${(1 + 2) * -3}", "number", -9],
    ["${7 % 4}${10 / 4}", "string", "32.5"],
    ['${format(now, "yyyy-MM-dd")}', "string", "2024-02-29"],
    ["day ${format(now - 86400000, 'yyyyMMdd')}!", "string", "day 20240228!"],
    ['${"a}" + 1}', "string", "a}1"],
    ['{"at": ${now}}', "json", { at: NOW }],
  ] as const)("%s is evaluated for a %s attribute", (text, type, value) => {
    expect(new DefaultValue(text, type).at(NOW)).toEqual(value);
  });

  it.each([
    ["${now", "string", /closing brace/],
    ["${", "string", /syntax error/],
    ["${tomorrow}", "string", /unknown name "tomorrow"/],
    ["${now.constructor}", "string", /is not supported/],
    ["${process()}", "string", /is not supported/],
    ["${(function(){})()}", "string", /is not supported/],
    ['${"a" - 1}', "string", /calculates with a string/],
    ["${1 < 2}", "string", /operator </],
    ['${format(now, "yyyy-bb")}', "string", /invalid pattern/],
    ["${format(now)}", "string", /is not supported/],
    ["seven", "number", /is not a number/],
    ["${1 / 0}", "number", /is not a number/],
    ["{", "json", /is not JSON/],
  ] as const)("%s is refused for a %s attribute", (text, type, message) => {
    expect(() => new DefaultValue(text, type)).toThrow(DefaultValueError);
    expect(() => new DefaultValue(text, type)).toThrow(message);
  });
});

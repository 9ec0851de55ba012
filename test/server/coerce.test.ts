import { Type } from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { coerce } from "../../src/server/coerce.ts";

const schema = Type.Object({
  count: Type.Optional(Type.Integer()),
  price: Type.Optional(Type.Number()),
  flag: Type.Optional(Type.Boolean()),
  name: Type.Optional(Type.String()),
  ids: Type.Optional(Type.Array(Type.String())),
  place: Type.Optional(Type.Object({ latitude: Type.Number() })),
  anything: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

describe("lenient conversion", () => {
  it.each([
    [{ count: "10" }, { count: 10 }],
    [{ count: " -3 " }, { count: -3 }],
    [{ count: "" }, { count: "" }],
    [{ count: "ten" }, { count: "ten" }],
    [{ count: "0x10" }, { count: "0x10" }],
    [{ count: true }, { count: true }],
    [{ price: "1.5e2" }, { price: 150 }],
    [{ flag: "true" }, { flag: true }],
    [{ flag: "False" }, { flag: false }],
    [{ flag: "yes" }, { flag: "yes" }],
    [{ name: 12 }, { name: "12" }],
    [{ name: false }, { name: "false" }],
    [{ ids: "one" }, { ids: ["one"] }],
    [{ ids: [1, "two"] }, { ids: ["1", "two"] }],
    [{ count: null, name: "a" }, { name: "a" }],
    [{ place: { latitude: "52.5" } }, { place: { latitude: 52.5 } }],
    [{ place: "here" }, { place: "here" }],
    [{ anything: { count: "1" } }, { anything: { count: "1" } }],
    [{ unknown: "1" }, { unknown: "1" }],
  ])("%j becomes %j", (given, expected) => expect(coerce(schema, given)).toEqual(expected));

  it("does not change its argument", () => {
    const given = { count: "1", ids: "a" };
    coerce(schema, given);
    expect(given).toEqual({ count: "1", ids: "a" });
  });
});

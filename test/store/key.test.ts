import { expect, it } from "vitest";
import { compoundKey, keyOf } from "../../src/store/embedded/key.ts";
import { documentToText, textToDocument } from "../../src/store/embedded/text.ts";
import { compareValues, EMPTY_ARRAY } from "../../src/store/embedded/values.ts";
import { Dice, randomMembers, randomValue } from "./support.ts";

it("keys have the order of their values", () => {
  const dice = new Dice(1);
  const values = [EMPTY_ARRAY, undefined, ...Array.from({ length: 700 }, () => randomValue(dice, 3))];
  const keys = values.map((value) => Buffer.from(keyOf(value)));
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < values.length; j++) {
      const wanted = Math.sign(compareValues(values[i], values[j]));
      if (Math.sign(Buffer.compare(keys[i]!, keys[j]!)) !== wanted) expect([values[i], values[j]]).toBe(wanted);
    }
  }
});

it("the order of values is transitive", () => {
  const dice = new Dice(2);
  const values = Array.from({ length: 400 }, () => randomValue(dice, 3)).sort(compareValues);
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) expect(compareValues(values[i], values[j])).toBeLessThanOrEqual(0);
  }
});

it("compound keys compare part by part, each in its direction", () => {
  const dice = new Dice(3);
  const rows = Array.from({ length: 300 }, () => [randomValue(dice), randomValue(dice), randomValue(dice)]);
  const keys = rows.map((row) => Buffer.from(compoundKey(row, [false, true, false])));
  const order = (a: unknown[], b: unknown[]) =>
    compareValues(a[0], b[0]) || -compareValues(a[1], b[1]) || compareValues(a[2], b[2]);
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < rows.length; j++) {
      const wanted = Math.sign(order(rows[i]!, rows[j]!)) + 0;
      if (Math.sign(Buffer.compare(keys[i]!, keys[j]!)) !== wanted) expect([rows[i], rows[j]]).toBe(wanted);
    }
  }
});

it("documents survive a round trip through text", () => {
  const dice = new Dice(4);
  for (let i = 0; i < 2000; i++) {
    const document = { $: randomValue(dice), $oid: 1, x: { $date: randomMembers(dice, 4) }, y: randomValue(dice, 4) };
    expect(compareValues(textToDocument(documentToText(document)), document)).toBe(0);
  }
});

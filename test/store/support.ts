import { ObjectId } from "../../src/bson.ts";
import type { Document } from "../../src/store/store.ts";

/** Random numbers that are the same in every run. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to before `sides`. */
  roll(sides: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((this.#state / 0x80000000) * sides);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)]!;
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.roll(most + 1) }, make);
  }
}

const IDS = Array.from({ length: 3 }, (_, i) => new ObjectId(`${i}`.padStart(24, "0")));
const SCALARS = [
  null,
  true,
  false,
  0,
  -0,
  1,
  2,
  2.5,
  -1,
  1e9,
  -1e9,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "a",
  "ab",
  "b",
  "\0",
  "\u0001",
  "a\0b",
  "\ue000",
  "😀",
  ...IDS,
  new Date(-1),
  new Date(0),
  new Date(5),
];
const NAMES = ["a", "b", "c"];

/** Values of every type, few enough that they meet again; `scalars` may make them fewer. */
export function randomValue(dice: Dice, depth = 2, scalars: readonly unknown[] = SCALARS): unknown {
  const kind = dice.roll(10);
  if (depth === 0 || kind < 6) return dice.pick(scalars);
  if (kind < 8) return dice.list(3, () => randomValue(dice, depth - 1, scalars));
  return randomMembers(dice, depth, scalars);
}

export function randomMembers(dice: Dice, depth = 2, scalars: readonly unknown[] = SCALARS): Document {
  return Object.fromEntries(dice.list(3, () => [dice.pick(NAMES), randomValue(dice, depth - 1, scalars)]));
}

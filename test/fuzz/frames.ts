import type { AnyRequest } from "../../src/requests/definition.ts";
import type { Random } from "./random.ts";

/** The server's limits that frames are made for. */
export const LIMITS = { maxRequestBytes: 16_384, maxRequestDepth: 64 };

/** These hash a password, which takes most of a core for 40 ms. */
const SLOW = new Set(["RegistrationRequest", "AuthenticationRequest", "ChangeUserDetailsRequest"]);
const SLOW_KEPT = 0.02;

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "toJSON",
  "valueOf",
  "hasOwnProperty",
  "then",
  "length",
  "$where",
  "$set",
  "a.b",
  "",
  "0",
  ".",
  "..",
  "requestId",
  "playerId",
  "scriptData",
  "error",
  "@class",
];
/** JSON texts, as some values have more than one. */
const SCALARS = [
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e308", "1e999", "-1e999", "9007199254740993", "1e-400"],
  ...['""', '" "', '"x"', '"null"', '"NaN"', '"[]"', '"{}"', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud83d"', '"🎮é"'],
  ...[
    '"2026-01-02T03:04Z"',
    '"d_1"',
    '"0"',
    '"-1"',
    '"true"',
    `"${"f".repeat(24)}"`,
    '"../../etc/passwd"',
    '"\\"\\\\\\n"',
  ],
  JSON.stringify("x".repeat(2_000)),
];

/** What a client sends in one frame, and what must come back. */
export interface Sent {
  text: string;
  /** How many answers it gets. */
  answers: number;
}

/** Frames of every kind for one connection. */
export class FrameMaker {
  readonly #random: Random;
  readonly #requests: readonly AnyRequest[];
  readonly #playerIds: readonly string[];
  #count = 0;

  /** @param playerIds those of players that exist */
  constructor(random: Random, requests: ReadonlyMap<string, AnyRequest>, playerIds: readonly string[]) {
    this.#random = random;
    this.#requests = [...requests.values()];
    this.#playerIds = playerIds;
  }

  /** One frame. No object in it is a handshake. */
  next(): Sent {
    const random = this.#random;
    const text = random.weighted<() => string>([
      [15, () => this.#request(0)],
      [22, () => this.#request(1 + random.below(3))],
      [30, () => this.#object([["@class", this.#anyClass()]])],
      [15, () => this.#value(3)],
      [3, () => this.#array()],
      [10, () => this.#broken()],
      [4, () => random.pick(["", " ", "\n", " \t\r\n "])],
      [1, () => this.#deep()],
      [0.4, () => this.#wide()],
      [0.4, () => this.#large()],
    ])();
    return { text, answers: answersTo(text) };
  }

  /** A request of a known class as the reference has it, with so many members changed. */
  #request(changes: number): string {
    const random = this.#random;
    let definition = random.pick(this.#requests);
    while (SLOW.has(definition.name) && !random.chance(SLOW_KEPT)) definition = random.pick(this.#requests);
    const example = definition.examples.length > 0 ? random.pick(definition.examples).request : {};
    const members = Object.entries({ ...example, "@class": `.${definition.name}` }).map(
      ([name, value]): [string, string] => [name, JSON.stringify(value)],
    );
    const ids = members.filter(([name]) => /playerId/i.test(name));
    for (const member of ids) if (random.chance(0.7)) member[1] = this.#playerId();
    if (random.chance(0.3)) members.push(["playerId", this.#playerId()]);
    for (let i = 0; i < changes; i++) {
      const member: [string, string] = [random.pick(NAMES), this.#value(2)];
      const at = random.below(members.length + 1);
      if (members[at] && members[at][0] !== "@class") members[at][1] = member[1];
      else if (member[0] !== "@class") members.push(member);
    }
    return this.#object(members);
  }

  #object(members: [string, string][]): string {
    const random = this.#random;
    const requestId = random.weighted<() => string | undefined>([
      [60, () => `"${++this.#count}"`],
      [15, () => undefined],
      [15, () => this.#value(1)],
      [10, () => `"d_${random.below(50)}"`],
    ])();
    const all: [string, string][] = requestId === undefined ? members : [...members, ["requestId", requestId]];
    return `{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
  }

  #anyClass(): string {
    const random = this.#random;
    const known = random.pick(this.#requests).name;
    return random.weighted<() => string>([
      [4, () => this.#value(2)],
      [3, () => JSON.stringify(random.pick(NAMES))],
      [2, () => JSON.stringify(`.${random.pick(NAMES)}`)],
      [1, () => JSON.stringify(known)],
      [1, () => JSON.stringify(`..${known}`)],
      [1, () => JSON.stringify(known.toLowerCase())],
      [1, () => `[${JSON.stringify(`.${known}`)}]`],
      [1, () => JSON.stringify(known.replace("Request", "Response"))],
    ])();
  }

  #playerId(): string {
    return this.#random.chance(0.8) ? JSON.stringify(this.#random.pick(this.#playerIds)) : this.#value(1);
  }

  #value(depth: number): string {
    const random = this.#random;
    const kind = depth === 0 ? 0 : random.below(10);
    if (kind < 6) return random.pick(SCALARS);
    const items = Array.from({ length: random.below(4) }, () => this.#value(depth - 1));
    if (kind < 8) return `[${items.join()}]`;
    return `{${items.map((item) => `${JSON.stringify(random.pick(NAMES))}:${item}`).join()}}`;
  }

  #array(): string {
    const random = this.#random;
    const isMixed = random.chance(0.3);
    const items = Array.from({ length: random.below(6) }, () =>
      isMixed && random.chance(0.4) ? this.#value(2) : this.#request(random.below(2)),
    );
    return `[${items.join()}]`;
  }

  #broken(): string {
    const random = this.#random;
    const whole = this.#request(1);
    const at = random.below(whole.length);
    return random.weighted<() => string>([
      [3, () => whole.slice(0, at)],
      [3, () => whole.slice(0, at) + random.pick(['"', "{", "]", ",", "\\", "\u0000", "'"]) + whole.slice(at + 1)],
      [1, () => whole + whole],
      [1, () => `\ufeff${whole}`],
      [1, () => random.pick(["undefined", "NaN", "{'a':1}", "[,]", "nonsense", "{]", "0x1", '"'])],
    ])();
  }

  #deep(): string {
    const random = this.#random;
    const levels = 200 + random.below(1_500);
    const [open, close] = random.pick([
      ["[", "]"],
      ['{"a":', "}"],
      ['{"__proto__":', "}"],
    ]);
    const nested = open!.repeat(levels) + (open === "[" ? "" : "1") + close!.repeat(levels);
    return random.chance(0.5)
      ? nested
      : this.#object([
          ["@class", '".LogEventRequest"'],
          ["deep", nested],
        ]);
  }

  #wide(): string {
    const item = this.#random.pick(["{}", "1", '""', "[]", "null"]);
    const wide = `[${Array(200 + this.#random.below(2_000))
      .fill(item)
      .join()}]`;
    return item === "{}"
      ? `[${Array(60).fill(item).join()}]`
      : this.#object([
          ["@class", '".LogEventRequest"'],
          ["eventKey", wide],
        ]);
  }

  #large(): string {
    const { maxRequestBytes } = LIMITS;
    const text = JSON.stringify("x".repeat(maxRequestBytes + this.#random.below(maxRequestBytes / 2)));
    return this.#object([
      ["@class", '".LogEventRequest"'],
      ["eventKey", text],
    ]);
  }
}

/** The number of responses to a text frame, computed from the protocol's description, not from the server's code. */
export function answersTo(text: string): number {
  if (text.trim() === "") return 0;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 1;
  }
  const isRequests = Array.isArray(value) && value.length > 0 && value.every(isObject);
  if (!isRequests || Buffer.byteLength(text) > LIMITS.maxRequestBytes || depthOf(text) > LIMITS.maxRequestDepth)
    return 1;
  return (value as unknown[]).length;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An upper bound, which does for texts that are either flat or far too deep. */
function depthOf(text: string): number {
  if (text.length <= LIMITS.maxRequestDepth) return 0;
  return text.split(/[[{]/, LIMITS.maxRequestDepth * 4).length;
}

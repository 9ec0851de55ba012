import { StoreError } from "../errors.ts";

/**
 * Translates MongoDB's regular expressions (PCRE, in code points) to JavaScript's with the v flag. Refuses what
 * JavaScript lacks: atomic groups, possessive quantifiers, `\K`, `\G`, `\X`, recursion, conditions; and `\p`, whose
 * names differ.
 */
export function compilePattern(source: string, options = ""): RegExp {
  const key = `${options}/${source}`;
  const known = recent.get(key);
  if (known !== undefined) return known;
  if (source.length > MAX_CHARS) throw refused(`is longer than ${MAX_CHARS} characters`);
  if (!/^[imsxu]*$/.test(options)) throw refused(`may have the options i, m, s, u and x, not "${options}"`);
  const translated = new Translation(source, options).run();
  try {
    const regex = new RegExp(translated.source, translated.flags);
    if (recent.size >= MAX_RECENT) recent.clear();
    recent.set(key, regex);
    return regex;
  } catch (error) {
    throw new StoreError("BAD_OPERATION", `$regex is not valid: ${(error as Error).message}`, {}, error);
  }
}

const MAX_CHARS = 32_764;

/** Cache of translations: a pipeline may use the same expression for every document. */
const recent = new Map<string, RegExp>();
const MAX_RECENT = 100;

function refused(why: string): StoreError {
  return new StoreError("BAD_OPERATION", `$regex ${why}.`);
}

const SETS: Record<string, string> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: "\\t-\\r ",
  h: "\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000",
  v: "\\n-\\r\\x85\\u2028\\u2029",
};

const POSIX: Record<string, string> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\t-\\r ",
  blank: "\\t ",
  punct: "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  print: "\\x20-\\x7e",
  graph: "\\x21-\\x7e",
  cntrl: "\\0-\\x1f\\x7f",
  xdigit: "0-9A-Fa-f",
  word: "A-Za-z0-9_",
};

const CONTROLS: Record<string, number> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

/** The end of the text, or the position before a final newline. */
const END = "(?=\\n?$)";

/** A character class, which may be nested in another class. */
const setOf = (ranges: string, isNegated: boolean): string => `[${isNegated ? "^" : ""}${ranges}]`;

class Translation {
  readonly #source: string;
  #flags: Record<string, boolean> = {};
  #at = 0;
  #out = "";
  /** Whether a quantifier may follow: not at the start of a group or after an assertion or quantifier. */
  #repeatable = false;
  readonly #groups: Record<string, boolean>[] = [];

  constructor(source: string, options: string) {
    this.#source = source;
    for (const flag of options) this.#flags[flag] = true;
  }

  run(): { source: string; flags: string } {
    for (let found = this.#leading(); found; found = this.#leading()) {
      for (const flag of found[1] ?? "") this.#flags[flag] = true;
    }
    const flags = this.#flags["i"] ? "iv" : "v";
    while (this.#at < this.#source.length) this.#piece();
    if (this.#groups.length > 0) throw refused("is not valid: a group is not closed");
    return { source: this.#out === "" ? "(?:)" : this.#out, flags };
  }

  /** `(?i)` and `(*UTF8)` at the start. */
  #leading(): RegExpExecArray | undefined {
    return this.#take(/\(\?([imsx]+)\)|\(\*UTF8?\)/y);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #emit(text: string, repeatable: boolean): void {
    this.#out += text;
    this.#repeatable = repeatable;
  }

  #piece(): void {
    if (this.#flags["x"] && this.#take(/\s+|#[^\n]*/y)) return;
    const { m, s } = this.#flags;
    const [quantifier] = this.#take(/[*+?]|\{\d+(?:,\d*)?\}/y) ?? [];
    if (quantifier !== undefined) this.#quantifier(quantifier);
    else if (this.#take(/\[/y)) this.#class();
    else if (this.#take(/\)/y)) this.#close();
    else if (this.#take(/\./y)) this.#emit(s ? "[^]" : "[^\\n]", true);
    else if (this.#take(/\^/y)) this.#emit(m ? "(?:^|(?<=\\n)(?!$))" : "^", false);
    else if (this.#take(/\$/y)) this.#emit(m ? "(?=\\n|$)" : END, false);
    else if (this.#take(/\|/y)) this.#emit("|", false);
    else if (this.#source[this.#at] === "(") this.#open();
    else if (this.#source[this.#at] === "\\") this.#escape();
    else this.#emit(literal(this.#char()), true);
  }

  #quantifier(text: string): void {
    if (!this.#repeatable) throw refused(`is not valid: "${text}" has nothing to repeat`);
    if (this.#take(/\+/y)) throw refused("with a possessive quantifier is not supported");
    this.#emit(text + (this.#take(/\?/y) ? "?" : ""), false);
  }

  #open(): void {
    if (this.#take(/\(\?#[^)]*\)/y)) return;
    const [group, name, quoted, flags, end] =
      this.#take(/\((?!\*)(?:\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'|([imsx-]*)([:)])|[=!]|<[=!]))?/y) ?? [];
    if (group === undefined || (group === "(" && this.#source[this.#at] === "?")) {
      throw refused("with an atomic, recursive or conditional group is not supported");
    }
    if (end === ")") throw refused(`may have (?${flags}) only at its start: use (?${flags}:…)`);
    this.#groups.push({ ...this.#flags });
    if (flags === undefined) {
      this.#emit(name === undefined && quoted === undefined ? group : `(?<${name ?? quoted}>`, false);
      return;
    }
    const [on = "", off = ""] = flags.split("-");
    for (const flag of on) this.#flags[flag] = true;
    for (const flag of off) this.#flags[flag] = false;
    this.#emit(off.includes("i") ? "(?-i:" : on.includes("i") ? "(?i:" : "(?:", false);
  }

  #close(): void {
    const flags = this.#groups.pop();
    if (flags === undefined) throw refused("is not valid: unmatched )");
    this.#flags = flags;
    this.#emit(")", true);
  }

  #escape(): void {
    if (this.#take(/\\E/y)) return;
    const quoted = this.#take(/\\Q([\s\S]*?)(?:\\E|$)/y);
    if (quoted) {
      for (const char of quoted[1]!) this.#emit(literal(char.codePointAt(0)!), true);
      return;
    }
    const reference = this.#take(/\\(?:([1-9])(?!\d)|g\{?(\d+)\}?|k[<{'](\w+)[>}']|g\{([A-Za-z_]\w*)\})/y);
    if (reference) {
      const [, one, number, name, other] = reference;
      const target = name ?? other;
      this.#emit(target === undefined ? `(?:\\${one ?? number})` : `\\k<${target}>`, true);
      return;
    }
    const letter = this.#take(/\\([AzZbBRN])/y)?.[1];
    if (letter === undefined) this.#emit(this.#set() ?? literal(this.#code()), true);
    else if (letter === "R") this.#emit(`(?:\\r\\n|[${SETS["v"]}])`, true);
    else if (letter === "N") this.#emit("[^\\n]", true);
    else this.#emit({ A: "^", z: "$", Z: END, b: "\\b", B: "\\B" }[letter]!, false);
  }

  #set(): string | undefined {
    const letter = this.#take(/\\([dDwWsShHvV])/y)?.[1];
    if (letter === undefined) return undefined;
    const name = letter.toLowerCase();
    return setOf(SETS[name]!, letter !== name);
  }

  /** A class. A `]` at its start is literal. */
  #class(): void {
    const isNegated = this.#take(/\^/y) !== undefined;
    let inner = "";
    for (let first = true; first || !this.#take(/\]/y); first = false) {
      if (this.#at >= this.#source.length) throw refused("is not valid: a class is not closed");
      if (!this.#take(/\\[QE]/y)) inner += this.#posix() ?? this.#set() ?? this.#range();
    }
    this.#emit(setOf(inner, isNegated), true);
  }

  #posix(): string | undefined {
    const [, not, name] = this.#take(/\[:(\^?)([a-z]+):\]/y) ?? [];
    if (name === undefined) return undefined;
    if (!Object.hasOwn(POSIX, name)) throw refused(`has an unknown class [:${name}:]`);
    return setOf(POSIX[name]!, not === "^");
  }

  #range(): string {
    const low = this.#inClass();
    if (!this.#take(/-(?!\]|\\[dDwWsShHvV]|\[:|$)/y)) return literal(low);
    const high = this.#inClass();
    if (high < low) throw refused("is not valid: a range is out of order");
    return `${literal(low)}-${literal(high)}`;
  }

  #inClass(): number {
    if (this.#source[this.#at] !== "\\") return this.#char();
    return this.#take(/\\b/y) ? 8 : this.#code();
  }

  #char(): number {
    return this.#take(/[\s\S]/vy)![0].codePointAt(0)!;
  }

  #code(): number {
    const hex = this.#take(
      /\\x\{([0-9a-fA-F]{1,6})\}|\\x([0-9a-fA-F]{0,2})|\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})/y,
    );
    if (hex) return validCode(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? hex[4] ?? "", 16) || 0);
    const octal = this.#take(/\\o\{([0-7]+)\}|\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y);
    if (octal) return validCode(Number.parseInt((octal[1] ?? octal[2])!, 8));
    const control = this.#take(/\\c([\x20-\x7e])/y)?.[1];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) ^ 64;
    const [text, letter] = this.#take(/\\([\s\S])/vy) ?? [];
    if (letter === undefined) throw refused("is not valid: it ends with \\");
    if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter]!;
    if (/[A-Za-z0-9]/.test(letter)) throw refused(`with ${text} is not supported`);
    return letter.codePointAt(0)!;
  }
}

function validCode(code: number): number {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw refused("has an escape that is not a valid character");
  return code;
}

/** An escaped character, valid inside and outside a class. */
function literal(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9_ ]$/.test(char) ? char : `\\u{${code.toString(16)}}`;
}

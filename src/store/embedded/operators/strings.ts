import { compilePattern } from "../pattern.ts";
import { bad, isNil, type Operator, type Operators, ofNamed, ofOne, ofOperands, textOf, wholeOf } from "./operand.ts";
import { plainText } from "./types.ts";

export const STRINGS: Operators = {
  $toLower: ofOne((value, name) => plainText(value, name).replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  $toUpper: ofOne((value, name) => plainText(value, name).replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  $indexOfCP: indexOf((text) => [...text]),
  $indexOfBytes: indexOf((text) => [...Buffer.from(text)]),
  $substrBytes: ofOperands(3, 3, substrBytes),
  $substr: ofOperands(3, 3, substrBytes),
  $regexMatch: searching(false, (input, regex) => regex.test(input)),
  $regexFind: searching(null, (input, regex) => described(regex.exec(input), input)),
  $regexFindAll: searching([], (input, regex) =>
    Array.from(input.matchAll(new RegExp(regex, `${regex.flags}g`)), (found) => described(found, input)),
  ),
};

function indexOf(unitsOf: (text: string) => unknown[]): Operator {
  return ofOperands(2, 4, ([value, search, start = 0, end], name) => {
    if (isNil(value)) return null;
    const units = unitsOf(textOf(value, name));
    const wanted = unitsOf(textOf(search, name));
    const to = Math.min(end === undefined ? units.length : wholeOf(end, name, "the end", 0), units.length);
    for (let at = wholeOf(start, name, "the start", 0); at + wanted.length <= to; at++) {
      if (wanted.every((unit, i) => units[at + i] === unit)) return at;
    }
    return -1;
  });
}

/** A negative length means the rest of the string. */
function substrBytes([value, start, count]: unknown[], name: string): string {
  const bytes = Buffer.from(plainText(value, name));
  const from = wholeOf(start, name, "the start", 0);
  const length = wholeOf(count, name, "the length");
  const to = length < 0 ? bytes.length : Math.min(bytes.length, from + length);
  for (const at of [from, to]) {
    if (at < bytes.length && (bytes[at]! & 0xc0) === 0x80) throw bad(`${name} would split a character.`);
  }
  return bytes.toString("utf8", from, to);
}

function searching(nothing: unknown, apply: (input: string, regex: RegExp) => unknown): Operator {
  return ofNamed(["input", "regex"], ["options"], ({ input, regex, options }, name) => {
    if (isNil(input) || isNil(regex)) return nothing;
    const [source, own] = regex instanceof RegExp ? [regex.source, regex.flags.replace(/[dgvy]/g, "")] : [regex, ""];
    if (!isNil(options) && own !== "") throw bad(`${name}: the regex already has options.`);
    const flags = isNil(options) ? own : textOf(options, name);
    return apply(textOf(input, name), compilePattern(textOf(source, name), flags));
  });
}

/** `idx` is in code points. */
function described(found: RegExpExecArray | null, input: string): unknown {
  if (found === null) return null;
  const [match, ...captures] = found;
  return { match, idx: [...input.slice(0, found.index)].length, captures: captures.map((each) => each ?? null) };
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY_MS = 86_400_000;

/** The letters of Java's SimpleDateFormat. `count` is how often the letter is repeated. */
const LETTERS: Readonly<Record<string, (date: Date, count: number) => string | undefined>> = {
  G: (date) => (date.getUTCFullYear() > 0 ? "AD" : "BC"),
  y: (date, count) => year(date.getUTCFullYear(), count),
  Y: (date, count) => year(endOfWeek(date).getUTCFullYear(), count),
  M: (date, count) => name(MONTHS, date.getUTCMonth(), count) ?? number(date.getUTCMonth() + 1, count),
  L: (date, count) => LETTERS["M"]!(date, count),
  w: (date, count) => number(Math.ceil(dayOfYear(endOfWeek(date)) / 7), count),
  W: (date, count) => number(Math.ceil((date.getUTCDate() + 6 - date.getUTCDay()) / 7), count),
  D: (date, count) => number(dayOfYear(date), count),
  d: (date, count) => number(date.getUTCDate(), count),
  F: (date, count) => number(Math.ceil(date.getUTCDate() / 7), count),
  E: (date, count) => name(DAYS, date.getUTCDay(), Math.max(3, count)),
  u: (date, count) => number(date.getUTCDay() || 7, count),
  a: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  H: (date, count) => number(date.getUTCHours(), count),
  k: (date, count) => number(date.getUTCHours() || 24, count),
  K: (date, count) => number(date.getUTCHours() % 12, count),
  h: (date, count) => number(date.getUTCHours() % 12 || 12, count),
  m: (date, count) => number(date.getUTCMinutes(), count),
  s: (date, count) => number(date.getUTCSeconds(), count),
  S: (date, count) => number(date.getUTCMilliseconds(), count),
  z: (_, count) => (count < 4 ? "UTC" : "Coordinated Universal Time"),
  Z: () => "+0000",
  X: (_, count) => (count < 4 ? "Z" : undefined),
};

/**
 * Formats a time by a pattern of Java's SimpleDateFormat, in UTC with the US locale; undefined for an invalid pattern.
 * Unlike Java, uses the Gregorian calendar also before 1582.
 */
export function formatDate(time: number, pattern: string): string | undefined {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return undefined;
  let text = "";
  for (const [run, quoted, letter] of pattern.matchAll(/''|'((?:[^']|'')+)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)) {
    let part: string | undefined = run;
    if (run === "''") part = "'";
    else if (run === "'") part = undefined;
    else if (quoted !== undefined) part = quoted.replaceAll("''", "'");
    else if (letter !== undefined) part = LETTERS[letter]?.(date, run.length);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

function number(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** JavaScript's year 0 is 1 BC. */
function year(value: number, count: number): string {
  const ofEra = value > 0 ? value : 1 - value;
  return count === 2 ? number(ofEra % 100, 2) : number(ofEra, count);
}

function name(names: readonly string[], at: number, count: number): string | undefined {
  return count < 3 ? undefined : count === 3 ? names[at]!.slice(0, 3) : names[at];
}

function dayOfYear(date: Date): number {
  return date.getUTCMonth() === 0
    ? date.getUTCDate()
    : Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 0)) / DAY_MS);
}

function endOfWeek(date: Date): Date {
  return new Date(date.getTime() + (6 - date.getUTCDay()) * DAY_MS);
}

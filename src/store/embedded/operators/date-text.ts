import { bad, textOf } from "./operand.ts";

export type Zoned = Temporal.ZonedDateTime;

/** A time zone by Olson name or UTC offset. */
export function zoneId(timezone: unknown, name: string): string {
  if (timezone === undefined || timezone === "Z") return "UTC";
  if (typeof timezone === "string" && /^[\w/+:-]{1,50}$/.test(timezone)) return timezone;
  throw bad(`${name}: ${JSON.stringify(timezone)} is not a time zone.`);
}

/** Weeks begin on Sunday; days before the first Sunday are in week 0. */
export function weekOfYear({ dayOfYear, dayOfWeek }: Zoned): number {
  return Math.floor((dayOfYear + 6 - (dayOfWeek % 7)) / 7);
}

/** January 4 is always in the first ISO week. */
export function isoDate(year: number, week: number, day: number): Temporal.PlainDate {
  const fourth = new Temporal.PlainDate(year, 1, 4);
  return fourth.add({ days: (week - 1) * 7 + day - fourth.dayOfWeek });
}

export function dateOf({ epochMilliseconds }: { epochMilliseconds: number }): Date {
  return new Date(epochMilliseconds);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

const FORMATS: Record<string, (zoned: Zoned) => string> = {
  "%": () => "%",
  b: ({ month }) => MONTHS[month - 1]!.slice(0, 3),
  B: ({ month }) => MONTHS[month - 1]!,
  d: ({ day }) => digits(day, 2),
  G: ({ yearOfWeek }) => digits(yearOfWeek!, 4),
  H: ({ hour }) => digits(hour, 2),
  j: ({ dayOfYear }) => digits(dayOfYear, 3),
  L: ({ millisecond }) => digits(millisecond, 3),
  m: ({ month }) => digits(month, 2),
  M: ({ minute }) => digits(minute, 2),
  S: ({ second }) => digits(second, 2),
  u: ({ dayOfWeek }) => String(dayOfWeek),
  U: (zoned) => digits(weekOfYear(zoned), 2),
  V: ({ weekOfYear: week }) => digits(week!, 2),
  w: ({ dayOfWeek }) => String((dayOfWeek % 7) + 1),
  Y: ({ year }) => digits(year, 4),
  z: ({ offset }) => offset.slice(0, 6).replace(":", ""),
  Z: ({ offsetNanoseconds }) => `${offsetNanoseconds < 0 ? "" : "+"}${Math.trunc(offsetNanoseconds / 60_000_000_000)}`,
};

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

export function formatDate(zoned: Zoned, format: unknown): string {
  const wanted = format ?? `%Y-%m-%dT%H:%M:%S.%L${zoned.timeZoneId === "UTC" ? "Z" : ""}`;
  return textOf(wanted, "The format of $dateToString").replace(/%(.?)/gs, (_, letter: string) => {
    if (!Object.hasOwn(FORMATS, letter)) throw bad(`$dateToString: the format has an unknown %${letter}.`);
    return FORMATS[letter]!(zoned);
  });
}

/** Parses an ISO date and time. The zone is in the text or in `timezone`, but not in both. */
export function parseDate(value: unknown, timezone?: unknown): Date {
  const text = textOf(value, "A date").trim();
  const offset = /[T ].*?(Z|[+-]\d\d(?::?\d\d)?)$/i.exec(text)?.[1];
  try {
    if (offset === undefined)
      return dateOf(Temporal.PlainDateTime.from(text).toZonedDateTime(zoneId(timezone, "A date")));
    refuseBoth(timezone);
    return dateOf(Temporal.Instant.from(text));
  } catch (error) {
    throw error instanceof RangeError ? notADate(text, 'an ISO date such as "2026-01-31T12:00:00Z"') : error;
  }
}

function refuseBoth(timezone: unknown): void {
  if (timezone === undefined) return;
  throw bad("$dateFromString: the string has a time zone, so timezone must not be given.");
}

type Part = "Y" | "G" | "m" | "d" | "j" | "V" | "u" | "H" | "M" | "S" | "L" | "b" | "B" | "z" | "Z";

const PATTERNS: Record<Part, string> = {
  Y: "\\d{4}",
  G: "\\d{4}",
  m: "\\d{1,2}",
  d: "\\d{1,2}",
  j: "\\d{1,3}",
  V: "\\d{1,2}",
  u: "[1-7]",
  H: "\\d{1,2}",
  M: "\\d{1,2}",
  S: "\\d{1,2}",
  L: "\\d{1,3}",
  b: MONTHS.map((name) => name.slice(0, 3)).join("|"),
  B: MONTHS.join("|"),
  z: "Z|[+-]\\d\\d(?::?\\d\\d)?",
  Z: "[+-]\\d{1,4}",
};

export function parseDateBy(value: unknown, format: unknown, timezone: unknown): Date {
  const text = textOf(value, "A date");
  const letters: string[] = [];
  const pattern = textOf(format, "The format of $dateFromString").replace(
    /%(.?)|[\s\S]/gu,
    (piece, letter?: string) => {
      if (letter === undefined || letter === "%") return `\\u{${(letter ?? piece).codePointAt(0)!.toString(16)}}`;
      if (!Object.hasOwn(PATTERNS, letter)) throw bad(`$dateFromString: the format has an unknown %${letter}.`);
      letters.push(letter);
      return `(${PATTERNS[letter as Part]})`;
    },
  );
  const found = new RegExp(`^${pattern}$`, "iu").exec(text);
  if (found === null) throw notADate(text, `of the format "${format}"`);
  const parts: Partial<Record<Part, string>> = Object.fromEntries(letters.map((letter, i) => [letter, found[i + 1]]));
  const { H: hour = 0, M: minute = 0, S: second = 0, L = "0", z, Z } = parts;
  try {
    const time = { hour: +hour, minute: +minute, second: +second, millisecond: +L.padEnd(3, "0") };
    const local = dayOf(parts).toPlainDateTime(Temporal.PlainTime.from(time, { overflow: "reject" }));
    if (z === undefined && Z === undefined) return dateOf(local.toZonedDateTime(zoneId(timezone, "A date")));
    refuseBoth(timezone);
    if (z !== undefined) return dateOf(local.toZonedDateTime(zoneId(z.toUpperCase(), "A date")));
    return dateOf(local.subtract({ minutes: Number(Z) }).toZonedDateTime("UTC"));
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? notADate(text, "a day and a time") : error;
  }
}

/** Throws a RangeError or TypeError if the parts are not a valid date. */
function dayOf({ Y, G, m, d, j, V = "1", u = "1", b, B }: Partial<Record<Part, string>>): Temporal.PlainDate {
  if (G !== undefined) return isoDate(+G, +V, +u);
  if (j !== undefined) return new Temporal.PlainDate(Number(Y), 1, 1).add({ days: +j - 1 });
  const name = (b ?? B)?.slice(0, 3).toLowerCase();
  const month = name === undefined ? Number(m) : MONTHS.findIndex((each) => each.toLowerCase().startsWith(name)) + 1;
  return Temporal.PlainDate.from({ year: Number(Y), month, day: Number(d) }, { overflow: "reject" });
}

function notADate(text: string, wanted: string): Error {
  return bad(`"${text.slice(0, 50)}" is not a valid date: it must be ${wanted}.`);
}

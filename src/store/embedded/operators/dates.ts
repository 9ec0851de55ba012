import { isMembers, isObjectId, type Members } from "../values.ts";
import { dateOf, formatDate, isoDate, parseDate, parseDateBy, weekOfYear, type Zoned, zoneId } from "./date-text.ts";
import { bad, isNil, type Operator, type Operators, ofNamed, wholeOf } from "./operand.ts";

const PARTS = "year month day isoWeekYear isoWeek isoDayOfWeek hour minute second millisecond timezone".split(" ");

export const DATES: Operators = {
  $year: part(({ year }) => year),
  $month: part(({ month }) => month),
  $dayOfMonth: part(({ day }) => day),
  $dayOfWeek: part(({ dayOfWeek }) => (dayOfWeek % 7) + 1),
  $dayOfYear: part(({ dayOfYear }) => dayOfYear),
  $week: part(weekOfYear),
  $isoWeek: part(({ weekOfYear }) => weekOfYear!),
  $isoWeekYear: part(({ yearOfWeek }) => yearOfWeek!),
  $isoDayOfWeek: part(({ dayOfWeek }) => dayOfWeek),
  $hour: part(({ hour }) => hour),
  $minute: part(({ minute }) => minute),
  $second: part(({ second }) => second),
  $millisecond: part(({ millisecond }) => millisecond),
  $dateFromParts: unlessNil([], PARTS, fromParts),
  $dateToString: ofNamed(["date"], ["format", "timezone", "onNull"], (values, name) => {
    const { date, format, timezone, onNull = null } = values;
    if (isNil(date)) return onNull;
    if (format === null || timezone === null) return null;
    return formatDate(zonedOf(date, timezone, name), format);
  }),
  $dateFromString: ofNamed(["dateString"], ["format", "timezone", "onError", "onNull"], (values) => {
    const { dateString, format, timezone, onNull = null } = values;
    if (isNil(dateString)) return onNull;
    if (format === null || timezone === null) return null;
    try {
      return format === undefined ? parseDate(dateString, timezone) : parseDateBy(dateString, format, timezone);
    } catch (error) {
      if ("onError" in values) return values["onError"];
      throw error;
    }
  }),
  $dateAdd: adding(1),
  $dateSubtract: adding(-1),
  $dateDiff: unlessNil(["startDate", "endDate", "unit"], ["timezone", "startOfWeek"], (values, name) => {
    const unit = unitOf(values["unit"], name);
    const weekday = weekdayOf(values["startOfWeek"], name);
    const start = zonedOf(values["startDate"], values["timezone"], name);
    const end = zonedOf(values["endDate"], values["timezone"], name);
    // Daylight saving changes do not affect hours and shorter units.
    const offset = LENGTHS[unit] < LENGTHS.day ? start.offsetNanoseconds : end.offsetNanoseconds;
    return indexIn(unit, end, weekday, offset) - indexIn(unit, start, weekday, start.offsetNanoseconds);
  }),
  $dateTrunc: unlessNil(["date", "unit"], ["binSize", "timezone", "startOfWeek"], (values, name) => {
    const { date, unit, binSize = 1, timezone, startOfWeek } = values;
    const size = wholeOf(binSize, name, "binSize", 1);
    return truncated(zonedOf(date, timezone, name), unitOf(unit, name), size, weekdayOf(startOfWeek, name));
  }),
};

/** Returns null if one of the given operands is null or missing. */
function unlessNil(
  required: string[],
  optional: string[],
  apply: (values: Members, name: string) => unknown,
): Operator {
  return ofNamed(required, optional, (values, name) =>
    Object.values(values).some(isNil) ? null : apply(values, name),
  );
}

/** A part of a date, given directly or as {date, timezone}. */
function part(of: (zoned: Zoned) => number): Operator {
  const named = unlessNil(["date"], ["timezone"], ({ date, timezone }, name) => of(zonedOf(date, timezone, name)));
  return (raw, evaluate, name) => {
    if (isMembers(raw) && !Object.keys(raw)[0]?.startsWith("$")) return named(raw, evaluate, name);
    if (Array.isArray(raw) && raw.length !== 1) throw bad(`${name} takes 1 operand, not ${raw.length}.`);
    return named({ date: Array.isArray(raw) ? raw[0] : raw }, evaluate, name);
  };
}

function zonedOf(value: unknown, timezone: unknown, name: string): Zoned {
  const date = isObjectId(value) ? value.getTimestamp() : value;
  if (!(date instanceof Date)) throw bad(`${name} takes dates.`);
  return Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(zoneId(timezone, name));
}

/** Parts beyond their range carry over: month 14 is February of the next year. */
function fromParts(values: Members, name: string): Date {
  const iso = "isoWeekYear" in values;
  if (iso === "year" in values) throw bad("$dateFromParts takes either year or isoWeekYear.");
  for (const key of iso ? ["month", "day"] : ["isoWeek", "isoDayOfWeek"]) {
    if (key in values) throw bad(`$dateFromParts does not take ${key} beside ${iso ? "isoWeekYear" : "year"}.`);
  }
  const of = (key: string, otherwise: number): number => wholeOf(values[key] ?? otherwise, name, key);
  const year = of(iso ? "isoWeekYear" : "year", 1);
  if (year < 1 || year > 9999) throw bad("$dateFromParts: the year must be 1 to 9999.");
  const day = iso
    ? isoDate(year, of("isoWeek", 1), of("isoDayOfWeek", 1))
    : new Temporal.PlainDate(year, 1, 1).add({ months: of("month", 1) - 1 }).add({ days: of("day", 1) - 1 });
  const time = { hours: of("hour", 0), minutes: of("minute", 0), seconds: of("second", 0) };
  const moment = day.toPlainDateTime().add({ hours: time.hours }).add({ minutes: time.minutes });
  const local = moment.add({ seconds: time.seconds }).add({ milliseconds: of("millisecond", 0) });
  return dateOf(local.toZonedDateTime(zoneId(values["timezone"], name)));
}

const MONTHS: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 };
const LENGTHS = {
  year: Number.POSITIVE_INFINITY,
  quarter: Number.POSITIVE_INFINITY,
  month: Number.POSITIVE_INFINITY,
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};
type Unit = keyof typeof LENGTHS;

function unitOf(value: unknown, name: string): Unit {
  if (typeof value === "string" && Object.hasOwn(LENGTHS, value)) return value as Unit;
  throw bad(`${name}: unit must be one of ${Object.keys(LENGTHS).join(", ")}.`);
}

/** Days and longer units follow the zone's clock. A day beyond the end of a month becomes its last day. */
function adding(sign: number): Operator {
  return unlessNil(["startDate", "unit", "amount"], ["timezone"], ({ startDate, unit, amount, timezone }, name) => {
    const by = wholeOf(amount, name, "amount") * sign;
    const kind = unitOf(unit, name);
    const duration = kind === "quarter" ? { months: by * 3 } : { [`${kind}s`]: by };
    return dateOf(zonedOf(startDate, timezone, name).add(duration));
  });
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Sunday is 0. */
function weekdayOf(startOfWeek: unknown, name: string): number {
  if (startOfWeek === undefined) return 0;
  const text = typeof startOfWeek === "string" ? startOfWeek.toLowerCase() : "";
  const day = WEEKDAYS.findIndex((weekday) => weekday === text || weekday.slice(0, 3) === text);
  if (day < 0) throw bad(`${name}: startOfWeek must be a day of the week.`);
  return day;
}

/** Bins are counted from January 1, 2000, which was a Saturday. */
const REFERENCE = Date.UTC(2000, 0, 1);
const REFERENCE_WEEKDAY = 6;

/** Milliseconds since the reference on a clock with this UTC offset. */
function sinceReference({ epochMilliseconds }: Zoned, offsetNanoseconds: number): number {
  return epochMilliseconds + offsetNanoseconds / 1_000_000 - REFERENCE;
}

function indexIn(unit: Unit, zoned: Zoned, weekday: number, offset: number): number {
  const months = MONTHS[unit];
  if (months !== undefined) return Math.floor(((zoned.year - 2000) * 12 + zoned.month - 1) / months);
  const shift = unit === "week" ? mod(REFERENCE_WEEKDAY - weekday, 7) * LENGTHS.day : 0;
  return Math.floor((sinceReference(zoned, offset) + shift) / LENGTHS[unit]);
}

/** The start of a moment's bin. Bins are counted from the reference on the zone's clock. */
function truncated(zoned: Zoned, unit: Unit, size: number, weekday: number): Date {
  const since = sinceReference(zoned, zoned.offsetNanoseconds);
  const months = (MONTHS[unit] ?? 0) * size;
  if (months > 0) {
    const bin = Math.floor(((zoned.year - 2000) * 12 + zoned.month - 1) / months) * months;
    return dateOf(new Temporal.PlainDate(2000, 1, 1).add({ months: bin }).toZonedDateTime(zoned.timeZoneId));
  }
  if (LENGTHS[unit] < LENGTHS.day) return new Date(zoned.epochMilliseconds - mod(since, size * LENGTHS[unit]));
  const ahead = unit === "week" ? mod(weekday - REFERENCE_WEEKDAY, 7) : 0;
  const days = mod(Math.floor(since / LENGTHS.day) - ahead, unit === "week" ? size * 7 : size);
  return dateOf(zoned.toPlainDate().subtract({ days }).toZonedDateTime(zoned.timeZoneId));
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}

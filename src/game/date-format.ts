import { createRequire } from "node:module";

/** Loaded with the first date: most games format none, and it would keep every start waiting. */
const load = createRequire(import.meta.url);

/** What date-fns writes in place of a letter of Java's SimpleDateFormat; the other letters are the same in both. */
const OTHER: Readonly<Record<string, (count: number) => string>> = {
  u: (count) => "i".repeat(count === 1 ? 1 : 2),
  z: () => "'UTC'",
  Z: () => "xx",
};
const SAME = "GyYMwDdEaHkKhmsSX";
const OPTIONS = { useAdditionalDayOfYearTokens: true, useAdditionalWeekYearTokens: true };

/**
 * A time by a pattern of Java's SimpleDateFormat, in UTC and in English; undefined where the pattern cannot be read.
 * The letters W and F are not known.
 * @param time milliseconds since 1970
 */
export function formatDate(time: number, pattern: string): string | undefined {
  const { UTCDate } = load("@date-fns/utc/date") as typeof import("@date-fns/utc/date");
  const { format } = load("date-fns/format") as typeof import("date-fns/format");
  try {
    return format(new UTCDate(time), translated(pattern), OPTIONS);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function translated(pattern: string): string {
  return pattern.replace(/'(?:[^']|'')*'|([A-Za-z])\1*/g, (run: string, letter: string | undefined) => {
    if (letter === undefined || SAME.includes(letter)) return run;
    const other = OTHER[letter];
    if (!other) throw new RangeError("unknown letter");
    return other(run.length);
  });
}

import { expect, test } from "vitest";
import { formatDate } from "../../src/game/date-format.ts";

const TIMES = [
  Date.UTC(2024, 1, 29, 17, 5, 9, 42),
  Date.UTC(2022, 0, 1),
  Date.UTC(2024, 11, 29, 12, 30, 59, 7),
  Date.UTC(1969, 11, 31, 23, 59, 59, 999),
];
/** Years before the first are counted backwards. The day is the Gregorian calendar's, where Java has the Julian one. */
const BEFORE_CHRIST = [Date.UTC(-43, 5, 15)];
const NO_TIMES = [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1];

/**
 * What Java 17's SimpleDateFormat writes for each of the times, in UTC and with Locale.US: one text for all of them, or
 * one for each; undefined if it throws or the time does not exist.
 */
const WRITTEN: [pattern: string, texts: string | string[] | undefined, times?: number[]][] = [
  ["G GGGG", "AD AD"],
  ["y yy yyy yyyyy", ["2024 24 2024 02024", "2022 22 2022 02022", "2024 24 2024 02024", "1969 69 1969 01969"]],
  ["Y YY YYYYY", ["2024 24 02024", "2022 22 02022", "2025 25 02025", "1970 70 01970"]],
  [
    "M MM MMM MMMM MMMMM",
    [
      "2 02 Feb February February",
      "1 01 Jan January January",
      "12 12 Dec December December",
      "12 12 Dec December December",
    ],
  ],
  ["L LL LLL LLLL", ["2 02 Feb February", "1 01 Jan January", "12 12 Dec December", "12 12 Dec December"]],
  ["w ww www", ["9 09 009", "1 01 001", "1 01 001", "1 01 001"]],
  ["W WW", ["5 05", "1 01", "5 05", "5 05"]],
  ["D DD DDDD", ["60 60 0060", "1 01 0001", "364 364 0364", "365 365 0365"]],
  ["d dd ddd", ["29 29 029", "1 01 001", "29 29 029", "31 31 031"]],
  ["F FF", ["5 05", "1 01", "5 05", "5 05"]],
  [
    "E EEE EEEE EEEEE",
    ["Thu Thu Thursday Thursday", "Sat Sat Saturday Saturday", "Sun Sun Sunday Sunday", "Wed Wed Wednesday Wednesday"],
  ],
  ["u uu uuu", ["4 04 004", "6 06 006", "7 07 007", "3 03 003"]],
  ["a aaaa", ["PM PM", "AM AM", "PM PM", "PM PM"]],
  ["H HH HHH", ["17 17 017", "0 00 000", "12 12 012", "23 23 023"]],
  ["k kk", ["17 17", "24 24", "12 12", "23 23"]],
  ["K KK", ["5 05", "0 00", "0 00", "11 11"]],
  ["h hh", ["5 05", "12 12", "12 12", "11 11"]],
  ["m mm", ["5 05", "0 00", "30 30", "59 59"]],
  ["s ss", ["9 09", "0 00", "59 59", "59 59"]],
  ["S SS SSS SSSSS", ["42 42 042 00042", "0 00 000 00000", "7 07 007 00007", "999 999 999 00999"]],
  ["z zzz zzzz", "UTC UTC Coordinated Universal Time"],
  ["Z ZZZZ", "+0000 +0000"],
  ["X XX XXX", "Z Z Z"],
  [
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'",
    ["2024-02-29T17:05:09.042Z", "2022-01-01T00:00:00.000Z", "2024-12-29T12:30:59.007Z", "1969-12-31T23:59:59.999Z"],
  ],
  ["h 'o''clock' ''yy''", ["5 o'clock '24'", "12 o'clock '22'", "12 o'clock '24'", "11 o'clock '69'"]],
  ["[d] äöü €", ["[29] äöü €", "[1] äöü €", "[29] äöü €", "[31] äöü €"]],
  ["d MMMM yyyy G", ["15 June 0044 BC"], BEFORE_CHRIST],
  ["b", undefined],
  ["yo", undefined],
  ["P", undefined],
  ["XXXX", undefined],
  ["yyyy'open", undefined],
  ["'", undefined],
  ["'a''b", undefined],
  ["''' ", undefined],
  ["\\n", undefined],
  ["yyyy", undefined, NO_TIMES],
];

test.each(WRITTEN)("formats a date by Java's pattern %s", (pattern, texts, times = TIMES) => {
  const expected = typeof texts === "object" ? texts : times.map(() => texts);
  expect(times.map((time) => formatDate(time, pattern))).toEqual(expected);
});

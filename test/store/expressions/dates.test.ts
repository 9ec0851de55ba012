import { describe } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { REFUSED, tables } from "./support.ts";

const utc = (text: string) => new Date(`${text}Z`);
const D = {
  d: utc("2026-03-29T01:30:45.678"),
  old: utc("1999-02-14T10:20:30"),
  id: ObjectId.createFromTime(1_000_000_000),
  nothing: null,
};
const BERLIN = "Europe/Berlin";
const KOLKATA = "Asia/Kolkata";
const trunc = (date: unknown, unit: string, more = {}) => ({ $dateTrunc: { date, unit, ...more } });
const add = (startDate: unknown, unit: string, amount: number, more = {}) => ({
  $dateAdd: { startDate, unit, amount, ...more },
});
const diff = (startDate: unknown, endDate: unknown, unit: string, more = {}) => ({
  $dateDiff: { startDate, endDate, unit, ...more },
});
const text = (date: unknown, format: string, more = {}) => ({ $dateToString: { date, format, ...more } });
const parsed = (dateString: unknown, more = {}) => ({ $dateFromString: { dateString, ...more } });

describe("dates", () => {
  tables({
    parts: [
      [{ $year: "$d" }, 2026, D],
      [{ $month: ["$d"] }, 3, D],
      [{ $dayOfMonth: "$d" }, 29, D],
      [{ $dayOfWeek: "$d" }, 1, D],
      [{ $dayOfYear: "$d" }, 88, D],
      [{ $hour: { date: "$d", timezone: KOLKATA } }, 7, D],
      [{ $minute: { date: "$d", timezone: "+05:30" } }, 0, D],
      [{ $hour: { date: "$d", timezone: BERLIN } }, 3, D],
      [{ $hour: { date: "$d", timezone: "-0230" } }, 23, D],
      [{ $second: "$d" }, 45, D],
      [{ $millisecond: "$d" }, 678, D],
      [{ $year: "$id" }, 2001, D],
      [{ $year: "$nothing" }, null, D],
      [{ $year: { date: "$d", timezone: null } }, null, D],
      [{ $year: { date: "$d", timezone: "Nowhere/City" } }, REFUSED, D],
      [{ $year: "text" }, REFUSED],
    ],
    weeks: [
      [{ $week: utc("2016-01-01T00:00") }, 0],
      [{ $week: utc("2016-01-03T00:00") }, 1],
      [{ $week: utc("2017-01-01T00:00") }, 1],
      [{ $week: utc("2026-12-31T00:00") }, 52],
      [{ $isoWeek: utc("2016-01-01T00:00") }, 53],
      [{ $isoWeekYear: utc("2016-01-01T00:00") }, 2015],
      [{ $isoWeek: utc("2018-12-31T00:00") }, 1],
      [{ $isoWeekYear: utc("2018-12-31T00:00") }, 2019],
      [{ $isoDayOfWeek: utc("2026-03-29T00:00") }, 7],
    ],
    "$dateTrunc, before 2000 too": [
      [trunc("$old", "month"), utc("1999-02-01T00:00"), D],
      [trunc("$old", "quarter"), utc("1999-01-01T00:00"), D],
      [trunc("$old", "year"), utc("1999-01-01T00:00"), D],
      [trunc("$old", "year", { binSize: 3 }), utc("1997-01-01T00:00"), D],
      [trunc("$old", "month", { binSize: 5 }), utc("1998-10-01T00:00"), D],
      [trunc("$old", "day"), utc("1999-02-14T00:00"), D],
      [trunc("$old", "hour", { binSize: 2 }), utc("1999-02-14T10:00"), D],
      [trunc("$d", "week"), utc("2026-03-29T00:00"), D],
      [trunc("$d", "week", { startOfWeek: "monday" }), utc("2026-03-23T00:00"), D],
      [trunc("$d", "week", { startOfWeek: "Fri", binSize: 1 }), utc("2026-03-27T00:00"), D],
      [
        trunc(utc("2021-03-20T11:30:05"), "month", { binSize: 2, timezone: "America/Los_Angeles" }),
        utc("2021-03-01T08:00"),
      ],
      [trunc("$d", "day", { timezone: BERLIN }), utc("2026-03-28T23:00"), D],
      [trunc("$d", "hour", { timezone: KOLKATA }), utc("2026-03-29T01:30"), D],
      [trunc("$d", "minute", { binSize: 15 }), utc("2026-03-29T01:30"), D],
      [trunc("$d", "millisecond"), D.d, D],
      [trunc("$d", "fortnight"), REFUSED, D],
      [trunc("$d", "day", { binSize: 0 }), REFUSED, D],
      [trunc("$nothing", "day"), null, D],
      [trunc("text", "day"), REFUSED],
    ],
    "$dateAdd and $dateSubtract, at the ends of months": [
      [add(utc("2020-10-31T00:00"), "month", 1), utc("2020-11-30T00:00")],
      [add(utc("2024-01-31T10:00"), "month", 1), utc("2024-02-29T10:00")],
      [add(utc("2024-02-29T00:00"), "year", 1), utc("2025-02-28T00:00")],
      [add(utc("2023-11-30T00:00"), "quarter", 1), utc("2024-02-29T00:00")],
      [add(utc("2024-01-31T00:00"), "month", -14), utc("2022-11-30T00:00")],
      [{ $dateSubtract: { startDate: utc("2024-03-31T00:00"), unit: "month", amount: 1 } }, utc("2024-02-29T00:00")],
      [add(utc("2026-03-28T12:00"), "day", 1, { timezone: BERLIN }), utc("2026-03-29T11:00")],
      [add(utc("2026-03-28T12:00"), "hour", 24, { timezone: BERLIN }), utc("2026-03-29T12:00")],
      [add(utc("2026-03-28T12:00"), "week", 2), utc("2026-04-11T12:00")],
      [add("$nothing", "day", 1), null, D],
      [add("$d", "day", 1.5), REFUSED, D],
      [add("$d", "year", 1e9), REFUSED, D],
    ],
    "$dateDiff counts beginnings": [
      [diff(utc("2020-12-31T23:59:59"), utc("2021-01-01T00:00"), "year"), 1],
      [diff(utc("2020-12-31T23:59:59"), utc("2021-01-01T00:00"), "month"), 1],
      [diff(utc("2021-01-01T00:00"), utc("2020-06-01T00:00"), "quarter"), -3],
      [diff(utc("2021-01-01T23:59"), utc("2021-01-02T00:00"), "day"), 1],
      [diff(utc("2021-01-01T00:59"), utc("2021-01-01T01:00"), "hour"), 1],
      [diff(utc("2021-01-01T00:00:30.999"), utc("2021-01-01T00:00:31"), "second"), 1],
      [diff(utc("2021-01-01T00:00"), utc("2021-01-01T00:00:01"), "millisecond"), 1000],
      [diff(utc("2026-03-28T00:00"), utc("2026-03-29T00:00"), "week"), 1],
      [diff(utc("2026-03-28T00:00"), utc("2026-03-29T00:00"), "week", { startOfWeek: "monday" }), 0],
      [diff(utc("2026-03-28T22:30"), utc("2026-03-28T23:30"), "day", { timezone: BERLIN }), 1],
      [diff("$d", "$nothing", "day"), null, D],
      [diff("$d", "$d", "week", { startOfWeek: "someday" }), REFUSED, D],
    ],
    "$dateFromParts carries over": [
      [{ $dateFromParts: { year: 2017, month: 14, day: 1 } }, utc("2018-02-01T00:00")],
      [{ $dateFromParts: { year: 2017, month: 0 } }, utc("2016-12-01T00:00")],
      [{ $dateFromParts: { year: 2017, month: 2, day: 31, hour: 25 } }, utc("2017-03-04T01:00")],
      [{ $dateFromParts: { year: 99 } }, new Date("0099-01-01T00:00:00Z")],
      [{ $dateFromParts: { year: 2026, minute: -1 } }, utc("2025-12-31T23:59")],
      [{ $dateFromParts: { isoWeekYear: 2017, isoWeek: 6, isoDayOfWeek: 3 } }, utc("2017-02-08T00:00")],
      [{ $dateFromParts: { year: 2016, month: 7, hour: 12, timezone: "America/New_York" } }, utc("2016-07-01T16:00")],
      [{ $dateFromParts: { year: null } }, null],
      [{ $dateFromParts: { year: 0 } }, REFUSED],
      [{ $dateFromParts: { year: 2017, month: 1.5 } }, REFUSED],
      [{ $dateFromParts: { year: 2017, isoWeek: 1 } }, REFUSED],
      [{ $dateFromParts: { month: 1 } }, REFUSED],
    ],
    $dateToString: [
      [{ $dateToString: { date: "$d" } }, "2026-03-29T01:30:45.678Z", D],
      [{ $dateToString: { date: "$d", timezone: BERLIN } }, "2026-03-29T03:30:45.678", D],
      [text("$d", "%d.%m.%Y %H:%M:%S.%L %%"), "29.03.2026 01:30:45.678 %", D],
      [text("$d", "%G-W%V-%u %j %U %w"), "2026-W13-7 088 13 1", D],
      [text(utc("2016-01-01T00:00"), "%G-W%V"), "2015-W53"],
      [text("$d", "%b %B"), "Mar March", D],
      [text("$d", "%z %Z", { timezone: KOLKATA }), "+0530 +330", D],
      [text("$d", "%z %Z", { timezone: "-03:30" }), "-0330 -210", D],
      [text("$d", "%Y %Y"), "2026 2026", D],
      [text("$nothing", "%Y", { onNull: "none" }), "none", D],
      [text("$nothing", "%Y"), null, D],
      [text("$d", "%q"), REFUSED, D],
    ],
    $dateFromString: [
      [parsed("2017-02-08T12:10:40.787Z"), utc("2017-02-08T12:10:40.787")],
      [parsed("2017-02-08 12:10", { timezone: "America/New_York" }), utc("2017-02-08T17:10")],
      [parsed("2017-02-08T12:10:40+01:00"), utc("2017-02-08T11:10:40")],
      [parsed("06-15-2018", { format: "%m-%d-%Y" }), utc("2018-06-15T00:00")],
      [parsed("2018 Mar 5", { format: "%Y %b %d" }), utc("2018-03-05T00:00")],
      [parsed("2018-W10-1", { format: "%G-W%V-%u" }), utc("2018-03-05T00:00")],
      [parsed("2020 060", { format: "%Y %j" }), utc("2020-02-29T00:00")],
      [parsed("15/06/2018 -0230", { format: "%d/%m/%Y %z" }), utc("2018-06-15T02:30")],
      [parsed("2017-02-30"), REFUSED],
      [parsed("nonsense"), REFUSED],
      [parsed("nonsense", { onError: "bad" }), "bad"],
      [parsed("2017-02-08T12:10:40Z", { timezone: BERLIN }), REFUSED],
      [parsed("06-15-2018 x", { format: "%m-%d-%Y" }), REFUSED],
      [parsed("06.15.2018", { format: "%m-%d-%Y" }), REFUSED],
      [parsed(null, { onNull: 0 }), 0],
      [parsed(5), REFUSED],
    ],
  });
});

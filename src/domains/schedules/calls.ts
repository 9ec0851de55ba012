import { text } from "../../kernel/scripts/arguments.ts";
import { type Call, write } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import { Schedules, TooManySchedules } from "./schedules.ts";

const LONGEST_SECONDS = 10 * 365 * 86_400;
/** Characters of JSON. */
const LONGEST_DATA = 65_536;
const LONGEST_KEY = 256;

export const scheduleCalls: Record<string, Call> = {
  /**
   * module, seconds, JSON text of the data, key or null → whether the game has the module. The schedule is on disk when
   * the call returns, even if the script fails later.
   */
  "schedule.add": write(async ({ service, store, player }, [module, seconds, data, key]) => {
    const delayMs = delayOf(seconds);
    const wanted = {
      module: text(module, "shortCode"),
      delayMs,
      data: dataOf(data),
      player,
      key: key === null || key === undefined ? undefined : keyOf(key),
    };
    try {
      return await service(Schedules).add(store, wanted);
    } catch (error) {
      if (!(error instanceof TooManySchedules)) throw error;
      throw new CallError(`SparkScheduler.inSeconds: ${error.message}`);
    }
  }),

  /** key */
  "schedule.cancel": write(async ({ service, store, schedule }, [key]) =>
    service(Schedules).cancel(store, keyOf(key), schedule),
  ),
};

/** A time in the past means now. At least 1 ms, so that a module that schedules itself waits for the next poll. */
function delayOf(seconds: unknown): number {
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) throw new CallError("delaySeconds must be a number.");
  if (seconds > LONGEST_SECONDS) {
    throw new CallError(`SparkScheduler.inSeconds: delaySeconds may be at most ${LONGEST_SECONDS} (ten years).`);
  }
  return Math.max(1, Math.ceil(seconds * 1_000));
}

function dataOf(data: unknown): string {
  const json = text(data, "data", Number.MAX_SAFE_INTEGER);
  if (json.length > LONGEST_DATA) {
    throw new CallError(
      `SparkScheduler.inSeconds: data has ${json.length} characters of JSON; the limit is ${LONGEST_DATA}.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new CallError("data is not valid JSON.");
  }
  if (typeof value !== "object") throw new CallError("SparkScheduler.inSeconds: data must be an object.");
  return value === null ? "{}" : json;
}

function keyOf(key: unknown): string {
  const found = text(key, "key", LONGEST_KEY);
  if (found === "") throw new CallError("SparkScheduler: key must not be empty.");
  return found;
}

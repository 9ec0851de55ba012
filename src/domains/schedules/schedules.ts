import { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { DomainService } from "../../kernel/domain.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import { guard } from "../../store/guard.ts";
import type { Documents, Store } from "../../store/store.ts";
import { type ScheduleDocument, scheduleCollection } from "./collections.ts";
import { type ScheduleJobsOptions, scheduleJobs } from "./jobs.ts";

/** How long the count of a stage's schedules is good for. */
const COUNT_MS = 10_000;

export interface SchedulesOptions extends ScheduleJobsOptions {
  clock: Clock;
  config: { schedulesPerPlayer: number; schedulesPerStage: number; scriptTimeoutMs: number };
}

export interface NewSchedule {
  module: string;
  /** Above zero where a module may plan itself: what is due at the time of a look is begun by that look. */
  delayMs: number;
  /** JSON text of an object or array. */
  data: string;
  player: PlayerId | undefined;
  /** A schedule of this key that has not begun is changed into this one. */
  key: string | undefined;
}

/** There are as many schedules as there may be. */
export class TooManySchedules extends Error {
  override name = "TooManySchedules";
}

/**
 * Modules that run later, as the player who planned them. A schedule is on disk when `add` resolves, and stays there until
 * its module has run.
 */
export class Schedules implements DomainService {
  readonly jobs: readonly [JobKind<ScheduleDocument>];
  readonly #options: SchedulesOptions;
  readonly #counts = new WeakMap<Store, { count: number; at: number }>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.jobs = [scheduleJobs(options)];
  }

  /**
   * Plans a module; false where the game has none of that name, and then nothing is planned. One update where there is a
   * schedule of the key, else a transaction: a count of the player's schedules, and two writes.
   * @throws TooManySchedules
   */
  async add(store: Store, { module, delayMs, data, player, key }: NewSchedule): Promise<boolean> {
    if (!this.#options.scripts.has("modules", module)) return false;
    const due = new Date(this.#options.clock.now() + delayMs);
    const fields = { module, data, due, ...(player && { playerId: objectIdOf(player) }) };
    if (await this.#change(store, key, fields)) return true;
    const counted = await this.#checkStage(store);
    try {
      await store.transaction(async (tx) => {
        if (player !== undefined) await this.#checkPlayer(tx, player);
        await scheduleCollection(tx).insertOne({ _id: new ObjectId(), ...(key !== undefined && { key }), ...fields });
      });
      counted.count += 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      if (!(await this.#change(store, key, fields))) return this.add(store, { module, delayMs, data, player, key });
    }
    return true;
  }

  /**
   * Forgets the schedule of a key. What runs at the moment goes on, and what it changes is kept; what was begun and did not
   * come to its end is not begun again. Two writes, each by an index.
   * @param by the schedule whose module asks: it is run to its end, however often it has to be begun
   */
  async cancel(store: Store, key: string, by?: ObjectId): Promise<void> {
    const schedules = scheduleCollection(store);
    await schedules.deleteOne({ key });
    const begun = { begunKey: key, ...(by && { _id: { $ne: by } }) };
    await schedules.updateMany(begun, { $set: { cancelled: true } });
  }

  async #change(
    store: Store,
    key: string | undefined,
    fields: Pick<ScheduleDocument, "module" | "data" | "due" | "playerId">,
  ): Promise<boolean> {
    if (key === undefined) return false;
    const update = { $set: fields, ...(!fields.playerId && { $unset: { playerId: "" } }) };
    return (await scheduleCollection(store).updateOne({ key }, update)).matchedCount === 1;
  }

  async #checkPlayer(tx: Documents, player: PlayerId): Promise<void> {
    const { schedulesPerPlayer } = this.#options.config;
    await guard(tx, `schedule:${player}`);
    const most = { limit: schedulesPerPlayer };
    const own = await scheduleCollection(tx).countDocuments({ playerId: objectIdOf(player) }, most);
    if (own >= schedulesPerPlayer) throw new TooManySchedules(`The player has ${own} schedules already.`);
  }

  /**
   * The stage's count is one of the last seconds, as counting all of it for each would be dear: several servers, or several
   * at once, may plan a few more.
   */
  async #checkStage(store: Store): Promise<{ count: number }> {
    const { schedulesPerStage } = this.#options.config;
    const schedules = scheduleCollection(store);
    let counted = this.#counts.get(store);
    const now = performance.now();
    if (!counted || now - counted.at > COUNT_MS) {
      counted = { count: await schedules.countDocuments({}, { limit: schedulesPerStage }), at: now };
      this.#counts.set(store, counted);
    }
    if (counted.count >= schedulesPerStage)
      throw new TooManySchedules(`The game has ${counted.count} schedules already.`);
    return counted;
  }
}

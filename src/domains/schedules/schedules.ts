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

/** Lifetime of the cached number of schedules per stage. */
const COUNT_MS = 10_000;

export interface SchedulesOptions extends ScheduleJobsOptions {
  clock: Clock;
  config: { schedulesPerPlayer: number; schedulesPerStage: number; scriptTimeoutMs: number };
}

export interface NewSchedule {
  module: string;
  /** Must be above zero if a module may schedule itself: a poll starts everything that is due by then. */
  delayMs: number;
  /** JSON text of an object or array. */
  data: string;
  player: PlayerId | undefined;
  /** Replaces the schedule with this key, unless that has started. */
  key: string | undefined;
}

export class TooManySchedules extends Error {
  override name = "TooManySchedules";
}

/** Schedules modules. A schedule is on disk when `add` resolves, and is deleted when its module has run. */
export class Schedules implements DomainService {
  readonly jobs: readonly [JobKind<ScheduleDocument>];
  readonly #options: SchedulesOptions;
  readonly #counts = new WeakMap<Store, { count: number; at: number }>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.jobs = [scheduleJobs(options)];
  }

  /**
   * Schedules a module. Returns false, without a write, if the game has no such module. Cost: one update if a schedule
   * with the key exists; otherwise a transaction with a count of the player's schedules and two writes.
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
   * Cancels the schedules with a key. A module that is running completes and its changes are kept, but it is not
   * retried. Two indexed writes.
   * @param by the schedule whose module makes the call; it is still retried until it completes
   */
  async cancel(store: Store, key: string, by?: ObjectId): Promise<void> {
    const schedules = scheduleCollection(store);
    await schedules.deleteOne({ key });
    const started = { begunKey: key, ...(by && { _id: { $ne: by } }) };
    await schedules.updateMany(started, { $set: { cancelled: true } });
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
    if (own >= schedulesPerPlayer) throw new TooManySchedules(`The player already has ${own} schedules.`);
  }

  /** Uses a cached count, so several servers or concurrent calls may exceed the limit slightly. */
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
      throw new TooManySchedules(`The game already has ${counted.count} schedules.`);
    return counted;
  }
}

import { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import type { Stage } from "../../game/game.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import { Background } from "../../jobs/background.ts";
import type { DomainService } from "../../kernel/domain.ts";
import { isDuplicateKey } from "../../store/errors.ts";
import { guard } from "../../store/guard.ts";
import type { Documents, Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import { accounts } from "../accounts/index.ts";
import { type ScheduleDocument, scheduleCollection } from "./collections.ts";

/** Modules of one stage that this process runs at once; what is due beside them waits in the store. */
const AT_ONCE = 8;
/** A module is begun so often where servers end in the middle of it; then it is given up. */
const MAX_BEGUN = 5;
/** When what could not run for want of a script host is tried again. */
const RETRY_MS = 5_000;
/** How long the count of a stage's schedules is good for. */
const COUNT_MS = 10_000;

export interface SchedulesOptions {
  clock: Clock;
  config: { schedulesPerPlayer: number; schedulesPerStage: number; scriptTimeoutMs: number };
  modules: ScheduledModules;
  /** Work in the background failed; what was begun is taken over when its lease is over. */
  failed(error: unknown): void;
  /** A schedule was dropped without being run, or not to its end. */
  dropped(why: "unknown module" | "deleted player" | "begun too often", about: DroppedSchedule): void;
}

export interface DroppedSchedule {
  stage: Stage;
  module: string;
  key?: string;
  player?: PlayerId;
}

/** How schedules reach the game's modules; the server runs them. */
export interface ScheduledModules {
  has(module: string): boolean;
  /**
   * Runs a module to its end, failed or not, and calls `over` in the transaction that keeps what it changed of players;
   * what `over` throws undoes that. Rejects for that and for what the store does.
   */
  run(run: {
    stage: Stage;
    module: string;
    data: Record<string, unknown>;
    player: PlayerId | undefined;
    /** What the run gives as `by` when it cancels. */
    schedule: ObjectId;
    /** @param failure how it failed, "unavailable" where no script host was to be had; undefined where it did not */
    over: (tx: Documents, failure: string | undefined) => Promise<void>;
  }): Promise<void>;
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

/** Somebody else runs it by now. */
class TakenOver extends Error {
  override name = "TakenOver";
}

/**
 * Modules that run later, as whoever planned them. A schedule is on disk when `add` answers, and stays there until its
 * module has run: taken by one process of all that share the store, by a lease that is renewed while it runs, and taken
 * over by another where that process ended. So it runs at least once; what it changes of players is kept exactly once,
 * as it is one transaction with the schedule's end.
 */
export class Schedules implements DomainService {
  readonly #options: SchedulesOptions;
  readonly #leaseMs: number;
  readonly #background: Background;
  readonly #stages = new Map<Stage, { store: Store; running: number; until: number }>();
  readonly #counts = new WeakMap<Store, { count: number; at: number }>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.#leaseMs = 10_000 + 3 * options.config.scriptTimeoutMs;
    this.#background = new Background(options.failed);
  }

  /**
   * Plans a module; false where the game has none of that name, and then nothing is planned. One update where there is a
   * schedule of the key, else a transaction: a count of the player's schedules, and two writes.
   * @throws TooManySchedules
   */
  async add(store: Store, { module, delayMs, data, player, key }: NewSchedule): Promise<boolean> {
    if (!this.#options.modules.has(module)) return false;
    const due = new Date(this.#options.clock.now() + delayMs);
    const fields = { module, data, due, begun: 0, ...(player && { playerId: objectIdOf(player) }) };
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

  /** The stage's store is there: its schedules run from now on. */
  opened(stage: Stage, store: Store): void {
    this.#stages.set(stage, { store, running: 0, until: 0 });
  }

  /**
   * Begins what is due; done about every second. One indexed read for each stage where there is nothing. What is planned
   * meanwhile waits for the next look, so that a module which plans itself at once runs once a second.
   */
  async poll(): Promise<void> {
    const looks = [...this.#stages].map(([stage, here]) => {
      here.until = this.#options.clock.now();
      return this.#begin(stage);
    });
    await waitForAll(looks);
  }

  /** Resolves when nothing of this process is under way any more. */
  settled(): Promise<void> {
    return this.#background.settled();
  }

  /** Begins nothing more and waits up to `timeoutMs` for what is under way; what is not done by then runs again. */
  drain(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  async #change(
    store: Store,
    key: string | undefined,
    fields: Omit<ScheduleDocument, "_id" | "key">,
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

  async #begin(stage: Stage): Promise<void> {
    const here = this.#stages.get(stage)!;
    while (here.running < AT_ONCE && !this.#background.closing) {
      here.running += 1;
      const taken = await this.#take(here.store, here.until).catch((error) => {
        here.running -= 1;
        throw error;
      });
      if (!taken) {
        here.running -= 1;
        return;
      }
      const work = this.#carryOut(stage, here.store, taken).finally(() => {
        here.running -= 1;
        this.#background.run(this.#begin(stage));
      });
      this.#background.run(work);
    }
  }

  async #take(store: Store, until: number): Promise<ScheduleDocument | null> {
    const schedules = scheduleCollection(store);
    const ripe = { due: { $lte: new Date(until) } };
    if (!(await schedules.findOne(ripe, { projection: { _id: 1 } }))) return null;
    return schedules.findOneAndUpdate(
      ripe,
      { $set: { due: this.#leaseEnd() }, $inc: { begun: 1 }, $rename: { key: "begunKey" } },
      { sort: { due: 1 }, returnDocument: "before" },
    );
  }

  async #carryOut(stage: Stage, store: Store, before: ScheduleDocument): Promise<void> {
    const { module, playerId, key = before.begunKey } = before;
    const player = playerId && playerIdOf(playerId);
    const mine = { _id: before._id, begun: before.begun + 1 };
    const schedules = scheduleCollection(store);
    if (before.cancelled) {
      await schedules.deleteOne(mine);
      return;
    }
    const why = await this.#uselessness(store, before);
    if (why !== undefined) {
      await schedules.deleteOne(mine);
      const about = { stage, module, ...(key !== undefined && { key }), ...(player && { player }) };
      return this.#options.dropped(why, about);
    }
    const renewal = setInterval(() => {
      this.#background.run(schedules.updateOne(mine, { $set: { due: this.#leaseEnd() } }));
    }, this.#leaseMs / 3).unref();
    try {
      const data = JSON.parse(before.data) as Record<string, unknown>;
      const over = (tx: Documents, failure: string | undefined) => this.#end(tx, mine, failure);
      await this.#options.modules.run({ stage, module, data, player, schedule: before._id, over });
    } finally {
      clearInterval(renewal);
    }
  }

  /** Why there is nothing to run. */
  async #uselessness(store: Store, { module, playerId, begun }: ScheduleDocument) {
    if (begun >= MAX_BEGUN) return "begun too often" as const;
    if (!this.#options.modules.has(module)) return "unknown module" as const;
    if (!playerId) return undefined;
    const found = await accounts(store).players.findOne({ _id: playerId }, { projection: { _id: 1 } });
    return found ? undefined : ("deleted player" as const);
  }

  /**
   * A module that fails is over, and so is one that was cancelled. Any other whose script host was not there, or ended with
   * the server, runs again.
   */
  async #end(tx: Documents, mine: { _id: ObjectId; begun: number }, failure: string | undefined): Promise<void> {
    const { closing } = this.#background;
    const isOver = failure === undefined || (failure !== "unavailable" && !closing);
    const schedules = scheduleCollection(tx);
    if (!isOver) {
      const due = new Date(this.#options.clock.now() + (closing ? 0 : RETRY_MS));
      const again = { ...mine, cancelled: { $exists: false } };
      if ((await schedules.updateOne(again, { $set: { due }, $inc: { begun: -1 } })).matchedCount === 1) return;
    }
    if ((await schedules.deleteOne(mine)).deletedCount === 1) return;
    throw new TakenOver("A scheduled module was taken over by another server before it was done.");
  }

  #leaseEnd(): Date {
    return new Date(this.#options.clock.now() + this.#leaseMs);
  }
}

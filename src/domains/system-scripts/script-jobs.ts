import { createHash } from "node:crypto";
import type { Stage } from "../../game/game.ts";
import { type Claim, LeaseLost } from "../../jobs/claim.ts";
import type { JobEnd, JobKind } from "../../jobs/kind.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Documents, Filter, Store } from "../../store/store.ts";
import { addJob, type SystemScriptJob } from "./job.ts";

const PUBLISHED = SYSTEM_SCRIPTS.gamePublished;
/** Scripts that run at the start of each period (UTC), and their periods in milliseconds. */
const TIMED: ReadonlyMap<string, number> = new Map([
  [SYSTEM_SCRIPTS.everyMinute, 60_000],
  [SYSTEM_SCRIPTS.everyHour, 3_600_000],
  [SYSTEM_SCRIPTS.everyDay, 86_400_000],
]);
const REMEMBERED = 50;

/** A version of the game for which GS_GAME_PUBLISH has to run on a stage, unless the stage's job says that it has. */
interface Publication {
  fingerprint: string;
  isDone(job: SystemScriptJob): boolean;
}

/** The timed scripts and GS_GAME_PUBLISH. Each is one job per open stage, so only one server runs it. */
export class ScriptJobs {
  readonly kind: JobKind<SystemScriptJob>;
  readonly #kernel: Kernel;
  /** Timed script → this server runs it only for periods that start later. */
  readonly #after = new Map<Stage, Map<string, number>>();
  readonly #publications = new Map<Stage, Publication>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.kind = {
      name: "system script",
      collection: "systemScript",
      concurrency: TIMED.size + 1,
      leaseMs: 10_000 + 3 * kernel.config.scriptTimeoutMs,
      retry: { firstMs: 1_000, mostMs: 16_000 },
      filter: (stage) => this.#workable(stage),
      run: (claim, { stage }) => this.#runJob(claim, stage),
    };
  }

  async opened(stage: Stage, store: Store): Promise<void> {
    const now = this.#kernel.clock.now();
    this.#after.set(stage, new Map([...TIMED.keys()].map((script) => [script, now])));
    for (const [script, periodMs] of TIMED) {
      const mark = new Date(lastMark(now, periodMs) + periodMs);
      await addJob(store, script, { due: mark, mark });
    }
    await addJob(store, PUBLISHED, { due: new Date(now) });
    const fingerprint = this.#fingerprint();
    this.#publications.set(stage, { fingerprint, isDone: ({ seen = [] }) => seen.includes(fingerprint) });
  }

  /** The running server has reloaded the game's scripts, which publishes the game on preview. */
  reloaded(): void {
    if (!this.#kernel.stores.opened("preview")) return;
    const fingerprint = this.#fingerprint();
    this.#publications.set("preview", { fingerprint, isDone: ({ published }) => published === fingerprint });
  }

  /** While the game lacks a script, its runs are skipped and not made up for later. Does not use the store. */
  poll(): void {
    const { clock, scripts } = this.#kernel;
    for (const after of this.#after.values()) {
      for (const script of TIMED.keys()) if (!scripts.has("system", script)) after.set(script, clock.now());
    }
    if (!scripts.has("system", PUBLISHED)) this.#publications.clear();
  }

  /**
   * If a period started before this server opened the stage, or while its game lacked the script, only the other
   * servers may run the script for that period. If there are none, the run is skipped.
   */
  #workable(stage: Stage): Filter | undefined {
    const { clock, scripts } = this.#kernel;
    const now = clock.now();
    const after = this.#after.get(stage);
    const timed = [...TIMED].filter(([script, periodMs]) => lastMark(now, periodMs) > (after?.get(script) ?? now));
    const names = [...timed.map(([script]) => script), ...(this.#publications.has(stage) ? [PUBLISHED] : [])];
    const workable = names.filter((script) => scripts.has("system", script));
    return workable.length > 0 ? { _id: { $in: workable } } : undefined;
  }

  #runJob(claim: Claim<SystemScriptJob>, stage: Stage): Promise<JobEnd> {
    const periodMs = TIMED.get(claim.document._id);
    return periodMs === undefined ? this.#publish(claim, stage) : this.#runTimed(claim, stage, periodMs);
  }

  /**
   * Runs at most once per period, because a daily payment must not be made twice: a run interrupted by a crash or a
   * store error is not repeated. If a script takes longer than its period, it next runs once for the latest period.
   */
  async #runTimed(claim: Claim<SystemScriptJob>, stage: Stage, periodMs: number): Promise<JobEnd> {
    const latest = new Date(lastMark(this.#kernel.clock.now(), periodMs));
    const { mark = latest } = claim.document;
    const isLate = latest > mark;
    if (isLate) {
      await claim.progress({ $set: { mark: latest } });
      claim.document = { ...claim.document, mark: latest, attempts: 1, freeAttempts: 0 };
    }
    const next = new Date((isLate ? latest : mark).getTime() + periodMs);
    const plan = (tx?: Documents) => claim.reschedule(next, { $set: { mark: next } }, tx);
    if (claim.countedAttempts > 1) {
      await plan();
      return "settled";
    }
    try {
      return await this.#run(claim, stage, plan);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      // A store error would not count as an attempt.
      throw new Error("The run of the script could not be recorded.", { cause: error });
    }
  }

  async #publish(claim: Claim<SystemScriptJob>, stage: Stage): Promise<JobEnd> {
    const publication = this.#publications.get(stage);
    const now = () => new Date(this.#kernel.clock.now());
    let end: JobEnd = "settled";
    if (!publication || publication.isDone(claim.document)) await claim.reschedule(now());
    else {
      const { fingerprint } = publication;
      const seen = { $each: [fingerprint], $slice: -REMEMBERED };
      const update = { $set: { published: fingerprint }, $push: { seen } };
      end = await this.#run(claim, stage, (tx) => claim.reschedule(now(), update, tx));
    }
    if (end === "settled" && this.#publications.get(stage) === publication) this.#publications.delete(stage);
    return end;
  }

  /** @param settle runs in the transaction of the changes, unless no host was free or the server is stopping */
  async #run(claim: Claim<SystemScriptJob>, stage: Stage, settle: (tx: Documents) => Promise<void>): Promise<JobEnd> {
    const { jobs, scripts } = this.#kernel;
    let end: JobEnd = "settled";
    await scripts.run({
      kind: "system",
      ...{ name: claim.document._id, stage },
      async alongside(tx, { failure }) {
        end = failure && (failure.kind === "unavailable" || jobs.closing) ? "unavailable" : "settled";
        if (end === "settled") await settle(tx);
      },
    });
    return end;
  }

  #fingerprint(): string {
    const { game, scripts } = this.#kernel;
    const state = JSON.stringify([game.document, scripts.fingerprint()]);
    return createHash("sha256").update(state).digest("base64url");
  }
}

/** The start of the current period. */
function lastMark(now: number, periodMs: number): number {
  return now - (now % periodMs);
}

import { availableParallelism } from "node:os";
import { FairQueue } from "../queues/fair-queue.ts";
import type { RunCalls } from "./calls/run-calls.ts";
import type { ScriptHostFigures } from "./cloudcode.ts";
import type { HostEnd, HostEvents, HostProcess } from "./host-process.ts";
import { type HostEvent, Hosts, type HostsOptions, lanesOf, MAX_DEPTH, SHORT_MS } from "./hosts.ts";
import type { AddScript, RunDone, RunScript } from "./protocol.ts";
import { QuickScripts } from "./quick-scripts.ts";
import { RunWatch } from "./run-watch.ts";

export { type HostEvent, MAX_DEPTH };

export interface PoolOptions extends HostsOptions {
  /** Concurrent scripts per player and depth. */
  perPlayer: number;
  timeoutMs: number;
  /** Time between the sandbox's own deadline and killing the host. */
  graceMs: number;
  /** Maximum number of waiting runs per depth. */
  queued: number;
  /** Longest wait for a host; after it the run fails as unavailable. */
  queueTimeoutMs: number;
  /** Looks up a module for a lane. Returns JSON of `ModuleReply`. */
  module: (version: number, name: string) => string;
}

export type PoolResult =
  | RunDone
  | { type: "failed"; kind: "timeout" | "memory" | "crash" | "unavailable"; reason: string };

export interface RunFor {
  /** A player's id, or for runs without a player the script or "". Limits and fairness apply per value. */
  player: string;
  /** How many scripts wait for this run, at most MAX_DEPTH. */
  depth: number;
}

interface Job {
  /** The player, for the fair queue. */
  group: string;
  depth: number;
  script: AddScript;
  message: RunScript;
  calls: RunCalls;
  resolve: (result: PoolResult) => void;
  timer: NodeJS.Timeout | undefined;
  since: number;
  watch: RunWatch | undefined;
  host: HostProcess | undefined;
  overdue: boolean;
  /** Hosts that ended during the run. */
  losses: number;
  /** A host ended while several scripts ran in it, so this one is run again on its own to find the culprit. */
  alone: boolean;
}

/**
 * Short scripts that a host computes concurrently. More would only take turns in lanes that need warming up; fewer
 * would slow down scripts with writes, which share commits.
 */
const COMPUTING_AT_ONCE = 2 * availableParallelism();
/**
 * The limit for quick scripts; one core is left to the server. Further ones are sent ahead to a busy lane, many in one
 * message, which costs a third of waking another lane.
 */
const QUICK_AT_ONCE = Math.max(1, availableParallelism() - 1);
/**
 * Runs scripts in the script hosts of one server.
 *
 * When a host is lost, its runs are run again unless they made a call that writes; nothing else has left the host. If
 * several may be the cause, each is run again alone; one that loses its host again has failed. A run that was waiting
 * for the server cannot be the cause. Suspects never get the last host.
 *
 * Runs of each depth of nested scripts have their own lanes and queue, so the deepest always make progress.
 */
export class HostPool {
  readonly #options: PoolOptions;
  readonly #hosts: Hosts;
  readonly #jobs = new Map<number, Job>();
  readonly #queues: FairQueue<Job>[];
  readonly #suspects = new FairQueue<Job>(1);
  readonly #counted = { waits: 0, waitSeconds: 0, cpuSeconds: 0 };
  readonly #quick = new QuickScripts();
  #nextRun = 1;
  #recheck: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#hosts = new Hosts(options, this.#hostEvents());
    // A player never gets more than half of the lanes.
    this.#queues = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => {
      const half = Math.floor((options.hosts * lanesOf(depth, options.lanes)) / 2);
      return new FairQueue(Math.min(options.perPlayer, Math.max(1, half)));
    });
  }

  warm(): void {
    this.#hosts.warm();
  }

  run(script: AddScript, input: string, calls: RunCalls, { player, depth }: RunFor): Promise<PoolResult> {
    if (this.#hosts.isClosed) return Promise.resolve(failed("unavailable", "The server is stopping."));
    const queue = this.#queueOf(depth);
    if (queue.length >= this.#options.queued) {
      const full = failed("unavailable", `${this.#options.queued} scripts are already waiting for a script host.`);
      const last = queue.lastOfLongest(player);
      if (last === undefined) return Promise.resolve(full);
      this.#settle(last, full);
    }
    this.warm();
    const run = this.#nextRun++;
    const message: RunScript = { run, script: script.script, input, timeoutMs: this.#options.timeoutMs };
    return new Promise((resolve) => {
      const job: Job = {
        group: player,
        depth,
        script,
        message,
        calls,
        resolve,
        timer: undefined,
        since: 0,
        watch: undefined,
        host: undefined,
        overdue: false,
        losses: 0,
        alone: false,
      };
      this.#jobs.set(run, job);
      queue.add(job);
      this.#dispatch();
      if (job.host !== undefined) return;
      this.#counted.waits++;
      this.#awaitTurn(job);
    });
  }

  /** Ends all hosts and fails all runs as unavailable. Resolves when the processes have exited. */
  close(): Promise<void> {
    clearTimeout(this.#recheck);
    const gone = this.#hosts.close();
    for (const job of [...this.#jobs.values()]) this.#settle(job, failed("unavailable", "The server is stopping."));
    return gone;
  }

  /** Ends all hosts until the next run. Call it only when no run is active or waiting. */
  stopAll(): void {
    this.#hosts.stopAll();
  }

  figures(): Omit<ScriptHostFigures, "logLinesDropped" | "runsInBackground"> {
    const waiting = [...this.#queues, this.#suspects].reduce((sum, queue) => sum + queue.length, 0);
    return {
      ...this.#counted,
      ...this.#hosts.figures(),
      runsUnderWay: this.#jobs.size - waiting,
      runsWaiting: waiting,
    };
  }

  #hostEvents(): HostEvents {
    return {
      module: this.#options.module,
      ready: () => this.#dispatch(),
      free: () => this.#dispatch(),
      call: (host, run, call, text) => {
        const job = this.#jobs.get(run);
        if (job?.host !== host) return;
        job.calls.answer(text).then((answer) => host.answer(run, call, answer));
        if (this.#isAnyReady) this.#dispatch();
      },
      done: (_host, result) => {
        const job = this.#jobs.get(result.run);
        this.#counted.cpuSeconds += result.cpuMs / 1000;
        if (job) {
          this.#quick.record(job.script, result.end === "ok" && job.calls.count === 0 ? result.durationMs : undefined);
          this.#settle(job, result);
        }
        this.#dispatch();
      },
      begins: (host, run) => {
        const job = this.#jobs.get(run);
        if (job) this.#watchRun(job, host);
      },
      withdrawn: (_host, run) => {
        const job = this.#jobs.get(run);
        if (!job) return;
        job.watch?.stop();
        job.host = undefined;
        this.#queueOf(job.depth).giveBack(job);
        this.#awaitTurn(job);
        this.#dispatch();
      },
      exit: (host, end) => this.#hostEnded(host, end),
    };
  }

  #queueOf(depth: number): FairQueue<Job> {
    return this.#queues[depth] as FairQueue<Job>;
  }

  /** Assigns waiting runs to hosts: first suspects, each to a host of its own, then the others, deepest first. */
  #dispatch(): void {
    while (this.#suspects.isReady) {
      const host = this.#hosts.reserveForSuspect();
      if (!host) break;
      this.#start(this.#suspects.take() as Job, host);
    }
    for (let depth = MAX_DEPTH; depth >= 0; depth--) {
      const queue = this.#queueOf(depth);
      for (let next = queue.next; next !== undefined; next = queue.next) {
        if (!this.#place(next)) break;
        queue.take();
      }
    }
    if (this.#isAnyReady) this.#recheckLater();
  }

  /** Rechecks after SHORT_MS, when long scripts no longer count and nothing may stay queued behind them. */
  #recheckLater(): void {
    this.#recheck ??= setTimeout(() => {
      this.#recheck = undefined;
      const isAnyAhead = this.#hosts.withdrawBehindLong();
      this.#dispatch();
      if (isAnyAhead) this.#recheckLater();
    }, SHORT_MS);
  }

  #place(job: Job): boolean {
    const isQuick = job.depth === 0 && this.#quick.is(job.script);
    if (!isQuick) return this.#begin(job, { isQuick, atOnce: COMPUTING_AT_ONCE });
    return (
      this.#begin(job, { isQuick, atOnce: QUICK_AT_ONCE }) ||
      this.#sendAhead(job) ||
      this.#begin(job, { isQuick, atOnce: COMPUTING_AT_ONCE })
    );
  }

  /** Starts a run in a free lane. Returns false if there is none or `atOnce` scripts are computing. */
  #begin(job: Job, { isQuick, atOnce }: { isQuick: boolean; atOnce: number }): boolean {
    const host = this.#hosts.pickHost(job.depth, atOnce);
    if (host) this.#start(job, host, isQuick);
    return host !== undefined;
  }

  /** Sends a quick run to a lane that is busy with another quick one. Returns false if no lane accepts it. */
  #sendAhead(job: Job): boolean {
    const found = this.#hosts.pickLaneAhead();
    if (!found) return false;
    const { host, lane } = found;
    this.#assigned(job, host);
    host.runAhead(lane, job.script, job.message, job.depth);
    this.#recheckLater();
    return true;
  }

  get #isAnyReady(): boolean {
    return this.#queues.some((queue) => queue.isReady);
  }

  #start(job: Job, host: HostProcess, isQuick = false): void {
    this.#assigned(job, host);
    host.run(job.script, job.message, { depth: job.depth, isQuick });
    this.#watchRun(job, host);
  }

  #assigned(job: Job, host: HostProcess): void {
    clearTimeout(job.timer);
    if (job.timer) this.#counted.waitSeconds += (performance.now() - job.since) / 1000;
    job.timer = undefined;
    job.host = host;
  }

  #watchRun(job: Job, host: HostProcess): void {
    const { timeoutMs, graceMs, limits } = this.#options;
    const runLimits = { timeoutMs, graceMs, cpuMs: limits.cpuMs };
    job.watch = new RunWatch(host, job.message.run, runLimits, () => {
      job.overdue = true;
      host.kill("A script ran past its deadline and could not be interrupted.");
    });
  }

  #awaitTurn(job: Job): void {
    const { queueTimeoutMs } = this.#options;
    job.since = performance.now();
    const tooLong = failed("unavailable", `No script host was free for ${queueTimeoutMs} ms.`);
    job.timer = setTimeout(() => this.#settle(job, tooLong), queueTimeoutMs);
  }

  #settle(job: Job, result: PoolResult): void {
    clearTimeout(job.timer);
    job.watch?.stop();
    job.calls.close();
    this.#jobs.delete(job.message.run);
    this.#leave(job);
    job.resolve(result);
  }

  #leave(job: Job): void {
    const queue = job.alone ? this.#suspects : this.#queueOf(job.depth);
    if (job.host === undefined) queue.remove(job);
    else {
      if (job.alone) this.#hosts.release(job.host);
      queue.done(job);
      job.host = undefined;
    }
  }

  #hostEnded(host: HostProcess, end: HostEnd): void {
    const jobs = [...host.runs.keys()].map((run) => this.#jobs.get(run)).filter((job) => job !== undefined);
    const isAhead = (job: Job): boolean => host.runs.get(job.message.run)?.isAhead === true;
    const stoodStill = (job: Job): boolean => isAhead(job) || host.runs.get(job.message.run)?.isWaiting === true;
    const overdue = jobs.some((job) => job.overdue);
    const begun = jobs.filter((job) => !isAhead(job)).length;
    for (const job of jobs) {
      if (job.overdue) this.#settle(job, failed("timeout", end.reason));
      else if (job.alone || (begun === 1 && !isAhead(job)) || job.calls.wrote) {
        this.#settle(job, failed(end.kind === "memory" ? "memory" : "crash", end.reason));
      } else this.#runAgain(job, job.losses > 0 || !(overdue || stoodStill(job)));
    }
    this.#dispatch();
  }

  #runAgain(job: Job, alone: boolean): void {
    job.watch?.stop();
    this.#leave(job);
    job.calls.reset();
    job.losses++;
    job.alone = alone;
    this.#awaitTurn(job);
    (alone ? this.#suspects : this.#queueOf(job.depth)).add(job);
  }
}

function failed(kind: "timeout" | "memory" | "crash" | "unavailable", reason: string): PoolResult {
  return { type: "failed", kind, reason };
}

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
  /** Scripts of one player and depth that run at once. */
  perPlayer: number;
  timeoutMs: number;
  /** After the sandbox's own deadline, how long until the host is ended. */
  graceMs: number;
  /** Runs of one depth that may wait. */
  queued: number;
  /** The longest wait for a host; a run that waited longer fails as unavailable. */
  queueTimeoutMs: number;
  /** What a lane is told of a module that it asks for: JSON of `ModuleAnswer`. */
  module: (version: number, name: string) => string;
}

export type PoolResult =
  | RunDone
  | { type: "failed"; kind: "timeout" | "memory" | "crash" | "unavailable"; reason: string };

/** For whom a run is, and what waits for it. */
export interface RunFor {
  /** Where it is nobody's: empty, or the script, so that one of these does not keep the others waiting. */
  player: string;
  /** Up to MAX_DEPTH. */
  depth: number;
}

interface Job {
  /** The player. */
  group: string;
  depth: number;
  script: AddScript;
  message: RunScript;
  calls: RunCalls;
  resolve: (result: PoolResult) => void;
  /** Of its wait. */
  timer: NodeJS.Timeout | undefined;
  /** When it began to wait. */
  since: number;
  /** Of its run. */
  watch: RunWatch | undefined;
  host: HostProcess | undefined;
  overdue: boolean;
  /** Hosts that ended while it was in them. */
  losses: number;
  /** A host ended while this and other scripts ran in it: it runs again with no other beside it, to tell whose fault. */
  alone: boolean;
}

/**
 * Scripts that a host has computing at once, as long as each is short: more would only take turns, each in a lane that
 * has to be warmed up. Those that wait for the server, or turn out to take longer, count no more, and others begin beside
 * them. Fewer would be worse for those with writes, which are committed together.
 */
const COMPUTING_AT_ONCE = 2 * availableParallelism();
/**
 * The same for quick scripts, which call nothing: one core is left to the server. Further ones are sent ahead to a lane that
 * has one, many in one message, where each costs a third of what it takes in a lane that has to be woken and warmed up.
 */
const QUICK_AT_ONCE = Math.max(1, availableParallelism() - 1);
/**
 * Runs scripts in the script hosts of one server. Nothing is started before the first `run` or `warm`.
 *
 * A run whose host is lost, and which is not known to be the cause, is run again: unless it made a call that writes,
 * nothing that it did has left its host, and a second run is as if the first had never been. Where several runs could be the cause,
 * each of them is run again alone, and the one that loses its host again has failed. A run that waited for the server
 * cannot be the cause and is run again among others, once. Suspects never take the last host.
 *
 * A script may wait for another: it sends a request that has scripts. So runs of each depth have lanes and a queue of
 * their own, and whatever waits is waited for by less deep runs only: the deepest always get on.
 */
export class HostPool {
  readonly #options: PoolOptions;
  readonly #hosts: Hosts;
  readonly #jobs = new Map<number, Job>();
  /** By depth. */
  readonly #queues: FairQueue<Job>[];
  readonly #suspects = new FairQueue<Job>(1);
  readonly #counted = { waits: 0, waitSeconds: 0, cpuSeconds: 0 };
  readonly #quick = new QuickScripts();
  #nextRun = 1;
  #later: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#hosts = new Hosts(options, this.#hostEvents());
    // Half of the lanes are left to others, even where a player may have as many as there are.
    this.#queues = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => {
      const half = Math.floor((options.hosts * lanesOf(depth, options.lanes)) / 2);
      return new FairQueue(Math.min(options.perPlayer, Math.max(1, half)));
    });
  }

  /** Starts the hosts that are missing. */
  warm(): void {
    this.#hosts.warm();
  }

  run(script: AddScript, input: string, calls: RunCalls, { player, depth }: RunFor): Promise<PoolResult> {
    if (this.#hosts.isClosed) return Promise.resolve(failed("unavailable", "The server is stopping."));
    const queue = this.#queueOf(depth);
    if (queue.length >= this.#options.queued) {
      const full = failed("unavailable", `${this.#options.queued} scripts wait for a script host already.`);
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

  /** Ends all hosts; runs that are under way or wait fail as unavailable. Resolves when the processes are gone. */
  close(): Promise<void> {
    clearTimeout(this.#later);
    const gone = this.#hosts.close();
    for (const job of [...this.#jobs.values()]) this.#settle(job, failed("unavailable", "The server is stopping."));
    return gone;
  }

  /** Ends all hosts until the next run; to be called when none is under way or waits. */
  rest(): void {
    this.#hosts.rest();
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
          this.#quick.ran(job.script, result.end === "ok" && job.calls.count === 0 ? result.durationMs : undefined);
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

  /** Hands waiting runs to hosts: suspects to hosts of their own, the deepest of the others first. */
  #dispatch(): void {
    while (this.#suspects.isReady) {
      const host = this.#hosts.takeForSuspect();
      if (!host) break;
      this.#hand(this.#suspects.take() as Job, host);
    }
    for (let depth = MAX_DEPTH; depth >= 0; depth--) {
      const queue = this.#queueOf(depth);
      for (let next = queue.next; next !== undefined; next = queue.next) {
        if (!this.#place(next)) break;
        queue.take();
      }
    }
    if (this.#isAnyReady) this.#lookLater();
  }

  /** Scripts that turn out not to be short make room for others, and have none wait behind them. */
  #lookLater(): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      const isAnyAhead = this.#hosts.withdrawBehindLong();
      this.#dispatch();
      if (isAnyAhead) this.#lookLater();
    }, SHORT_MS);
  }

  /** Hands a run to a host that serves; false where it has to wait. */
  #place(job: Job): boolean {
    const isQuick = job.depth === 0 && this.#quick.is(job.script);
    if (!isQuick) return this.#begin(job, { isQuick, atOnce: COMPUTING_AT_ONCE });
    return (
      this.#begin(job, { isQuick, atOnce: QUICK_AT_ONCE }) ||
      this.#sendAhead(job) ||
      this.#begin(job, { isQuick, atOnce: COMPUTING_AT_ONCE })
    );
  }

  /** In a lane that is free; false where there is none, or as many compute as may. */
  #begin(job: Job, { isQuick, atOnce }: { isQuick: boolean; atOnce: number }): boolean {
    const host = this.#hosts.forRun(job.depth, atOnce);
    if (host) this.#hand(job, host, isQuick);
    return host !== undefined;
  }

  /** Sends a quick run to a lane that is at another one; false where no lane takes one. */
  #sendAhead(job: Job): boolean {
    const found = this.#hosts.forRunAhead();
    if (!found) return false;
    const { host, lane } = found;
    this.#handed(job, host);
    host.runAhead(lane, job.script, job.message, job.depth);
    this.#lookLater();
    return true;
  }

  get #isAnyReady(): boolean {
    return this.#queues.some((queue) => queue.isReady);
  }

  #hand(job: Job, host: HostProcess, isQuick = false): void {
    this.#handed(job, host);
    host.run(job.script, job.message, { depth: job.depth, isQuick });
    this.#watchRun(job, host);
  }

  #handed(job: Job, host: HostProcess): void {
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

  /** Takes the job from its host, or out of the queue. */
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

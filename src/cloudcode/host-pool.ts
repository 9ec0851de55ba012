import { availableParallelism } from "node:os";
import type { RunCalls } from "./calls/run-calls.ts";
import type { ScriptHostFigures } from "./cloudcode.ts";
import { type HostEnd, HostProcess } from "./host-process.ts";
import { type AddScript, ANSWER, type HostLimits, type RunDone, type RunScript } from "./protocol.ts";
import { QuickScripts } from "./quick-scripts.ts";
import { RunQueue } from "./run-queue.ts";

/** What an operator should know of the script hosts. */
export type HostEvent =
  | { type: "ready"; pid: number | undefined; startMs: number }
  | { type: "ended"; pid: number | undefined; kind: HostEnd["kind"]; reason: string; output: string; runs: number }
  | { type: "crash-loop"; endings: number; nextStartMs: number };

export interface PoolOptions {
  hosts: number;
  /** Scripts of one depth that one host runs at once. */
  lanes: number;
  /** Scripts of one player and depth that run at once. */
  perPlayer: number;
  limits: HostLimits;
  timeoutMs: number;
  /** After the sandbox's own deadline, how long until the host is ended. */
  graceMs: number;
  /** Runs of one depth that may wait. */
  queued: number;
  /** The longest wait for a host; a run that waited longer fails as unavailable. */
  queueTimeoutMs: number;
  /** A host with a run from which nothing came for this long is ended. */
  silenceMs: number;
  onHostEvent: (event: HostEvent) => void;
  /** Answers a host's `FetchModule`, by JSON of `ModuleAnswer`. */
  module: (version: number, name: string) => string;
}

export type PoolResult =
  | RunDone
  | { type: "failed"; kind: "timeout" | "memory" | "crash" | "unavailable"; reason: string };

/** Scripts that may wait for the answer of one: each may send requests, whose scripts it waits for. */
export const MAX_DEPTH = 4;

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
  /** Of its wait, and then of its run. */
  timer: NodeJS.Timeout | undefined;
  /** When it began to wait. */
  since: number;
  /** When its time is over, by `performance.now`. */
  endsAt: number;
  host: HostProcess | undefined;
  overdue: boolean;
  /** Hosts that ended while it was in them. */
  losses: number;
  /** A host ended while this and other scripts ran in it: it runs again with no other beside it, to tell whose fault. */
  alone: boolean;
}

/** Endings within this time that are seen as one series. */
const SERIES_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;
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
const SHORT_MS = 10;
const TOO_LATE = `${ANSWER.timeout}The script ran longer than a script may.`;
/** Lanes of a host for runs of one depth, of which few are nested. */
const lanesOf = (depth: number, lanes: number): number => (depth === 0 ? lanes : Math.min(lanes, 4));

/**
 * The script hosts of one server: `hosts` that serve and one more that is ready to take the place of a lost one, and in
 * which suspects run alone. Nothing is started before the first `run` or `warm`.
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
  readonly #hosts: HostProcess[] = [];
  readonly #jobs = new Map<number, Job>();
  /** By depth. */
  readonly #queues: RunQueue<Job>[];
  readonly #suspects = new RunQueue<Job>(1);
  readonly #suspectHosts = new Set<HostProcess>();
  readonly #counted = { waits: 0, waitSeconds: 0, cpuSeconds: 0, hostsStarted: 0 };
  readonly #hostsEnded = new Map<string, number>();
  readonly #quick = new QuickScripts();
  #nextRun = 1;
  #endings: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #allGone: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    // Half of the lanes are left to others, even where a player may have as many as there are.
    this.#queues = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => {
      const half = Math.floor((options.hosts * lanesOf(depth, options.lanes)) / 2);
      return new RunQueue(Math.min(options.perPlayer, Math.max(1, half)));
    });
  }

  /** Starts the hosts that are missing. */
  warm(): void {
    if (this.#closed) return;
    this.#watch ??= setInterval(() => this.#endSilentHosts(), 500).unref();
    if (this.#restart) return;
    const missing = this.#options.hosts + 1 - this.#hosts.length;
    for (let started = 0; started < missing; started++) this.#start();
  }

  run(script: AddScript, input: string, calls: RunCalls, { player, depth }: RunFor): Promise<PoolResult> {
    if (this.#closed) return Promise.resolve(failed("unavailable", "The server is stopping."));
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
        endsAt: 0,
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
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#watch);
      clearTimeout(this.#restart);
      clearTimeout(this.#later);
      this.#allGone = resolve;
      for (const job of [...this.#jobs.values()]) this.#settle(job, failed("unavailable", "The server is stopping."));
      for (const host of this.#hosts) host.kill("The server is stopping.");
      if (this.#hosts.length === 0) resolve();
    });
    return this.#closed;
  }

  figures(): Omit<ScriptHostFigures, "logLinesDropped"> {
    const waiting = [...this.#queues, this.#suspects].reduce((sum, queue) => sum + queue.length, 0);
    return {
      ...this.#counted,
      hosts: this.#hosts.filter((host) => host.ready).length,
      memoryMb: this.#hosts.reduce((sum, host) => sum + host.rssMb, 0),
      runsUnderWay: this.#jobs.size - waiting,
      runsWaiting: waiting,
      hostsEnded: this.#hostsEnded,
    };
  }

  #start(): void {
    const began = performance.now();
    this.#counted.hostsStarted++;
    const { limits, lanes, module } = this.#options;
    const options = { limits, lanes: lanesOf(0, lanes) + MAX_DEPTH * lanesOf(1, lanes) };
    const host = new HostProcess(options, {
      module,
      ready: () => {
        this.#options.onHostEvent({ type: "ready", pid: host.pid, startMs: performance.now() - began });
        this.#dispatch();
      },
      free: () => this.#dispatch(),
      call: (answering, run, call, text) => {
        const job = this.#jobs.get(run);
        if (job?.host !== answering) return;
        job.calls.answer(text).then((answer) => answering.answer(run, call, answer));
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
      begins: (beginning, run) => {
        const job = this.#jobs.get(run);
        if (job) this.#watchRun(job, beginning);
      },
      withdrawn: (_host, run) => {
        const job = this.#jobs.get(run);
        if (!job) return;
        clearTimeout(job.timer);
        job.host = undefined;
        this.#queueOf(job.depth).giveBack(job);
        this.#awaitTurn(job);
        this.#dispatch();
      },
      exit: (_host, end) => this.#hostEnded(host, end),
    });
    this.#hosts.push(host);
  }

  #queueOf(depth: number): RunQueue<Job> {
    return this.#queues[depth] as RunQueue<Job>;
  }

  /** Hands waiting runs to hosts: suspects to hosts of their own, the deepest of the others first. */
  #dispatch(): void {
    while (this.#suspects.isReady) {
      const host = this.#hostForSuspect();
      if (!host) break;
      this.#suspectHosts.add(host);
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
      const recently = performance.now() - SHORT_MS;
      const ahead = this.#hosts.filter((host) => host.withdrawBehind(recently));
      this.#dispatch();
      if (ahead.length > 0) this.#lookLater();
    }, SHORT_MS);
  }

  /** Hands a run to a host that serves; false where it has to wait. */
  #place(job: Job): boolean {
    const isQuick = job.depth === 0 && this.#quick.is(job.script);
    const host = this.#servingHost(job.depth, isQuick ? QUICK_AT_ONCE : COMPUTING_AT_ONCE);
    if (host) this.#hand(job, host);
    return host !== undefined || (isQuick && this.#sendAhead(job));
  }

  /** Sends a run to the lane with the fewest that has a short one under way. */
  #sendAhead(job: Job): boolean {
    const recently = performance.now() - SHORT_MS;
    for (const host of this.#servingHosts()) {
      const lane = host.laneAhead(recently);
      if (!lane) continue;
      this.#handed(job, host);
      host.runAhead(lane, job.script, job.message, job.depth);
      this.#lookLater();
      return true;
    }
    return false;
  }

  get #isAnyReady(): boolean {
    return this.#queues.some((queue) => queue.isReady);
  }

  /** Preferably the one that is kept in reserve; one host is left to the runs that are no suspects. */
  #hostForSuspect(): HostProcess | undefined {
    const others = this.#hosts.filter((host) => host.ready && !this.#suspectHosts.has(host));
    return others.length > 1 ? others.findLast((host) => host.runs.size === 0 && host.hasFreeLane) : undefined;
  }

  /**
   * Of the hosts that serve, the one with the fewest runs of those that can take another of this depth. One that could if it
   * had a lane more starts one.
   */
  #servingHost(depth: number, atOnce: number): HostProcess | undefined {
    const lanes = lanesOf(depth, this.#options.lanes);
    const recently = performance.now() - SHORT_MS;
    let best: HostProcess | undefined;
    for (const host of this.#servingHosts()) {
      const hasRoom = host.runsOfDepth(depth) < lanes && host.computingSince(recently) < atOnce;
      if (hasRoom && !host.hasFreeLane) host.openLane();
      else if (hasRoom && (!best || host.runs.size < best.runs.size)) best = host;
    }
    return best;
  }

  #servingHosts(): HostProcess[] {
    const ready = this.#hosts.filter((host) => host.ready && !this.#suspectHosts.has(host));
    return ready.slice(0, this.#options.hosts);
  }

  #hand(job: Job, host: HostProcess): void {
    this.#handed(job, host);
    host.run(job.script, job.message, job.depth);
    this.#watchRun(job, host);
  }

  #handed(job: Job, host: HostProcess): void {
    clearTimeout(job.timer);
    if (job.timer) this.#counted.waitSeconds += (performance.now() - job.since) / 1000;
    job.timer = undefined;
    job.host = host;
  }

  /**
   * Looks at a run when it should be over: one that waits for the server beyond its time is told so in place of the answer,
   * and one that computes although V8 should have ended it costs its host. V8 counts the time in which it computes, so one
   * that waited may end later than its deadline by that much.
   */
  #watchRun(job: Job, host: HostProcess): void {
    const { timeoutMs, graceMs, limits } = this.#options;
    job.endsAt = performance.now() + timeoutMs;
    const mostMs = Math.min(timeoutMs, limits.cpuMs) + graceMs;
    const look = (): void => {
      const left = mostMs - host.computedMs(job.message.run);
      const untilEnd = job.endsAt - performance.now();
      if (left <= 0) {
        job.overdue = true;
        host.kill("A script ran past its deadline and could not be interrupted.");
        return;
      }
      if (untilEnd <= 0) host.answerWaiting(job.message.run, TOO_LATE);
      job.timer = setTimeout(look, Math.max(1, untilEnd > 0 ? Math.min(untilEnd, left) : left));
    };
    job.timer = setTimeout(look, Math.min(timeoutMs, mostMs));
  }

  #awaitTurn(job: Job): void {
    const { queueTimeoutMs } = this.#options;
    job.since = performance.now();
    const tooLong = failed("unavailable", `No script host was free for ${queueTimeoutMs} ms.`);
    job.timer = setTimeout(() => this.#settle(job, tooLong), queueTimeoutMs);
  }

  #settle(job: Job, result: PoolResult): void {
    clearTimeout(job.timer);
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
      if (job.alone) this.#suspectHosts.delete(job.host);
      queue.done(job);
      job.host = undefined;
    }
  }

  #endSilentHosts(): void {
    const { silenceMs } = this.#options;
    for (const host of this.#hosts) {
      if (host.runs.size > 0 && performance.now() - host.lastHeard > silenceMs) {
        host.kill(`The script host gave no sign of life for ${silenceMs} ms.`);
      }
      host.closeIdleLanes();
    }
  }

  #hostEnded(host: HostProcess, end: HostEnd): void {
    this.#hosts.splice(this.#hosts.indexOf(host), 1);
    if (this.#closed) {
      if (this.#hosts.length === 0) this.#allGone?.();
      return;
    }
    const jobs = [...host.runs.keys()].map((run) => this.#jobs.get(run)).filter((job) => job !== undefined);
    const isAhead = (job: Job): boolean => host.runs.get(job.message.run)?.isAhead === true;
    const stoodStill = (job: Job): boolean => isAhead(job) || host.runs.get(job.message.run)?.isWaiting === true;
    this.#hostsEnded.set(end.kind, (this.#hostsEnded.get(end.kind) ?? 0) + 1);
    this.#options.onHostEvent({ type: "ended", pid: host.pid, ...end, runs: jobs.length });
    const overdue = jobs.some((job) => job.overdue);
    const begun = jobs.filter((job) => !isAhead(job)).length;
    for (const job of jobs) {
      if (job.overdue) this.#settle(job, failed("timeout", end.reason));
      else if (job.alone || (begun === 1 && !isAhead(job)) || job.calls.wrote) {
        this.#settle(job, failed(end.kind === "memory" ? "memory" : "crash", end.reason));
      } else this.#runAgain(job, job.losses > 0 || !(overdue || stoodStill(job)));
    }
    this.#replace();
    this.#dispatch();
  }

  #runAgain(job: Job, alone: boolean): void {
    clearTimeout(job.timer);
    this.#leave(job);
    job.calls.reset();
    job.losses++;
    job.alone = alone;
    this.#awaitTurn(job);
    (alone ? this.#suspects : this.#queueOf(job.depth)).add(job);
  }

  /** Starts another host; at once where that is rare, with growing pauses where hosts end in series. */
  #replace(): void {
    const now = performance.now();
    this.#endings = [...this.#endings.filter((ended) => now - ended < SERIES_MS), now];
    const beyond = this.#endings.length - 2 * (this.#options.hosts + 1);
    if (beyond <= 0) {
      this.warm();
      return;
    }
    const pause = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** (beyond - 1));
    this.#options.onHostEvent({ type: "crash-loop", endings: this.#endings.length, nextStartMs: pause });
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.warm();
    }, pause);
  }
}

function failed(kind: "timeout" | "memory" | "crash" | "unavailable", reason: string): PoolResult {
  return { type: "failed", kind, reason };
}

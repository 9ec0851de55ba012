import type { RunCalls } from "./calls/run-calls.ts";
import { type HostEnd, HostProcess } from "./host-process.ts";
import type { AddScript, HostLimits, RunDone, RunScript } from "./protocol.ts";

/** What an operator should know of the script hosts. */
export type HostEvent =
  | { type: "ready"; pid: number | undefined; startMs: number }
  | { type: "ended"; pid: number | undefined; kind: HostEnd["kind"]; reason: string; output: string; runs: number }
  | { type: "crash-loop"; endings: number; nextStartMs: number };

export interface PoolOptions {
  hosts: number;
  limits: HostLimits;
  timeoutMs: number;
  /** After the sandbox's own deadline, how long until the host is ended. */
  graceMs: number;
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

interface Job {
  script: AddScript;
  message: RunScript;
  calls: RunCalls;
  resolve: (result: PoolResult) => void;
  timer: NodeJS.Timeout | undefined;
  host: HostProcess | undefined;
  overdue: boolean;
  /** A host ended while this and other scripts ran in it: it runs again with no other beside it, to tell whose fault. */
  alone: boolean;
}

/** Endings within this time that are seen as one series. */
const SERIES_MS = 30_000;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The script hosts of one server: `hosts` that serve and one more that is ready to take the place of a lost one, and in
 * which suspects run alone. Nothing is started before the first `run` or `warm`.
 *
 * A run whose host is lost, and which is not known to be the cause, is run again once: unless it made a call that writes,
 * nothing that it did has left its host, and a second run is as if the first had never been. Where several runs could be the cause,
 * each of them is run again alone, and the one that loses its host again has failed.
 */
export class HostPool {
  readonly #options: PoolOptions;
  readonly #hosts: HostProcess[] = [];
  readonly #jobs = new Map<number, Job>();
  readonly #queue: Job[] = [];
  #nextRun = 1;
  #endings: number[] = [];
  #restart: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #allGone: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Starts the hosts that are missing. */
  warm(): void {
    if (this.#closed) return;
    this.#watch ??= setInterval(() => this.#endSilentHosts(), 500).unref();
    if (this.#restart) return;
    const missing = this.#options.hosts + 1 - this.#hosts.length;
    for (let started = 0; started < missing; started++) this.#start();
  }

  run(script: AddScript, input: string, calls: RunCalls): Promise<PoolResult> {
    if (this.#closed) return Promise.resolve(failed("unavailable", "The server is stopping."));
    if (this.#queue.length >= this.#options.queued) {
      return Promise.resolve(failed("unavailable", `${this.#options.queued} scripts wait for a script host already.`));
    }
    this.warm();
    const run = this.#nextRun++;
    const message: RunScript = { type: "run", run, script: script.script, input, timeoutMs: this.#options.timeoutMs };
    return new Promise((resolve) => {
      const job: Job = {
        script,
        message,
        calls,
        resolve,
        timer: undefined,
        host: undefined,
        overdue: false,
        alone: false,
      };
      this.#jobs.set(run, job);
      this.#queue.push(job);
      this.#dispatch();
      if (job.host === undefined) {
        job.timer = setTimeout(() => this.#waitedTooLong(job), this.#options.queueTimeoutMs);
      }
    });
  }

  /** Ends all hosts; runs that are under way or wait fail as unavailable. Resolves when the processes are gone. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#watch);
      clearTimeout(this.#restart);
      this.#allGone = resolve;
      for (const job of [...this.#jobs.values()]) this.#settle(job, failed("unavailable", "The server is stopping."));
      for (const host of this.#hosts) host.kill("The server is stopping.");
      if (this.#hosts.length === 0) resolve();
    });
    return this.#closed;
  }

  #start(): void {
    const began = performance.now();
    const host = new HostProcess(this.#options.limits, {
      module: this.#options.module,
      ready: () => {
        this.#options.onHostEvent({ type: "ready", pid: host.pid, startMs: performance.now() - began });
        this.#dispatch();
      },
      call: (answering, { run, call, text }) => {
        const job = this.#jobs.get(run);
        if (job?.host !== answering) return;
        job.calls.answer(text).then((answer) => answering.answer(run, call, answer));
      },
      done: (_host, result) => {
        const job = this.#jobs.get(result.run);
        if (job) this.#settle(job, result);
        this.#dispatch();
      },
      exit: (_host, end) => this.#hostEnded(host, end),
    });
    this.#hosts.push(host);
  }

  /** Hands waiting runs to hosts, in order; those that wait for a host to themselves hold up no others. */
  #dispatch(): void {
    for (let index = 0; index < this.#queue.length; ) {
      const job = this.#queue[index] as Job;
      const host = job.alone ? this.#idleHost() : this.#servingHost();
      if (host) {
        this.#queue.splice(index, 1);
        this.#hand(job, host);
      } else if (job.alone) index++;
      else return;
    }
  }

  /** For a suspect: preferably the host that is kept in reserve. */
  #idleHost(): HostProcess | undefined {
    return this.#hosts.findLast((host) => host.ready && host.runs.size === 0);
  }

  /** Of the hosts that serve, the one with the fewest runs, if it can take another. */
  #servingHost(): HostProcess | undefined {
    let best: HostProcess | undefined;
    let serving = 0;
    for (const host of this.#hosts) {
      if (!host.ready || this.#holdsSuspect(host)) continue;
      if (!best || host.runs.size < best.runs.size) best = host;
      if (++serving === this.#options.hosts) break;
    }
    return best && best.runs.size < this.#options.limits.lanes ? best : undefined;
  }

  #hand(job: Job, host: HostProcess): void {
    clearTimeout(job.timer);
    job.host = host;
    job.timer = setTimeout(() => {
      job.overdue = true;
      host.kill("A script ran past its deadline and could not be interrupted.");
    }, this.#options.timeoutMs + this.#options.graceMs);
    host.run(job.script, job.message);
  }

  #holdsSuspect(host: HostProcess): boolean {
    for (const run of host.runs) if (this.#jobs.get(run)?.alone) return true;
    return false;
  }

  #settle(job: Job, result: PoolResult): void {
    clearTimeout(job.timer);
    job.calls.close();
    this.#jobs.delete(job.message.run);
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    job.resolve(result);
  }

  #waitedTooLong(job: Job): void {
    this.#settle(job, failed("unavailable", `No script host was free for ${this.#options.queueTimeoutMs} ms.`));
  }

  #endSilentHosts(): void {
    const { silenceMs } = this.#options;
    for (const host of this.#hosts) {
      if (host.runs.size > 0 && performance.now() - host.lastHeard > silenceMs) {
        host.kill(`The script host gave no sign of life for ${silenceMs} ms.`);
      }
    }
  }

  #hostEnded(host: HostProcess, end: HostEnd): void {
    this.#hosts.splice(this.#hosts.indexOf(host), 1);
    if (this.#closed) {
      if (this.#hosts.length === 0) this.#allGone?.();
      return;
    }
    const jobs = [...host.runs].map((run) => this.#jobs.get(run)).filter((job) => job !== undefined);
    this.#options.onHostEvent({ type: "ended", pid: host.pid, ...end, runs: jobs.length });
    const overdue = jobs.some((job) => job.overdue);
    for (const job of jobs) {
      if (job.overdue) this.#settle(job, failed("timeout", end.reason));
      else if (job.alone || jobs.length === 1 || job.calls.wrote) {
        this.#settle(job, failed(end.kind === "memory" ? "memory" : "crash", end.reason));
      } else this.#runAgain(job, !overdue);
    }
    this.#replace();
    this.#dispatch();
  }

  #runAgain(job: Job, alone: boolean): void {
    clearTimeout(job.timer);
    job.calls.reset();
    job.host = undefined;
    job.alone = alone;
    job.timer = setTimeout(() => this.#waitedTooLong(job), this.#options.queueTimeoutMs);
    this.#queue.unshift(job);
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

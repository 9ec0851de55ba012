import { type HostEnd, type HostEvents, HostProcess } from "./host-process.ts";
import type { LaneSocket } from "./lane-socket.ts";
import type { HostLimits } from "./protocol.ts";
import { Restarts } from "./restarts.ts";

export type HostEvent =
  | { type: "ready"; pid: number | undefined; startMs: number }
  | { type: "ended"; pid: number | undefined; kind: HostEnd["kind"]; reason: string; output: string; runs: number }
  | { type: "crash-loop"; endings: number; nextStartMs: number };

export interface HostsOptions {
  /** Number of serving hosts; there is one spare in addition. */
  hosts: number;
  /** Concurrent scripts per host at depth 0. */
  lanes: number;
  limits: HostLimits;
  /** A host with a run is killed if nothing was received from it for this long. */
  silenceMs: number;
  background?: boolean;
  onHostEvent: (event: HostEvent) => void;
}

/** Maximum length of a chain of scripts that wait for each other by sending requests. */
export const MAX_DEPTH = 4;
/** A run that computes for longer no longer keeps others from starting, and none is queued behind it. */
export const SHORT_MS = 10;
const CHECK_INTERVAL_MS = 500;

/** Lanes per host for runs of one depth. Few runs are nested. */
export function lanesOf(depth: number, lanes: number): number {
  return depth === 0 ? lanes : Math.min(lanes, 4);
}

/** The serving hosts and a spare, which replaces a lost one and in which suspects run alone. */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #events: HostEvents;
  readonly #restarts: Restarts;
  readonly #all: HostProcess[] = [];
  readonly #suspectHosts = new Set<HostProcess>();
  /** Being stopped; not replaced. */
  readonly #retired = new Set<HostProcess>();
  readonly #ended = new Map<string, number>();
  #started = 0;
  #watch: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #allGone: (() => void) | undefined;

  /** @param events of all hosts; `exit` is called before the host is replaced */
  constructor(options: HostsOptions, events: HostEvents) {
    this.#options = options;
    this.#events = events;
    this.#restarts = new Restarts(options.hosts + 1);
  }

  /** Starts the serving hosts. The spare follows when they are ready, so that it does not delay them. */
  warm(): void {
    if (this.#closed) return;
    this.#watch ??= setInterval(() => this.#checkHosts(), CHECK_INTERVAL_MS).unref();
    if (this.#restart) return;
    const missing = this.#options.hosts - this.#all.length;
    for (let started = 0; started < missing; started++) this.#start();
  }

  /** Ends all hosts without calling `exit`. Resolves when the processes have exited. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#watch);
      clearTimeout(this.#restart);
      this.#allGone = resolve;
      for (const host of this.#all) host.kill("The server is stopping.");
      this.#resolveIfGone();
    });
    return this.#closed;
  }

  /** Ends all hosts until the next `warm`, without calling `exit`. */
  stopAll(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    this.#watch = undefined;
    this.#restart = undefined;
    for (const host of this.#all.splice(0)) {
      this.#retired.add(host);
      host.kill("The script host is idle.");
    }
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  figures(): { hosts: number; memoryMb: number; hostsStarted: number; hostsEnded: ReadonlyMap<string, number> } {
    return {
      hosts: this.#all.filter((host) => host.ready).length,
      memoryMb: this.#all.reduce((sum, host) => sum + host.rssMb, 0),
      hostsStarted: this.#started,
      hostsEnded: this.#ended,
    };
  }

  /**
   * Picks the serving host with the fewest runs that has a free lane and fewer than `atOnce` short scripts computing.
   * Hosts that lack only a lane start one.
   */
  pickHost(depth: number, atOnce: number): HostProcess | undefined {
    const lanes = lanesOf(depth, this.#options.lanes);
    const recently = performance.now() - SHORT_MS;
    let best: HostProcess | undefined;
    for (const host of this.#serving()) {
      const hasRoom = host.runsOfDepth(depth) < lanes && host.computingSince(recently) < atOnce;
      if (hasRoom && !host.hasFreeLane) host.openLane();
      else if (hasRoom && (!best || host.runs.size < best.runs.size)) best = host;
    }
    return best;
  }

  /** Picks a lane with a quick run to which another one can be sent ahead. */
  pickLaneAhead(): { host: HostProcess; lane: LaneSocket } | undefined {
    const recently = performance.now() - SHORT_MS;
    for (const host of this.#serving()) {
      const lane = host.laneAhead(recently);
      if (lane) return { host, lane };
    }
    return undefined;
  }

  /** Reserves an idle host for a suspect until `release`. Always leaves one host for other runs. */
  reserveForSuspect(): HostProcess | undefined {
    const others = this.#all.filter((host) => host.ready && !this.#suspectHosts.has(host));
    if (others.length < 2) return undefined;
    const host = others.findLast(({ runs, hasFreeLane }) => runs.size === 0 && hasFreeLane);
    if (host) this.#suspectHosts.add(host);
    return host;
  }

  release(host: HostProcess): void {
    this.#suspectHosts.delete(host);
  }

  /** Withdraws runs that are queued behind a long one. Returns whether any runs are queued in lanes. */
  withdrawBehindLong(): boolean {
    const recently = performance.now() - SHORT_MS;
    return this.#all.filter((host) => host.withdrawBehind(recently)).length > 0;
  }

  #serving(): HostProcess[] {
    const ready = this.#all.filter((host) => host.ready && !this.#suspectHosts.has(host));
    return ready.slice(0, this.#options.hosts);
  }

  #start(): void {
    const began = performance.now();
    this.#started++;
    const { limits, lanes, background = false, onHostEvent } = this.#options;
    const most = lanesOf(0, lanes) + MAX_DEPTH * lanesOf(1, lanes);
    const host = new HostProcess(
      { limits, lanes: most, background },
      {
        ...this.#events,
        ready: () => {
          if (this.#retired.has(host)) return;
          onHostEvent({ type: "ready", pid: host.pid, startMs: performance.now() - began });
          this.#events.ready(host);
        },
        exit: (_host, end) => this.#hasEnded(host, end),
      },
    );
    this.#all.push(host);
  }

  #hasEnded(host: HostProcess, end: HostEnd): void {
    if (this.#retired.delete(host)) {
      this.#resolveIfGone();
      return;
    }
    this.#all.splice(this.#all.indexOf(host), 1);
    if (this.#closed) {
      this.#resolveIfGone();
      return;
    }
    this.#ended.set(end.kind, (this.#ended.get(end.kind) ?? 0) + 1);
    this.#options.onHostEvent({ type: "ended", pid: host.pid, ...end, runs: host.runs.size });
    this.#events.exit(host, end);
    this.#replace();
  }

  #resolveIfGone(): void {
    if (this.#all.length === 0 && this.#retired.size === 0) this.#allGone?.();
  }

  #checkHosts(): void {
    const { silenceMs } = this.#options;
    for (const host of this.#all) {
      if (host.runs.size > 0 && performance.now() - host.lastHeard > silenceMs) {
        host.kill(`The script host did not respond for ${silenceMs} ms.`);
      }
      host.closeIdleLanes();
    }
    const { hosts } = this.#options;
    if (!this.#restart && this.#all.length === hosts && this.#all.every(({ ready }) => ready)) this.#start();
  }

  #replace(): void {
    const { endings, pauseMs } = this.#restarts.ended();
    if (pauseMs === 0) {
      this.warm();
      return;
    }
    this.#options.onHostEvent({ type: "crash-loop", endings, nextStartMs: pauseMs });
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.warm();
    }, pauseMs);
  }
}

import { type HostEnd, type HostEvents, HostProcess } from "./host-process.ts";
import type { LaneSocket } from "./lane-socket.ts";
import type { HostLimits } from "./protocol.ts";
import { Restarts } from "./restarts.ts";

/** What an operator should know of the script hosts. */
export type HostEvent =
  | { type: "ready"; pid: number | undefined; startMs: number }
  | { type: "ended"; pid: number | undefined; kind: HostEnd["kind"]; reason: string; output: string; runs: number }
  | { type: "crash-loop"; endings: number; nextStartMs: number };

export interface HostsOptions {
  /** Hosts that serve; one more is kept ready. */
  hosts: number;
  /** Scripts that nothing waits for, which one host runs at once. */
  lanes: number;
  limits: HostLimits;
  /** A host with a run from which nothing came for this long is ended. */
  silenceMs: number;
  /** Whether they stand back behind everything else on the machine. */
  background?: boolean;
  onHostEvent: (event: HostEvent) => void;
}

/** Scripts that may wait for the answer of one: each may send requests, whose scripts it waits for. */
export const MAX_DEPTH = 4;
/** A run that has computed for longer is not short: it keeps no other from beginning, and none waits behind it. */
export const SHORT_MS = 10;
const LOOK_MS = 500;

/** Lanes of a host for runs of one depth, of which few are nested. */
export function lanesOf(depth: number, lanes: number): number {
  return depth === 0 ? lanes : Math.min(lanes, 4);
}

/**
 * The script hosts of one server: `hosts` that serve, and one more that is ready to take the place of a lost one and in
 * which suspects run alone. None is started before `warm`; one that ends is replaced.
 */
export class Hosts {
  readonly #options: HostsOptions;
  readonly #events: HostEvents;
  readonly #restarts: Restarts;
  readonly #all: HostProcess[] = [];
  readonly #ofSuspects = new Set<HostProcess>();
  /** Are ended without being replaced. */
  readonly #retired = new Set<HostProcess>();
  readonly #ended = new Map<string, number>();
  #started = 0;
  #watch: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #allGone: (() => void) | undefined;

  /** @param events of all hosts; `exit` is told before another host is started */
  constructor(options: HostsOptions, events: HostEvents) {
    this.#options = options;
    this.#events = events;
    this.#restarts = new Restarts(options.hosts + 1);
  }

  /** Starts the hosts that are missing. */
  warm(): void {
    if (this.#closed) return;
    this.#watch ??= setInterval(() => this.#lookAtAll(), LOOK_MS).unref();
    if (this.#restart) return;
    const missing = this.#options.hosts + 1 - this.#all.length;
    for (let started = 0; started < missing; started++) this.#start();
  }

  /** Ends all hosts. Resolves when the processes are gone; `exit` is not told. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#watch);
      clearTimeout(this.#restart);
      this.#allGone = resolve;
      for (const host of this.#all) host.kill("The server is stopping.");
      this.#tellAllGone();
    });
    return this.#closed;
  }

  /** Ends all hosts, until the next `warm`. `exit` is not told. */
  rest(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    this.#watch = undefined;
    this.#restart = undefined;
    for (const host of this.#all.splice(0)) {
      this.#retired.add(host);
      host.kill("It is not needed any more.");
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
   * Of the hosts that serve, the one with the fewest runs of those that can begin another of this depth, where fewer than
   * `atOnce` short ones compute. One that could if it had a lane more starts one.
   */
  forRun(depth: number, atOnce: number): HostProcess | undefined {
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

  /** A lane that is at a quick run and takes another one ahead. */
  forRunAhead(): { host: HostProcess; lane: LaneSocket } | undefined {
    const recently = performance.now() - SHORT_MS;
    for (const host of this.#serving()) {
      const lane = host.laneAhead(recently);
      if (lane) return { host, lane };
    }
    return undefined;
  }

  /**
   * A host of its own for a suspect, until `release`: preferably the one that is kept in reserve. One host is left to the
   * runs that are no suspects.
   */
  takeForSuspect(): HostProcess | undefined {
    const others = this.#all.filter((host) => host.ready && !this.#ofSuspects.has(host));
    if (others.length < 2) return undefined;
    const host = others.findLast(({ runs, hasFreeLane }) => runs.size === 0 && hasFreeLane);
    if (host) this.#ofSuspects.add(host);
    return host;
  }

  release(host: HostProcess): void {
    this.#ofSuspects.delete(host);
  }

  /** Takes back runs that were sent ahead behind one that is not short. Whether runs are ahead anywhere. */
  withdrawBehindLong(): boolean {
    const recently = performance.now() - SHORT_MS;
    return this.#all.filter((host) => host.withdrawBehind(recently)).length > 0;
  }

  #serving(): HostProcess[] {
    const ready = this.#all.filter((host) => host.ready && !this.#ofSuspects.has(host));
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
      this.#tellAllGone();
      return;
    }
    this.#all.splice(this.#all.indexOf(host), 1);
    if (this.#closed) {
      this.#tellAllGone();
      return;
    }
    this.#ended.set(end.kind, (this.#ended.get(end.kind) ?? 0) + 1);
    this.#options.onHostEvent({ type: "ended", pid: host.pid, ...end, runs: host.runs.size });
    this.#events.exit(host, end);
    this.#replace();
  }

  #tellAllGone(): void {
    if (this.#all.length === 0 && this.#retired.size === 0) this.#allGone?.();
  }

  #lookAtAll(): void {
    const { silenceMs } = this.#options;
    for (const host of this.#all) {
      if (host.runs.size > 0 && performance.now() - host.lastHeard > silenceMs) {
        host.kill(`The script host gave no sign of life for ${silenceMs} ms.`);
      }
      host.closeIdleLanes();
    }
  }

  /** Starts another host, at once or after a pause. */
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

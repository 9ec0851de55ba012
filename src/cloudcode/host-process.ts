import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtSandbox } from "./built-sandbox.ts";
import { type LaneEvents, LaneSocket } from "./lane-socket.ts";
import { lowerPriority } from "./low-priority.ts";
import type { AddScript, FromHost, HostFatal, HostLimits, RunDone, RunScript, ToHost } from "./protocol.ts";

const READABLE = [
  fileURLToPath(new URL("../../package.json", import.meta.url)),
  ...["isolated-vm", "node-gyp-build"].flatMap(placesOf),
  // Read by the loader of the sandbox's addon to tell musl from glibc.
  "/etc/alpine-release",
];

/** Characters kept of a host's standard output and error, which only V8 writes to before it aborts. */
const OUTPUT_CHARS = 2_000;
/** First descriptor of a lane's socket in the host, after stdin, stdout, stderr and the IPC channel. */
const FIRST_DESCRIPTOR = 4;
const IDLE_LANE_MS = 30_000;

export interface HostOptions {
  limits: HostLimits;
  lanes: number;
  background: boolean;
}

export interface HostEvents {
  /** Looks up a module; returns JSON of `ModuleReply`. */
  module(version: number, name: string): string;
  ready(host: HostProcess): void;
  free(host: HostProcess): void;
  /** A script waits for the server. `call` is the number of the call in its run; `text` is JSON. */
  call(host: HostProcess, run: number, call: number, text: string): void;
  done(host: HostProcess, result: RunDone): void;
  /** A run that was sent ahead has started. */
  begins(host: HostProcess, run: number): void;
  /** A run that was sent ahead was withdrawn before it started. */
  withdrawn(host: HostProcess, run: number): void;
  exit(host: HostProcess, why: HostEnd): void;
}

export interface RunKind {
  /** How many scripts wait for it. */
  depth: number;
  /** Expected to be short and to make no calls, so other runs may be sent ahead to its lane. */
  isQuick: boolean;
}

export interface RunUnderWay extends RunKind {
  lane: LaneSocket;
  /** Other runs precede it in its lane. */
  isAhead: boolean;
  /** Waits for the server's answer to a call. */
  isWaiting: boolean;
  /** When it last started to compute or to wait, by `performance.now`. */
  since: number;
  computedMs: number;
  calls: number;
}

export interface HostEnd {
  /** `memory` and `crash` are caused by a script or V8; `killed` means that the server called `kill`. */
  kind: HostFatal["kind"] | "killed";
  reason: string;
  /** The end of its output, for the log. */
  output: string;
}

/**
 * The server's side of one script host. The process has an empty environment and a socket per lane, and runs under
 * Node's permission model: it may read the built sandbox and start threads, but not write files, start processes or
 * open connections. Addons are allowed, since the sandbox is one: this guards against its bugs, not hostile addons.
 */
export class HostProcess {
  readonly runs = new Map<number, RunUnderWay>();
  ready = false;
  lastHeard = performance.now();
  rssMb = 0;
  readonly #child: ChildProcess;
  readonly #events: HostEvents;
  readonly #background: boolean;
  readonly #lanes: LaneSocket[];
  #end: { kind: HostEnd["kind"]; reason: string } | undefined;
  #output = "";

  constructor({ limits, lanes, background }: HostOptions, events: HostEvents) {
    this.#events = events;
    this.#background = background;
    const { folder, host, thread, realm } = builtSandbox();
    const flags = [
      "--permission",
      "--allow-addons",
      "--allow-worker",
      ...[join(folder, "*"), ...READABLE].map((path) => `--allow-fs-read=${path}`),
      "--no-warnings",
      "--max-old-space-size=256",
    ];
    this.#child = spawn(process.execPath, [...flags, host, "rekindle-script-host"], {
      env: { TZ: "UTC" },
      stdio: ["ignore", "pipe", "pipe", "ipc", ...Array.from({ length: lanes }, () => "pipe" as const)],
    });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString("latin1")).slice(-OUTPUT_CHARS);
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    const laneEvents = this.#laneEvents(events);
    this.#lanes = this.#child.stdio
      .slice(FIRST_DESCRIPTOR)
      .map((socket, index) => new LaneSocket(FIRST_DESCRIPTOR + index, socket as Socket, laneEvents));
    this.#child.on("message", (message: FromHost) => this.#onMessage(message));
    this.#child.on("error", (error) => this.kill(`The script host could not be reached: ${error.message}`));
    let gone = false;
    const exited = (code: number | null, signal: string | null): void => {
      if (gone) return;
      gone = true;
      this.ready = false;
      const end = this.#end ?? { kind: "crash", reason: `The script host exited with ${signal ?? `code ${code}`}.` };
      events.exit(this, { ...end, output: this.#output });
    };
    this.#child.once("exit", exited);
    this.#child.once("error", () => {
      if (this.#child.pid === undefined) exited(null, "an error at its start");
    });
    this.#send({ type: "start", limits, thread, realm });
    this.openLane();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  runsOfDepth(depth: number): number {
    let count = 0;
    for (const run of this.runs.values()) if (run.depth === depth && !run.isAhead) count++;
    return count;
  }

  /** Number of runs that started to compute after `time` and are still computing. */
  computingSince(time: number): number {
    let count = 0;
    for (const run of this.runs.values()) if (!run.isWaiting && !run.isAhead && run.since > time) count++;
    return count;
  }

  get hasFreeLane(): boolean {
    return this.#lanes.some(({ isFree }) => isFree);
  }

  /** Starts one more lane, unless one is starting already: that takes a core for a while. */
  openLane(): void {
    if (this.#lanes.some(({ state }) => state === "opening")) return;
    const lane = this.#lanes.find(({ state }) => state === "closed");
    if (!lane) return;
    lane.opening();
    this.#send({ type: "lane", descriptor: lane.descriptor });
  }

  closeIdleLanes(): void {
    const free = this.#lanes.filter(({ isFree }) => isFree);
    const now = performance.now();
    for (const lane of free.slice(1)) if (now - lane.usedAt > IDLE_LANE_MS) lane.close();
  }

  /** Runs a script in the first free lane, so that the other lanes become idle. */
  run(script: AddScript, run: RunScript, kind: RunKind): void {
    this.#runIn(this.#lanes.find(({ isFree }) => isFree) as LaneSocket, script, run, kind);
  }

  /** Of the lanes whose quick run started after `time` and that have room, returns the one with the fewest runs. */
  laneAhead(time: number): LaneSocket | undefined {
    let best: LaneSocket | undefined;
    for (const lane of this.#lanes) {
      const head = this.runs.get(lane.runs[0] ?? 0);
      if (!head?.isQuick || head.isWaiting || head.since <= time || !lane.takesAhead) continue;
      if (!best || lane.runs.length < best.runs.length) best = lane;
    }
    return best;
  }

  /** Queues a run in a busy lane. It can be withdrawn until it starts. */
  runAhead(lane: LaneSocket, script: AddScript, run: RunScript, depth: number): void {
    this.#runIn(lane, script, run, { depth, isQuick: true });
  }

  /** Withdraws runs behind those that started before `time`. Returns whether any lane has queued runs. */
  withdrawBehind(time: number): boolean {
    let isAnyAhead = false;
    for (const lane of this.#lanes) {
      if (lane.runs.length < 2) continue;
      isAnyAhead = true;
      const head = this.runs.get(lane.runs[0]!);
      if (!head || head.since <= time) this.#withdraw(lane);
    }
    return isAnyAhead;
  }

  #runIn(lane: LaneSocket, script: AddScript, run: RunScript, kind: RunKind): void {
    const now = performance.now();
    const isAhead = lane.runs.length > 0;
    this.runs.set(run.run, { ...kind, lane, isAhead, isWaiting: false, since: now, computedMs: 0, calls: 0 });
    if (this.runs.size === 1) this.lastHeard = now;
    lane.run(script, run);
  }

  #withdraw(lane: LaneSocket): void {
    if (lane.isWithdrawing) return;
    lane.isWithdrawing = true;
    this.#send({ type: "withdraw", descriptor: lane.descriptor });
  }

  /** Answers a call of a run. Ignored if that call has been answered. */
  answer(run: number, call: number, text: string): void {
    const underWay = this.runs.get(run);
    if (!underWay?.isWaiting || underWay.calls !== call) return;
    underWay.isWaiting = false;
    underWay.since = performance.now();
    underWay.lane.answer(text);
  }

  /** Answers the pending call of a run, if there is one, with `text`. */
  answerWaiting(run: number, text: string): void {
    const underWay = this.runs.get(run);
    if (underWay?.isWaiting) this.answer(run, underWay.calls, text);
  }

  computedMs(run: number): number {
    const underWay = this.runs.get(run);
    if (!underWay) return 0;
    return underWay.computedMs + (underWay.isWaiting ? 0 : performance.now() - underWay.since);
  }

  kill(reason: string): void {
    this.#end ??= { kind: "killed", reason };
    this.#child.kill("SIGKILL");
  }

  #laneEvents(events: HostEvents): LaneEvents {
    return {
      module: events.module,
      free: () => {
        this.lastHeard = performance.now();
        if (this.ready) events.free(this);
        else {
          if (this.#background && this.pid !== undefined) lowerPriority(this.pid);
          this.ready = true;
          events.ready(this);
        }
      },
      call: (lane, text) => {
        const run = lane.runs[0] ?? 0;
        const underWay = this.runs.get(run);
        if (!underWay) return;
        if (lane.runs.length > 1) this.#withdraw(lane);
        const now = performance.now();
        this.lastHeard = now;
        underWay.computedMs += now - underWay.since;
        underWay.since = now;
        underWay.isWaiting = true;
        events.call(this, run, ++underWay.calls, text);
      },
      done: (lane, result) => {
        const now = performance.now();
        this.lastHeard = now;
        const next = this.runs.get(lane.runs[0] ?? 0);
        if (next) {
          next.isAhead = false;
          next.since = now;
          events.begins(this, lane.runs[0]!);
          if (!result.clean) this.#withdraw(lane);
        }
        if (this.runs.delete(result.run)) events.done(this, result);
      },
      broken: (reason) => this.kill(reason),
    };
  }

  #onMessage(message: FromHost): void {
    this.lastHeard = performance.now();
    if (message.type === "beat") this.rssMb = message.rssMb;
    else if (message.type === "fatal") this.#end ??= { kind: message.kind, reason: message.reason };
    else if (message.type === "low-memory") {
      for (const lane of this.#lanes) if (lane.isFree) lane.close();
    } else {
      const lane = this.#lanes[message.descriptor - FIRST_DESCRIPTOR];
      if (lane && message.type === "withdrawn") {
        // Each is put at the front of the queue, so the last one goes first.
        for (const run of lane.withdrawn(message.begun).reverse()) {
          if (this.runs.delete(run)) this.#events.withdrawn(this, run);
        }
      } else if (lane) {
        lane.state = "closed";
        if (this.#lanes.every(({ state }) => state === "closed")) this.openLane();
      }
    }
  }

  #send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

/** Folders in which Node looks up a package from here, with symbolic links resolved: some package managers use them. */
function placesOf(name: string): string[] {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const places = folders.map((folder) => join(folder, name)).filter((folder) => existsSync(folder));
  return [...new Set(places.flatMap((place) => [place, realpathSync(place)]))].flatMap((place) => [
    place,
    join(place, "*"),
  ]);
}

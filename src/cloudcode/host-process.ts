import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtSandbox } from "./built-sandbox.ts";
import { type LaneEvents, LaneSocket } from "./lane-socket.ts";
import type { AddScript, FromHost, HostFatal, HostLimits, RunDone, RunScript, ToHost } from "./protocol.ts";
import { standBack } from "./stand-back.ts";

const READABLE = [
  fileURLToPath(new URL("../../package.json", import.meta.url)),
  ...["isolated-vm", "node-gyp-build"].flatMap(placesOf),
  // Asked for by the loader of the sandbox's addon, to tell musl from glibc.
  "/etc/alpine-release",
];

/** Characters kept of what a host writes to its standard output and error; only V8's last words are ever there. */
const OUTPUT_CHARS = 2_000;
/** The first descriptor of a lane's socket in the host: behind input, output, error and the channel. */
const FIRST_DESCRIPTOR = 4;
/** So long a lane is kept that has nothing to do; one stays. */
const KEPT_MS = 30_000;

export interface HostOptions {
  limits: HostLimits;
  /** The most lanes that it may have. */
  lanes: number;
  /** Whether it stands back behind everything else on the machine. */
  background: boolean;
}

export interface HostEvents {
  /** JSON of `ModuleAnswer`. */
  module(version: number, name: string): string;
  /** It takes scripts from now on. */
  ready(host: HostProcess): void;
  /** A lane takes a script. */
  free(host: HostProcess): void;
  /** A script waits for the server. `call` counts the calls of its run; `text` is JSON. */
  call(host: HostProcess, run: number, call: number, text: string): void;
  done(host: HostProcess, result: RunDone): void;
  /** A run is under way now that was sent ahead. */
  begins(host: HostProcess, run: number): void;
  /** A run that was sent ahead was taken back: it was not begun. */
  withdrawn(host: HostProcess, run: number): void;
  /** The process is gone. */
  exit(host: HostProcess, why: HostEnd): void;
}

/** What a host should know of a run beside the run itself. */
export interface RunKind {
  /** How many scripts wait for it. */
  depth: number;
  /** It is expected to be over soon and without a call: others may be sent to its lane. */
  isQuick: boolean;
}

export interface RunUnderWay extends RunKind {
  lane: LaneSocket;
  /** Others are before it in its lane. */
  isAhead: boolean;
  /** For the server's answer, so that its sandbox stands still. */
  isWaiting: boolean;
  /** When it last began to compute, or to wait, by `performance.now`. */
  since: number;
  /** How long it computed before that, in milliseconds. */
  computedMs: number;
  /** How many calls it made. */
  calls: number;
}

export interface HostEnd {
  /** `memory` and `crash` are the script's doing or V8's; `killed` is this server's, by `kill`. */
  kind: HostFatal["kind"] | "killed";
  reason: string;
  /** Its last output, for the operator's log. */
  output: string;
}

/**
 * One script host as the server sees it. The process gets an empty environment, no descriptor but the channel and one
 * socket for each lane, and Node's permission model: it may read what was built of the sandbox and its addon, start
 * threads, write nothing, start no process and open no connection. (Addons are allowed, since the sandbox is one, so this
 * guards against a bug in the sandbox and not against a hostile addon.)
 */
export class HostProcess {
  readonly runs = new Map<number, RunUnderWay>();
  ready = false;
  /** When something last came from it, by `performance.now`. */
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
    this.#child.on("message", (message: FromHost) => this.#told(message));
    this.#child.on("error", (error) => this.kill(`The script host could not be reached: ${error.message}`));
    let gone = false;
    const exited = (code: number | null, signal: string | null): void => {
      if (gone) return;
      gone = true;
      this.ready = false;
      const end = this.#end ?? { kind: "crash", reason: `The script host ended by ${signal ?? `code ${code}`}.` };
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

  /** Runs that compute, and began to after `time`. */
  computingSince(time: number): number {
    let count = 0;
    for (const run of this.runs.values()) if (!run.isWaiting && !run.isAhead && run.since > time) count++;
    return count;
  }

  /** A lane takes a run at once. */
  get hasFreeLane(): boolean {
    return this.#lanes.some(({ isFree }) => isFree);
  }

  /**
   * Starts one more lane, unless one is about to be free: one at a time, as each takes a core for a while, in which those
   * that are there may become free.
   */
  openLane(): void {
    if (this.#lanes.some(({ state }) => state === "opening")) return;
    const lane = this.#lanes.find(({ state }) => state === "closed");
    if (!lane) return;
    lane.opening();
    this.#send({ type: "lane", descriptor: lane.descriptor });
  }

  /** Gives up lanes that were not used for half a minute; one stays. */
  closeIdleLanes(): void {
    const free = this.#lanes.filter(({ isFree }) => isFree);
    const now = performance.now();
    for (const lane of free.slice(1)) if (now - lane.usedAt > KEPT_MS) lane.close();
  }

  /** In a lane that is free: the first of these, so that the further ones become idle. */
  run(script: AddScript, run: RunScript, kind: RunKind): void {
    this.#runIn(this.#lanes.find(({ isFree }) => isFree) as LaneSocket, script, run, kind);
  }

  /**
   * The lane with the fewest runs among those that may be sent one more beside the one under way, which is a quick one and
   * began after `time`.
   */
  laneAhead(time: number): LaneSocket | undefined {
    let best: LaneSocket | undefined;
    for (const lane of this.#lanes) {
      const head = this.runs.get(lane.runs[0] ?? 0);
      if (!head?.isQuick || head.isWaiting || head.since <= time || !lane.takesAhead) continue;
      if (!best || lane.runs.length < best.runs.length) best = lane;
    }
    return best;
  }

  /** Behind those that a lane has. It can be taken back until it is begun. */
  runAhead(lane: LaneSocket, script: AddScript, run: RunScript, depth: number): void {
    this.#runIn(lane, script, run, { depth, isQuick: true });
  }

  /** Takes back what lanes were sent ahead whose run has been under way since before `time`. Whether there are runs ahead. */
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

  /** Answers a call of a run; nothing where the call was answered before. */
  answer(run: number, call: number, text: string): void {
    const underWay = this.runs.get(run);
    if (!underWay?.isWaiting || underWay.calls !== call) return;
    underWay.isWaiting = false;
    underWay.since = performance.now();
    underWay.lane.answer(text);
  }

  /** Answers the call that a run waits for, if it does, by `text`. */
  answerWaiting(run: number, text: string): void {
    const underWay = this.runs.get(run);
    if (underWay?.isWaiting) this.answer(run, underWay.calls, text);
  }

  /** How long a run has computed, in milliseconds. */
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
          if (this.#background && this.pid !== undefined) standBack(this.pid);
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

  #told(message: FromHost): void {
    this.lastHeard = performance.now();
    if (message.type === "beat") this.rssMb = message.rssMb;
    else if (message.type === "fatal") this.#end ??= { kind: message.kind, reason: message.reason };
    else if (message.type === "crowded") {
      for (const lane of this.#lanes) if (lane.isFree) lane.close();
    } else {
      const lane = this.#lanes[message.descriptor - FIRST_DESCRIPTOR];
      if (lane && message.type === "withdrawn") {
        // Each is put before those that wait, so the last one comes first.
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

/** Where Node looks for a package from here, and where it really lies: some package managers link to it. */
function placesOf(name: string): string[] {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const places = folders.map((folder) => join(folder, name)).filter((folder) => existsSync(folder));
  return [...new Set(places.flatMap((place) => [place, realpathSync(place)]))].flatMap((place) => [
    place,
    join(place, "*"),
  ]);
}

import { type ChildProcess, fork } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AddScript, FromHost, HostCall, HostFatal, HostLimits, RunDone, RunScript, ToHost } from "./protocol.ts";

const SOURCES = fileURLToPath(new URL(".", import.meta.url));
const ENTRY = fileURLToPath(new URL(`host/main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
const READABLE = [
  `${SOURCES}*`,
  fileURLToPath(new URL("../../package.json", import.meta.url)),
  ...["isolated-vm", "node-gyp-build"].flatMap(placesOf),
  // Asked for by the loader of the sandbox's addon, to tell musl from glibc.
  "/etc/alpine-release",
];

/** Characters kept of what a host writes to its standard output and error; only V8's last words are ever there. */
const OUTPUT_CHARS = 2_000;

export interface HostEvents {
  /** JSON of `ModuleAnswer`. */
  module(version: number, name: string): string;
  ready(host: HostProcess): void;
  call(host: HostProcess, call: HostCall): void;
  done(host: HostProcess, result: RunDone): void;
  /** The process is gone. */
  exit(host: HostProcess, why: HostEnd): void;
}

export interface RunUnderWay {
  depth: number;
  /** For the server's answer, so that its sandbox stands still. */
  isWaiting: boolean;
  /** When it last began to compute, by `performance.now`. */
  computesSince: number;
}

export interface HostEnd {
  /** `memory` and `crash` are the script's doing or V8's; `killed` is this server's, by `kill`. */
  kind: HostFatal["kind"] | "killed";
  reason: string;
  /** Its last output, for the operator's log. */
  output: string;
}

/**
 * One script host as the server sees it. The process gets an empty environment, no descriptor but the channel, and
 * Node's permission model: it may read Cloud Code's own code and the sandbox's addon,
 * write nothing, start nothing and open no connection. (Addons are allowed,
 * since the sandbox is one, so this guards against a bug in the sandbox and not against a hostile addon.)
 */
export class HostProcess {
  readonly runs = new Map<number, RunUnderWay>();
  ready = false;
  /** When something last came from it, by `performance.now`. */
  lastHeard = performance.now();
  rssMb = 0;
  readonly #child: ChildProcess;
  /** Scripts that it was sent since the first of the newest version. */
  readonly #known = new Set<number>();
  #newest = 0;
  #end: { kind: HostEnd["kind"]; reason: string } | undefined;
  #output = "";

  constructor(limits: HostLimits, events: HostEvents) {
    this.#child = fork(ENTRY, [], {
      env: { TZ: "UTC" },
      execArgv: [
        "--permission",
        "--allow-addons",
        ...READABLE.map((path) => `--allow-fs-read=${path}`),
        "--no-warnings",
        "--max-old-space-size=256",
      ],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString("latin1")).slice(-OUTPUT_CHARS);
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.#child.on("message", (message: FromHost) => {
      this.lastHeard = performance.now();
      if (message.type === "ready") {
        this.ready = true;
        this.rssMb = message.rssMb;
        events.ready(this);
      } else if (message.type === "beat") this.rssMb = message.rssMb;
      else if (message.type === "fatal") this.#end ??= { kind: message.kind, reason: message.reason };
      else if (message.type === "call") {
        const run = this.runs.get(message.run);
        if (run) run.isWaiting = true;
        events.call(this, message);
      } else if (message.type === "fetch-module") {
        const { version, name } = message;
        this.#send({ type: "module", version, name, answer: events.module(version, name) });
      } else if (message.type === "done" && this.runs.delete(message.run)) events.done(this, message);
    });
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
    this.#send({ type: "start", limits });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  runsOfDepth(depth: number): number {
    let count = 0;
    for (const run of this.runs.values()) if (run.depth === depth) count++;
    return count;
  }

  /** Runs that compute, and began to after `time`. */
  computingSince(time: number): number {
    let count = 0;
    for (const run of this.runs.values()) if (!run.isWaiting && run.computesSince > time) count++;
    return count;
  }

  run(script: AddScript, run: RunScript, depth: number): void {
    this.runs.set(run.run, { depth, isWaiting: false, computesSince: performance.now() });
    if (this.runs.size === 1) this.lastHeard = performance.now();
    if (script.version > this.#newest) {
      this.#newest = script.version;
      this.#known.clear();
    }
    if (!this.#known.has(script.script)) {
      this.#known.add(script.script);
      this.#send(script);
    }
    this.#send(run);
  }

  answer(run: number, call: number, text: string): void {
    const underWay = this.runs.get(run);
    if (underWay) Object.assign(underWay, { isWaiting: false, computesSince: performance.now() });
    this.#send({ type: "answer", run, call, text });
  }

  kill(reason: string): void {
    this.#end ??= { kind: "killed", reason };
    this.#child.kill("SIGKILL");
  }

  /** Lets the server's process end while this one is still there. */
  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref();
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

import ivm from "isolated-vm";
import type { AddScript, CallAnswer, FromHost, HostLimits, RunDone, RunScript } from "../protocol.ts";
import { LaneCalls } from "./lane-calls.ts";
import { evaluateRealm } from "./realm-modules.ts";

/** Runs after which an isolate is replaced, so that nothing can build up in one. */
const RUNS_PER_ISOLATE = 50_000;

/** How long after its end a script that ran out of time may take by the promise jobs that it left. */
const FINISH_MS = 250;
/** How long after the end of a run's time its sandbox is ended, whatever it is at. */
const OVERDUE_MS = 2 * FINISH_MS;
/** How isolated-vm tells that it was V8's time limit. */
const TIMED_OUT = "Script execution timed out.";

type Start = ivm.Reference<(id: number, input: string) => void>;
type Add = ivm.Reference<(version: number, id: number, file: string, code: string) => void>;
/** Answers JSON of `ModuleAnswer`. */
export type FetchModule = (version: number, name: string) => Promise<string>;

interface Realm {
  context: ivm.Context;
  /** Scripts that it has had since the first of the newest version. */
  known: Set<number>;
  newest: number;
  addScript: Add;
  start: Start;
  finish: ivm.Reference<() => string>;
  reset: ivm.Reference<() => boolean>;
}

/**
 * One isolate with one realm, which serves run after run and is replaced as soon as a run leaves a trace in it. Runs on
 * a thread of its own; the host's main thread only passes text on.
 */
export class Lane {
  readonly #limits: HostLimits;
  readonly #onCatastrophe: (reason: string) => void;
  readonly #modules: ivm.Reference<FetchModule>;
  readonly #calls = new LaneCalls();
  /** When its last run ended, by `performance.now`. */
  usedAt = performance.now();
  #isolate: ivm.Isolate;
  /** Undefined until `renew` has made one. */
  #realm: Realm | undefined;
  #runs = 0;

  constructor(limits: HostLimits, fetchModule: FetchModule, onCatastrophe: (reason: string) => void) {
    this.#limits = limits;
    this.#modules = new ivm.Reference(fetchModule);
    this.#onCatastrophe = onCatastrophe;
    this.#isolate = this.#newIsolate();
  }

  /** Makes what the next run needs: some 25 ms of the lane's own thread, and 2 ms of the caller's. */
  async renew(): Promise<void> {
    if (this.#isolate.isDisposed) this.#isolate = this.#newIsolate();
    this.#realm = await this.#newRealm();
  }

  /**
   * Runs `script` once, sends its calls and how it ended. Resolves to whether the lane can take the next run as it is;
   * else it is to be renewed first. The four calls are queued at once, so that they cost one change of threads; promise
   * jobs of the script run between the first and the second.
   */
  async run(script: AddScript, run: RunScript, send: (message: FromHost) => void): Promise<boolean> {
    const began = performance.now();
    const realm = this.#realm!;
    const isolate = this.#isolate;
    const cpuBefore = isolate.cpuTime;
    const settled = async <T>(call: () => Promise<T>): Promise<{ value?: T; error?: unknown }> => {
      try {
        return { value: await call() };
      } catch (error) {
        return { error };
      }
    };

    if (script.version > realm.newest) {
      realm.newest = script.version;
      realm.known.clear();
    }
    if (!realm.known.has(script.script)) {
      realm.known.add(script.script);
      realm.addScript.applyIgnored(undefined, [script.version, script.script, script.file, script.code]);
    }
    // V8 does not count the time in which a script waits.
    const ownMs = Math.min(run.timeoutMs, this.#limits.cpuMs);
    let giveUp: NodeJS.Timeout | undefined;
    this.#calls.begin(run, send, (wasWaiting) => {
      giveUp = setTimeout(() => dispose(isolate), wasWaiting ? FINISH_MS : 0);
    });
    // Neither limit holds where the sandbox itself reads what a script left, such as a getter of a rejected promise's value.
    let isOverdue = false;
    const watch = setTimeout(() => {
      isOverdue = true;
      dispose(isolate);
    }, run.timeoutMs + OVERDUE_MS);
    const starting = settled(() => realm.start.apply(undefined, [script.script, run.input], { timeout: ownMs }));
    const finishing = settled(() => realm.finish.apply(undefined, []) as Promise<string>);
    const resetting = settled(() => realm.reset.apply(undefined, []) as Promise<boolean>);

    const started = await starting;
    if (started.error !== undefined) giveUp ??= setTimeout(() => dispose(isolate), FINISH_MS);
    const finished = await finishing;
    clearTimeout(giveUp);
    const late = this.#calls.end();
    const reason = started.error === undefined ? "" : textOf(started.error);
    const lost = started.error !== undefined || finished.error !== undefined;
    let end: RunDone["end"] = "ok";
    if (isOverdue) end = "timeout";
    else if (reason === TIMED_OUT || (late && lost)) end = late || ownMs === run.timeoutMs ? "timeout" : "cpu";
    else if (isolate.isDisposed) end = "memory";
    else if (lost) end = finished.value ? "rejected" : "crash";
    send({
      type: "done",
      run: run.run,
      end,
      output: finished.value ?? "",
      reason,
      durationMs: performance.now() - began,
      cpuMs: isolate.isDisposed ? 0 : Number(isolate.cpuTime - cpuBefore) / 1e6,
    });

    this.usedAt = performance.now();
    this.#runs++;
    const isSpoilt = end !== "ok" && end !== "rejected";
    if (isSpoilt || this.#runs >= RUNS_PER_ISOLATE) {
      clearTimeout(watch);
      dispose(isolate);
      this.#runs = 0;
      return false;
    }
    const { value: isClean } = await resetting;
    clearTimeout(watch);
    if (isClean === true) return true;
    release(realm);
    return false;
  }

  /** The server's answer to a call of the run under way. */
  answered(answer: CallAnswer): void {
    this.#calls.answered(answer);
  }

  /** Gives the memory back; for a lane without a script. */
  close(): void {
    dispose(this.#isolate);
  }

  #newIsolate(): ivm.Isolate {
    return new ivm.Isolate({ memoryLimit: this.#limits.memoryMb, onCatastrophicError: this.#onCatastrophe });
  }

  async #newRealm(): Promise<Realm> {
    const context = await this.#isolate.createContext();
    return evaluateRealm(this.#isolate, context, async (exports) => {
      const reference = <T>(name: string): ivm.Reference<T> =>
        exports.getSync(name, { reference: true }) as unknown as ivm.Reference<T>;
      const { logLines, logChars, resultChars } = this.#limits;
      const limits = new ivm.ExternalCopy({ logLines, logChars, resultChars }).copyInto({ release: true });
      const boot = reference<(...settings: unknown[]) => void>("boot");
      await boot.apply(undefined, [limits, this.#modules, this.#calls.reference]);
      boot.release();
      return {
        context,
        known: new Set(),
        newest: 0,
        addScript: reference("addScript"),
        start: reference("start"),
        finish: reference("finish"),
        reset: reference("reset"),
      };
    });
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
}

function dispose(isolate: ivm.Isolate): void {
  if (!isolate.isDisposed) isolate.dispose();
}

/** Without this a realm stays in memory until the host's own garbage collector happens to run. */
function release({ context, addScript, start, finish, reset }: Realm): void {
  for (const held of [addScript, start, finish, reset, context]) held.release();
}

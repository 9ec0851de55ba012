import ivm from "isolated-vm";
import { type AddScript, ANSWER, type HostLimits, LANE, type RunDone, type RunScript, TOO_LATE } from "../protocol.ts";
import { ModuleTexts } from "./module-texts.ts";
import type { RealmCode } from "./realm-code.ts";
import { Watchdog } from "./watchdog.ts";

/** An isolate is replaced after this many runs, so that nothing can accumulate in it. */
const RUNS_PER_ISOLATE = 50_000;

/** Time for the promise jobs of a script that timed out. */
const FINISH_MS = 250;
/** The watchdog's margin beyond a run's limit. */
const OVERDUE_MS = 2 * FINISH_MS;
/** isolated-vm's message for V8's time limit. */
const TIMED_OUT = "Script execution timed out.";

interface Realm {
  context: ivm.Context;
  /** Scripts of the newest version that it has. */
  known: Set<number>;
  addScript: ivm.Reference<(version: number, id: number, file: string, code: string) => void>;
  start: ivm.Reference<(id: number, input: string) => void>;
  finish: ivm.Reference<() => string>;
}

/** Sends the server a frame of kind `LANE` and waits for the answer. */
export type Ask = (question: string) => string;

/**
 * One isolate with one realm, reused until a run leaves a trace in it. Everything is synchronous on the calling thread:
 * a call into or out of the sandbox costs a microsecond, a thread switch would cost fifty.
 */
export class Lane {
  readonly #limits: HostLimits;
  readonly #ask: Ask;
  readonly #scripts = new Map<number, AddScript>();
  readonly #modules: ModuleTexts;
  readonly #fetchModule: ivm.Reference<(version: number, name: string) => string>;
  readonly #call: ivm.Reference<(text: string) => string>;
  readonly #watchdog = new Watchdog();
  readonly #code: RealmCode;
  /** The current run: its deadline, when it last started to compute (by `performance.now`), and its remaining time. */
  #endsAt = 0;
  #since = 0;
  #leftMs = 0;
  #isLate = false;
  /** The watchdog has disposed of its sandbox. */
  #isEnded = false;
  #newest = 0;
  #isolate: ivm.Isolate;
  #realm: Realm | undefined;
  #runs = 0;

  constructor(limits: HostLimits, code: RealmCode, ask: Ask) {
    this.#limits = limits;
    this.#code = code;
    this.#ask = ask;
    this.#modules = new ModuleTexts(ask);
    this.#fetchModule = new ivm.Reference(this.#modules.fetch);
    this.#call = new ivm.Reference((text: string) => this.#answer(text));
    this.#isolate = this.#newIsolate();
    this.#watchdog.watch(this.#isolate);
  }

  /** Creates a realm for the next run: about 10 ms, and 15 ms with a new isolate. */
  renew(): void {
    if (this.#isolate.isDisposed) {
      this.#isolate = this.#newIsolate();
      this.#watchdog.watch(this.#isolate);
    }
    this.#realm = this.#newRealm();
  }

  /** V8's compiled realm code, for other lanes. Call it before any script is run. */
  compiled(): ArrayBuffer | undefined {
    return this.#code.compiled(this.#isolate);
  }

  /** Adds a script. The first one of a newer version removes older ones. */
  add(script: AddScript): void {
    if (script.version > this.#newest) {
      this.#newest = script.version;
      this.#scripts.clear();
      this.#modules.clear();
      this.#realm?.known.clear();
    }
    this.#scripts.set(script.script, script);
  }

  /** Runs a script once. If the result is not `clean`, call `renew` before the next run. */
  run({ run, script: id, input, timeoutMs }: RunScript): RunDone {
    const began = performance.now();
    const isolate = this.#isolate;
    const cpuBefore = isolate.cpuTime;
    this.#endsAt = began + timeoutMs;
    this.#isLate = false;
    this.#isEnded = false;
    this.#leftMs = Math.min(timeoutMs, this.#limits.cpuMs);
    const realm = this.#realmWith(id);

    // V8 does not count the time in which a script waits for the server.
    const ownMs = this.#leftMs;
    this.#computes(began);
    const started = settled(() => realm.start.applySync(undefined, [id, input], { timeout: ownMs }));
    // Only a script that was stopped leaves promise jobs, which would run in `finish`.
    const options = started.error === undefined ? undefined : { timeout: FINISH_MS };
    const finished = settled(() => realm.finish.applySync(undefined, [], options));
    this.#isEnded ||= this.#watchdog.disarm();

    const text = finished.value ?? "";
    const reason = started.error === undefined ? "" : textOf(started.error);
    let end: RunDone["end"] = "ok";
    if (reason === TIMED_OUT || this.#isEnded) end = this.#isOver() || ownMs === timeoutMs ? "timeout" : "cpu";
    else if (isolate.isDisposed) end = "memory";
    else if (started.error !== undefined || finished.error !== undefined) {
      end = text === "" ? "crash" : "rejected";
      if (finished.error !== undefined && textOf(finished.error) === TIMED_OUT) end = "timeout";
    }
    const durationMs = performance.now() - began;
    const cpuMs = isolate.isDisposed ? 0 : Number(isolate.cpuTime - cpuBefore) / 1e6;

    const isSpoilt = (end !== "ok" && end !== "rejected") || ++this.#runs >= RUNS_PER_ISOLATE;
    // isolated-vm reads the reason of a rejection, which may run the script's code after the realm was checked.
    const clean = end === "ok" && !isSpoilt && text[0] === "1";
    if (isSpoilt) {
      if (!isolate.isDisposed) isolate.dispose();
      this.#runs = 0;
    } else if (!clean) release(realm);
    return { type: "done", run, end, output: text.slice(1), reason, durationMs, cpuMs, clean };
  }

  close(): void {
    this.#watchdog.close();
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #realmWith(id: number): Realm {
    const realm = this.#realm as Realm;
    if (!realm.known.has(id)) {
      const { version, file, code } = this.#scripts.get(id) as AddScript;
      realm.addScript.applySync(undefined, [version, id, file, code]);
      realm.known.add(id);
    }
    return realm;
  }

  #isOver(): boolean {
    return this.#isLate || performance.now() >= this.#endsAt;
  }

  /** Forwards a call to the server. After the deadline, calls are no longer sent. */
  #answer(text: string): string {
    if (this.#isOver()) this.#isLate = true;
    if (this.#isLate) return TOO_LATE;
    const answer = this.#waiting(() => this.#ask(LANE.call + text));
    if (answer[0] === ANSWER.timeout) this.#isLate = true;
    return answer;
  }

  /** The run starts to compute at `now`. Arms the watchdog for the rest of its wall clock or computing time. */
  #computes(now: number): void {
    this.#since = now;
    if (!this.#isEnded) this.#watchdog.arm(Math.min(this.#leftMs, this.#endsAt - now) + OVERDUE_MS);
  }

  /** Does `work` without counting its time as computing time. */
  #waiting<Result>(work: () => Result): Result {
    this.#isEnded ||= this.#watchdog.disarm();
    this.#leftMs -= performance.now() - this.#since;
    const result = work();
    this.#computes(performance.now());
    return result;
  }

  /** Without `onCatastrophicError` such an error aborts the process, which is intended. */
  #newIsolate(): ivm.Isolate {
    return new ivm.Isolate({ memoryLimit: this.#limits.memoryMb });
  }

  #newRealm(): Realm {
    const context = this.#isolate.createContextSync();
    const exports = this.#code.evaluate(this.#isolate, context);
    const reference = <T>(name: string): ivm.Reference<T> =>
      exports.getSync(name, { reference: true }) as unknown as ivm.Reference<T>;
    const { logLines, logChars, resultChars } = this.#limits;
    const limits = new ivm.ExternalCopy({ logLines, logChars, resultChars }).copyInto({ release: true });
    const boot = reference<(...settings: unknown[]) => void>("boot");
    boot.applySync(undefined, [limits, this.#fetchModule, this.#call]);
    const realm: Realm = {
      context,
      known: new Set(),
      addScript: reference("addScript"),
      start: reference("start"),
      finish: reference("finish"),
    };
    // Each handle keeps the whole realm alive.
    boot.release();
    exports.release();
    return realm;
  }
}

function settled<T>(call: () => T): { value?: T; error?: unknown } {
  try {
    return { value: call() };
  } catch (error) {
    return { error };
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
}

/** Without this, a realm stays in memory until the host's garbage collector happens to run. */
function release({ context, addScript, start, finish }: Realm): void {
  for (const held of [addScript, start, finish, context]) held.release();
}

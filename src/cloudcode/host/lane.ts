import ivm from "isolated-vm";
import { type AddScript, ANSWER, type HostLimits, LANE, type RunDone, type RunScript, TOO_LATE } from "../protocol.ts";
import { ModuleTexts } from "./module-texts.ts";
import type { RealmCode } from "./realm-code.ts";
import { Watchdog } from "./watchdog.ts";

/** Runs after which an isolate is replaced, so that nothing can build up in one. */
const RUNS_PER_ISOLATE = 50_000;

/** How long after its end a script that ran out of time may take by the promise jobs that it left. */
const FINISH_MS = 250;
/** How long after the end of a run's time its sandbox is ended, whatever it is at. */
const OVERDUE_MS = 2 * FINISH_MS;
/** How isolated-vm tells that it was V8's time limit. */
const TIMED_OUT = "Script execution timed out.";

interface Realm {
  context: ivm.Context;
  /** Scripts that it has had since the first of the newest version. */
  known: Set<number>;
  addScript: ivm.Reference<(version: number, id: number, file: string, code: string) => void>;
  start: ivm.Reference<(id: number, input: string) => void>;
  finish: ivm.Reference<() => string>;
}

/** Sends the server one of `LANE` with its text, and waits for the answer. */
export type Ask = (question: string) => string;

/**
 * One isolate with one realm, which serves run after run and is replaced as soon as a run leaves a trace in it. All of it
 * happens on the thread that calls, which stands still meanwhile: a call into the sandbox or out of it costs a
 * microsecond, where a change of threads costs fifty.
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
  /** Of the run under way, by `performance.now`: when its time is over, since when it computes, and for how long it may. */
  #endsAt = 0;
  #since = 0;
  #leftMs = 0;
  #isLate = false;
  /** The keeper ended its sandbox. */
  #isEnded = false;
  #newest = 0;
  #isolate: ivm.Isolate;
  /** Undefined until `renew` has made one. */
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
    this.#watchdog.keep(this.#isolate);
  }

  /** Makes what the next run needs: some 10 ms of this thread, and half as much again in a new isolate. */
  renew(): void {
    if (this.#isolate.isDisposed) {
      this.#isolate = this.#newIsolate();
      this.#watchdog.keep(this.#isolate);
    }
    this.#realm = this.#newRealm();
  }

  /** What V8 compiled of the realm's code, for other lanes. To be called before any script was run. */
  compiled(): ArrayBuffer | undefined {
    return this.#code.compiled(this.#isolate);
  }

  /** Keeps a script for its runs. The first one of a newer version takes what older ones brought away. */
  add(script: AddScript): void {
    if (script.version > this.#newest) {
      this.#newest = script.version;
      this.#scripts.clear();
      this.#modules.clear();
      this.#realm?.known.clear();
    }
    this.#scripts.set(script.script, script);
  }

  /** Runs a script once. Where the answer is not `clean`, the lane is to be renewed before the next. */
  run({ run, script: id, input, timeoutMs }: RunScript): RunDone {
    const began = performance.now();
    const isolate = this.#isolate;
    const cpuBefore = isolate.cpuTime;
    this.#endsAt = began + timeoutMs;
    this.#isLate = false;
    this.#isEnded = false;
    this.#leftMs = Math.min(timeoutMs, this.#limits.cpuMs);
    const realm = this.#realmWith(id);

    // V8 does not count the time in which a script waits.
    const ownMs = this.#leftMs;
    this.#computes(began);
    const started = settled(() => realm.start.applySync(undefined, [id, input], { timeout: ownMs }));
    // Only a script that was stopped leaves promise jobs, which would run here.
    const options = started.error === undefined ? undefined : { timeout: FINISH_MS };
    const finished = settled(() => realm.finish.applySync(undefined, [], options));
    this.#isEnded ||= this.#watchdog.rest();

    const text = finished.value ?? "";
    const reason = started.error === undefined ? "" : textOf(started.error);
    let end: RunDone["end"] = "ok";
    if (reason === TIMED_OUT || this.#isEnded) end = this.#isOver() || ownMs === timeoutMs ? "timeout" : "cpu";
    else if (isolate.isDisposed) end = "memory";
    else if (started.error !== undefined || finished.error !== undefined) {
      end = text === "" ? "crash" : "rejected";
      // What it left went on for too long.
      if (finished.error !== undefined && textOf(finished.error) === TIMED_OUT) end = "timeout";
    }
    const durationMs = performance.now() - began;
    const cpuMs = isolate.isDisposed ? 0 : Number(isolate.cpuTime - cpuBefore) / 1e6;

    const isSpoilt = (end !== "ok" && end !== "rejected") || ++this.#runs >= RUNS_PER_ISOLATE;
    // To tell of a rejection isolated-vm reads its reason, and the script's code may run by that after the realm was looked at.
    const clean = end === "ok" && !isSpoilt && text[0] === "1";
    if (isSpoilt) {
      if (!isolate.isDisposed) isolate.dispose();
      this.#runs = 0;
    } else if (!clean) release(realm);
    return { type: "done", run, end, output: text.slice(1), reason, durationMs, cpuMs, clean };
  }

  /** Gives the memory back. */
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

  /** The server's answer to a script's call. From the end of its time on nothing is asked for it any more. */
  #answer(text: string): string {
    if (this.#isOver()) this.#isLate = true;
    if (this.#isLate) return TOO_LATE;
    const answer = this.#waiting(() => this.#ask(LANE.call + text));
    if (answer[0] === ANSWER.timeout) this.#isLate = true;
    return answer;
  }

  /** The run computes from `now` on: its sandbox is ended where it goes on for too long, by wall clock or by what is left. */
  #computes(now: number): void {
    this.#since = now;
    if (!this.#isEnded) this.#watchdog.guard(Math.min(this.#leftMs, this.#endsAt - now) + OVERDUE_MS);
  }

  /** The run waits, which is not counted, while `work` is done. */
  #waiting<Result>(work: () => Result): Result {
    this.#isEnded ||= this.#watchdog.rest();
    this.#leftMs -= performance.now() - this.#since;
    const result = work();
    this.#computes(performance.now());
    return result;
  }

  /** Without a handler of catastrophic errors the process ends by one: nothing else can be done about them here. */
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
    // Each handle keeps the whole realm in memory.
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

/** Without this a realm stays in memory until the host's own garbage collector happens to run. */
function release({ context, addScript, start, finish }: Realm): void {
  for (const held of [addScript, start, finish, context]) held.release();
}

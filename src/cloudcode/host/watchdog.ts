import ivm from "isolated-vm";

/** Check interval of the watchdog's thread: a sandbox may exceed its limit by up to this much. */
const CHECK_MS = 250;

/** Indexes of the memory shared by the watchdog's thread and the lane's. */
const SHARED = {
  /** Id of the armed time-out; 0: none. Whichever side sets it to 0 decides whether the sandbox timed out. */
  armed: 0,
  /** The time-out in milliseconds. */
  timeout: 1,
  /** Id of the current sandbox. Threads of earlier ones end. */
  sandbox: 2,
} as const;

/** Runs in its own isolate and thread, until it has disposed of its sandbox or another sandbox is watched. */
const WATCH = `(function (buffer, sandbox, number, interval) {
  const shared = new Int32Array(buffer);
  let seen = 0;
  let since = 0;
  for (;;) {
    Atomics.wait(shared, ${SHARED.sandbox}, number, interval);
    if (Atomics.load(shared, ${SHARED.sandbox}) !== number) return;
    const armed = Atomics.load(shared, ${SHARED.armed});
    const now = Date.now();
    if (armed !== seen) {
      seen = armed;
      since = now;
    } else if (armed !== 0 && now - since > Atomics.load(shared, ${SHARED.timeout})) {
      if (Atomics.compareExchange(shared, ${SHARED.armed}, armed, 0) !== armed) continue;
      sandbox.dispose();
      return;
    }
  }
})`;

type Watch = ivm.Reference<(...given: unknown[]) => void>;

/**
 * Disposes of a lane's sandbox that exceeds its time-out, from another thread. V8's own limit does not apply where
 * isolated-vm reads what a script left, such as the reason of a rejected promise. Costs 3 MB and two writes per run.
 */
export class Watchdog {
  readonly #isolate = new ivm.Isolate({ memoryLimit: 8 });
  readonly #watch: Watch;
  readonly #shared = new Int32Array(new SharedArrayBuffer(3 * 4));
  #count = 0;

  constructor() {
    const context = this.#isolate.createContextSync();
    this.#watch = context.evalSync(WATCH, { reference: true }) as unknown as Watch;
  }

  watch(sandbox: ivm.Isolate): void {
    const number = Atomics.add(this.#shared, SHARED.sandbox, 1) + 1;
    Atomics.notify(this.#shared, SHARED.sandbox);
    const buffer = new ivm.ExternalCopy(this.#shared.buffer).copyInto({ release: true });
    // It starts when the previous call has returned, as an isolate runs one thing at a time.
    this.#watch.apply(undefined, [buffer, sandbox, number, CHECK_MS]).catch(() => {});
  }

  /** The sandbox is disposed of unless `disarm` is called within `ms`. */
  arm(ms: number): void {
    Atomics.store(this.#shared, SHARED.timeout, Math.max(1, Math.ceil(ms)));
    this.#count = (this.#count % 0x7fff_fff0) + 1;
    Atomics.store(this.#shared, SHARED.armed, this.#count);
  }

  /** Returns whether the sandbox has timed out. */
  disarm(): boolean {
    return Atomics.exchange(this.#shared, SHARED.armed, 0) === 0;
  }

  close(): void {
    Atomics.add(this.#shared, SHARED.sandbox, 1);
    Atomics.notify(this.#shared, SHARED.sandbox);
    this.#isolate.dispose();
  }
}

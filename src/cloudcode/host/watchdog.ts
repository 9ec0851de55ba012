import ivm from "isolated-vm";

/** How often a keeper looks, in milliseconds: a sandbox that is to be ended goes on for up to that much longer. */
const LOOK_MS = 250;

/** Places in what the keeper's thread and the lane's share. */
const SHARED = {
  /** Counts what is guarded; 0 while nothing is. Whoever puts 0 there decides whether it was ended or was over. */
  guarded: 0,
  /** How long that may take, in milliseconds. */
  most: 1,
  /** Counts the sandboxes: the thread of an earlier one ends. */
  sandbox: 2,
} as const;

/** Runs in an isolate of its own, on a thread of its own; answers when its sandbox has ended or is not its own any more. */
const WATCH = `(function (buffer, sandbox, number, look) {
  const shared = new Int32Array(buffer);
  let seen = 0;
  let since = 0;
  for (;;) {
    Atomics.wait(shared, ${SHARED.sandbox}, number, look);
    if (Atomics.load(shared, ${SHARED.sandbox}) !== number) return;
    const guarded = Atomics.load(shared, ${SHARED.guarded});
    const now = Date.now();
    if (guarded !== seen) {
      seen = guarded;
      since = now;
    } else if (guarded !== 0 && now - since > Atomics.load(shared, ${SHARED.most})) {
      if (Atomics.compareExchange(shared, ${SHARED.guarded}, guarded, 0) !== guarded) continue;
      sandbox.dispose();
      return;
    }
  }
})`;

type Watch = ivm.Reference<(...given: unknown[]) => void>;

/**
 * Ends a lane's sandbox from another thread where it goes on beyond its time, whatever it is at. V8's time limit does not
 * hold where isolated-vm reads what a script left, such as the reason of a rejected promise, which may have getters; and
 * it stands still while a script waits for the server. Costs 3 MB, and nothing for a run but two numbers in shared memory.
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

  /** Guards this sandbox from now on, and no other. */
  keep(sandbox: ivm.Isolate): void {
    const number = Atomics.add(this.#shared, SHARED.sandbox, 1) + 1;
    Atomics.notify(this.#shared, SHARED.sandbox);
    const buffer = new ivm.ExternalCopy(this.#shared.buffer).copyInto({ release: true });
    // It ends with the thread of the one before, as an isolate runs one thing at a time.
    this.#watch.apply(undefined, [buffer, sandbox, number, LOOK_MS]).catch(() => {});
  }

  /** The sandbox is ended unless `rest` is called within `ms`. */
  guard(ms: number): void {
    Atomics.store(this.#shared, SHARED.most, Math.max(1, Math.ceil(ms)));
    this.#count = (this.#count % 0x7fff_fff0) + 1;
    Atomics.store(this.#shared, SHARED.guarded, this.#count);
  }

  /** What was guarded is over, or stands still. Answers whether it was ended. */
  rest(): boolean {
    return Atomics.exchange(this.#shared, SHARED.guarded, 0) === 0;
  }

  close(): void {
    Atomics.add(this.#shared, SHARED.sandbox, 1);
    Atomics.notify(this.#shared, SHARED.sandbox);
    this.#isolate.dispose();
  }
}

import { type Log, Wal } from "../../src/store/embedded/wal.ts";

/** The log with a gate before the disk: a flush is done when the test says so, or fails as it says. */
export class GatedLog implements Log {
  readonly #inner: Log;
  #waiting: ((error: Error | null) => void)[] = [];
  #arrived: (() => void) | undefined;
  open = true;
  flushes = 0;

  private constructor(inner: Log) {
    this.#inner = inner;
  }

  static async open(path: string): Promise<GatedLog> {
    return new GatedLog(await Wal.open(path));
  }

  flush(done: (error: Error | null) => void): void {
    this.flushes++;
    if (this.open) {
      this.#inner.flush(done);
      return;
    }
    this.#waiting.push(done);
    this.#arrived?.();
  }

  /** Settles when a flush waits at the gate. */
  async arrival(): Promise<void> {
    if (this.#waiting.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
  }

  release(error: Error | null = null): void {
    for (const done of this.#waiting.splice(0)) {
      if (error === null) this.#inner.flush(done);
      else done(error);
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

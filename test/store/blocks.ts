/**
 * How long this thread computes in one turn of its event loop at most. It is the processor's time that counts, so that
 * other work on the machine does not.
 */
export class Blocks {
  #cpuMs = 0;
  #last = process.threadCpuUsage();
  #isOn = true;

  /** From a turn in which nothing else was done. */
  static async begin(): Promise<Blocks> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return new Blocks();
  }

  private constructor() {
    setImmediate(() => this.#beat());
  }

  async end(): Promise<{ cpuMs: number }> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.#isOn = false;
    return { cpuMs: this.#cpuMs };
  }

  #beat(): void {
    const { user, system } = process.threadCpuUsage(this.#last);
    this.#cpuMs = Math.max(this.#cpuMs, (user + system) / 1000);
    this.#last = process.threadCpuUsage();
    if (this.#isOn) setImmediate(() => this.#beat());
  }
}

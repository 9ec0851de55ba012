import type { AddScript } from "./protocol.ts";

/** A run that takes longer is not quick, in milliseconds. */
const QUICK_MS = 1;
/** So many runs in a row make a script a quick one. */
const IN_A_ROW = 3;

/** Which scripts have lately come to their end soon and without a call to the server: others may wait behind them. */
export class QuickScripts {
  /** By the number of the script: quick runs in a row. */
  readonly #runs = new Map<number, number>();
  #version = 0;

  is({ script }: AddScript): boolean {
    return (this.#runs.get(script) ?? 0) >= IN_A_ROW;
  }

  /** @param ms how long a run took that came to its end and called nothing; undefined for any other */
  ran({ script, version }: AddScript, ms: number | undefined): void {
    if (version > this.#version) {
      this.#version = version;
      this.#runs.clear();
    }
    if (ms === undefined || ms > QUICK_MS) this.#runs.delete(script);
    else this.#runs.set(script, Math.min(IN_A_ROW, (this.#runs.get(script) ?? 0) + 1));
  }
}

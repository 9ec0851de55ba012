import type { AddScript } from "./protocol.ts";

const QUICK_MS = 1;
const IN_A_ROW = 3;

/** Tracks which scripts recently ran quickly and without calls, so that runs may be queued behind them. */
export class QuickScripts {
  /** Quick runs in a row, by script id. */
  readonly #runs = new Map<number, number>();
  #version = 0;

  is({ script }: AddScript): boolean {
    return (this.#runs.get(script) ?? 0) >= IN_A_ROW;
  }

  /** @param ms duration of a successful run without calls; undefined for any other run */
  record({ script, version }: AddScript, ms: number | undefined): void {
    if (version > this.#version) {
      this.#version = version;
      this.#runs.clear();
    }
    if (ms === undefined || ms > QUICK_MS) this.#runs.delete(script);
    else this.#runs.set(script, Math.min(IN_A_ROW, (this.#runs.get(script) ?? 0) + 1));
  }
}

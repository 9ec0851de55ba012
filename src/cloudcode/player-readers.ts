import type { LoadedScript } from "./load.ts";

/** Runs that still get the player sent along after the last one that used it. */
const SENT_ALONG = 20;

/**
 * Which scripts probably use more of their player than the id. Reading the player on demand costs a round trip, and
 * sending one along that is not used costs about as much, so this follows what a script's last runs did.
 */
export class PlayerReaders {
  readonly #left = new WeakMap<LoadedScript, number>();

  has(script: LoadedScript): boolean {
    return this.#left.has(script);
  }

  record(script: LoadedScript, used: boolean): void {
    const left = used ? SENT_ALONG : (this.#left.get(script) ?? 0) - 1;
    if (left > 0) this.#left.set(script, left);
    else this.#left.delete(script);
  }
}

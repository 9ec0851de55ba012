import type { StoreError } from "../store/errors.ts";

/** Why what a script changed of players is not kept, as its log tells it. */
export const TAKEN_MEANWHILE = "What it took from a player was taken by another script meanwhile.";

export function refusalMessage(refusal: StoreError): string {
  return `The store refuses what it changed: ${refusal.message}`;
}

import type { StoreError } from "../store/errors.ts";

export const TAKEN_MEANWHILE = "What it took from a player was taken by another script in the meantime.";

export function refusalMessage(refusal: StoreError): string {
  return `The store rejected its changes: ${refusal.message}`;
}

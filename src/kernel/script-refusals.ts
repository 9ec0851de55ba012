import type { StoreError } from "../store/errors.ts";

export const DEDUCTION_CONFLICT = "Another script changed the player first, and the deduction is no longer possible.";

export function refusalMessage(refusal: StoreError): string {
  return `The store rejected its changes: ${refusal.message}`;
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** base64(HMAC-SHA256), the protocol's signature. */
export function hmacOf(message: string, key: string): string {
  return createHmac("sha256", key).update(message).digest("base64");
}

/** Whether `candidate` is the signature, in a time that tells nothing about how much of it is right. */
export function hmacMatches(candidate: unknown, message: string, key: string): boolean {
  return typeof candidate === "string" && sameText(candidate, hmacOf(message, key));
}

/** Compares in constant time whatever the lengths. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The protocol's signature: base64(HMAC-SHA256). */
export function hmacOf(message: string, key: string): string {
  return createHmac("sha256", key).update(message).digest("base64");
}

/** Compares a signature in constant time. */
export function hmacMatches(candidate: unknown, message: string, key: string): boolean {
  return typeof candidate === "string" && sameText(candidate, hmacOf(message, key));
}

/** Compares in constant time, also for different lengths. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}

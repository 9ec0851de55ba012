import { Secret, TOTP } from "otpauth";

const STEP_SECONDS = 30;
/** Bytes, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

/** A new secret in base32. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What authenticator apps read. */
export function uriOf(secret: string, name: string, issuer: string): string {
  return totp(secret, name, issuer).toString();
}

/**
 * The time step of a code (RFC 6238: SHA-1, six digits, 30 seconds), which may be one step early or late. Undefined if it is
 * wrong or its step is not after `usedStep`.
 */
export function stepOf(secret: string, code: string, now: number, usedStep = 0): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = totp(secret).validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return undefined;
  const step = Math.floor(now / 1000 / STEP_SECONDS) + delta;
  return step > usedStep ? step : undefined;
}

function totp(secret: string, label = "", issuer = ""): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: STEP_SECONDS });
}

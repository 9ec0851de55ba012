const STEP_SECONDS = 30;
/** Bytes, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

/** A new secret in base32. */
export async function newSecret(): Promise<string> {
  const { Secret } = await library();
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What authenticator apps read. */
export async function uriOf(secret: string, name: string, issuer: string): Promise<string> {
  return (await totp(secret, name, issuer)).toString();
}

/**
 * The time step of a code (RFC 6238: SHA-1, six digits, 30 seconds), which may be one step early or late. Undefined if it is
 * wrong or its step is not after `usedStep`.
 */
export async function stepOf(secret: string, code: string, now: number, usedStep = 0): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = (await totp(secret)).validate({ token: code, timestamp: now, window: 1 });
  if (delta === null) return undefined;
  const step = Math.floor(now / 1000 / STEP_SECONDS) + delta;
  return step > usedStep ? step : undefined;
}

async function totp(secret: string, label = "", issuer = "") {
  const { Secret, TOTP } = await library();
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: STEP_SECONDS });
}

/** Loaded for the first second factor. */
const library = () => import("otpauth");

import { errors, type JWTPayload, jwtVerify } from "jose";
import { unavailable } from "./http.ts";
import { type ProviderContext, ProviderRefusal, ProviderUnavailable, type SystemId } from "./provider.ts";

/** Whose ID token is expected, and which parameter of the request it came in. */
export interface ExpectedIdToken {
  systemId: SystemId;
  /** The key of the refusal, such as accessToken. */
  field: string;
  /** Where the system publishes its signing keys (JWKS). */
  keysUrl: string;
  issuer: string | string[];
  /** The ids of this game at the system. A token of any other app is refused. */
  audience: string | string[];
}

/** `sub` is the account's id. The other claims are of unchecked shape. */
export type IdTokenClaims = JWTPayload & { sub: string };

/** Asymmetric ones only, so that a published key never serves as the secret of an HMAC. */
const ALGORITHMS = ["RS256", "ES256"];
const CLOCK_SKEW_S = 60;
/** Facebook's can list hundreds of friends. */
const MAX_LENGTH = 16_384;
const MAX_SUBJECT_LENGTH = 255;

/** The failures of jose that are about the published keys, not the token. */
const KEY_FAILURES = [errors.JWKSInvalid, errors.JWKSTimeout, errors.JWKInvalid] as const;

/** Whether `text` has the form of a signed token: three parts in base64url. It says nothing about its validity. */
export function looksLikeIdToken(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAX_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) && hasHeader(text);
}

/**
 * Verifies an OpenID Connect ID token: signature, issuer, audience, expiry (by `context.now()`, with 60 seconds of
 * skew) and subject. A token can be replayed until it expires, since the requests have no nonce.
 *
 * Throws ProviderRefusal (`field` NOTAUTHENTICATED), or ProviderUnavailable if the keys cannot be read. Cost: one
 * signature check, plus one call if the keys are not cached. The errors have no `cause`, since jose's hold the claims.
 */
export async function verifyIdToken(
  token: string,
  { systemId, field, keysUrl, issuer, audience }: ExpectedIdToken,
  context: ProviderContext,
): Promise<IdTokenClaims> {
  const refuse = (reason: string) => new ProviderRefusal(field, "NOTAUTHENTICATED", `${systemId} ID token: ${reason}`);
  if (!looksLikeIdToken(token)) throw refuse("it is not a well-formed token");
  try {
    const { payload } = await jwtVerify(token, context.calls.keySet(systemId, keysUrl), {
      algorithms: ALGORITHMS,
      issuer,
      audience,
      requiredClaims: ["exp"],
      currentDate: new Date(context.now()),
      clockTolerance: CLOCK_SKEW_S,
    });
    const { sub, aud } = payload;
    if (typeof sub !== "string" || !sub || sub.length > MAX_SUBJECT_LENGTH) throw refuse("it has no usable subject");
    // OpenID Connect Core 3.1.3.7: a token that is also for other, unknown apps is not to be trusted.
    if (Array.isArray(aud) && aud.length > 1) throw refuse("it was also issued for other apps");
    return { ...payload, sub };
  } catch (error) {
    if (error instanceof ProviderRefusal || error instanceof ProviderUnavailable) throw error;
    if (isAboutToken(error)) throw refuse(reasonOf(error));
    throw unavailable({ systemId, what: "signing keys" }, "they cannot be used");
  }
}

function isAboutToken(error: unknown): error is errors.JOSEError {
  // jose throws the base class itself if the response with the keys has another status or is not JSON.
  if (!(error instanceof errors.JOSEError) || error.code === errors.JOSEError.code) return false;
  return !KEY_FAILURES.some((failure) => error instanceof failure);
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is missing or wrong`;
  if (error instanceof errors.JWKSNoMatchingKey) return "it is signed with an unknown key";
  return error.code;
}

function hasHeader(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString("utf8"));
    return typeof header === "object" && header !== null && "alg" in header;
  } catch {
    return false;
  }
}

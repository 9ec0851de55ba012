import { type KeyObject, verify } from "node:crypto";
import { Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { AppleCertificates } from "./apple-certificates.ts";
import { APPLE_PREFIX, type AppleSignInSettings, verifyAppleSignIn } from "./apple-sign-in.ts";
import type { CertificateSettings } from "./certificate-chain.ts";
import { clipName } from "./fields.ts";
import { looksLikeIdToken } from "./id-token.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
} from "./provider.ts";

export interface GameCenterSettings extends CertificateSettings, AppleSignInSettings {
  /** Maximum age of a signature; default: 5 minutes. */
  maxAgeMs?: number;
  /** Also accept SHA-1 signatures of early Game Center versions; default: false, Apple signs with SHA-256 now. */
  allowSha1?: boolean;
}

/** What Game Center gave the client: `signature` and `salt` in base64, `timestamp` in milliseconds since 1970. */
export interface GameCenterCredentials {
  externalPlayerId: string;
  publicKeyUrl: string;
  signature: string;
  salt: string;
  timestamp: number;
  /** Not part of the signature; the client may send anything. */
  displayName?: string | undefined;
}

const MAX_AGE_MS = 5 * 60_000;
/** How far a signature's timestamp may be ahead of this machine's clock. */
const MAX_SKEW_MS = 60_000;

const shared = new AppleCertificates();

/** In the order of the documentation's table of errors. */
const REQUIRED = ["publicKeyUrl", "timestamp", "signature", "salt", "externalPlayerId", "displayName"] as const;

/**
 * Game Center, and accounts of Sign in with Apple: their identity token comes as `signature`, and no other parameter is
 * needed. Neither has friends, nor a token to store. Source: GameSparks documentation, GameCenterConnectRequest.
 */
export const gameCenter = defineProvider({
  systemId: "GC",
  name: "Game Center",
  requests: ["GameCenterConnectRequest"],
  credentials: {
    externalPlayerId: credential("The player's Game Center id."),
    displayName: credential("The player's Game Center name."),
    publicKeyUrl: credential("The URL of Apple's certificate, from Game Center."),
    signature: credential("The signature from Game Center, in base64; or the identity token of Sign in with Apple."),
    salt: credential("The salt from Game Center, in base64."),
    timestamp: Type.Optional(Type.Number({ description: "When Game Center signed, in milliseconds since 1970." })),
  },
  key: "externalPlayerId",
  errors: [
    ...REQUIRED.map((name) => field(name, "REQUIRED")),
    field("timestamp", "EXPIRED", "The signature is too old.", "Ask Game Center for another."),
    field("signature", "NOTAUTHENTICATED", "The signature is not Apple's for this player and game."),
  ],
  notConfigured: notConfigured("GAMECENTER", "bundleId"),
  example: {
    credentials: {
      externalPlayerId: "G:1234567890",
      displayName: "Ada",
      publicKeyUrl: "https://static.gc.apple.com/public-key/gc-prod-6.cer",
      signature: "…",
      salt: "…",
      timestamp: 1_600_000_000_000,
    },
    displayName: "Ada",
  },
  integration: "apple",
  /** All but `bundleId` are Rekindle's own. `certificateAuthorities` is a list of certificates in PEM. */
  readSettings(integration): GameCenterSettings | undefined {
    const bundleId = integration.text("bundleId");
    if (!bundleId) return undefined;
    const maxAgeSeconds = integration.seconds("gameCenterMaxAgeSeconds");
    const certificateOrigin = integration.url("certificateOrigin");
    const certificateAuthorities = integration.certificates("certificateAuthorities");
    const clientIds = integration.texts("signInClientIds");
    const keysUrl = integration.url("signInKeysUrl");
    return {
      bundleId,
      allowSha1: integration.get("gameCenterAllowSha1") === true,
      ...(maxAgeSeconds !== undefined && { maxAgeMs: maxAgeSeconds * 1000 }),
      ...(certificateOrigin && { certificateOrigin }),
      ...(certificateAuthorities && { certificateAuthorities }),
      ...(clientIds && { clientIds }),
      ...(keysUrl && { keysUrl }),
    };
  },
  missing(credentials) {
    if (looksLikeIdToken(credentials.signature)) return undefined;
    return REQUIRED.find((name) => credentials[name] === undefined || credentials[name] === "");
  },
  verify(credentials, settings, context) {
    const { signature: identityToken, externalPlayerId, displayName } = credentials;
    if (!looksLikeIdToken(identityToken)) {
      return verifyGameCenter(credentials as GameCenterCredentials, settings, context);
    }
    return verifyAppleSignIn({ identityToken, externalPlayerId, displayName }, settings, context);
  },
});

/**
 * Returns the player whom Apple's signature names. The caller checks that all fields are present. A signature can be
 * replayed until it expires, since Game Center has no nonce.
 *
 * Refusals: timestamp EXPIRED; externalPlayerId NOTAUTHENTICATED if malformed; signature NOTAUTHENTICATED. Cost: one
 * RSA check, plus two calls if the certificate is not cached.
 */
export async function verifyGameCenter(
  credentials: GameCenterCredentials,
  settings: GameCenterSettings,
  context: ProviderContext,
  certificates: AppleCertificates = shared,
): Promise<ExternalProfile> {
  const { externalPlayerId, timestamp, displayName } = credentials;
  const age = context.now() - timestamp;
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) throw expired("it is not a valid time");
  if (age > (settings.maxAgeMs ?? MAX_AGE_MS)) throw expired("the signature is too old");
  if (age < -MAX_SKEW_MS) throw expired("the signature is dated in the future; check this machine's clock");
  if (!/^[\x21-\x7e]{1,256}$/.test(externalPlayerId) || externalPlayerId.startsWith(APPLE_PREFIX)) {
    throw new ProviderRefusal("externalPlayerId", "NOTAUTHENTICATED", "GC: not a well-formed player id");
  }
  const signature = base64(credentials.signature);
  const salt = base64(credentials.salt);
  if (!signature || !salt) throw notAuthenticated("the signature or its salt is not base64");

  const certificate = await certificates.find(credentials.publicKeyUrl, settings, context);
  const payload = signedBytes(externalPlayerId, settings.bundleId, timestamp, salt);
  const algorithms = settings.allowSha1 ? ["RSA-SHA256", "RSA-SHA1"] : ["RSA-SHA256"];
  if (!algorithms.some((algorithm) => isSigned(algorithm, payload, certificate.publicKey, signature))) {
    throw notAuthenticated("it is not Apple's signature of this player, bundle id and time");
  }
  return { id: externalPlayerId, ...(displayName && { displayName: clipName(displayName) }) };
}

/** The bytes that Apple signs: player id and bundle id in UTF-8, the time as 8 bytes big-endian, and the salt. */
export function signedBytes(playerId: string, bundleId: string, timestamp: number, salt: Buffer): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(timestamp));
  return Buffer.concat([Buffer.from(playerId, "utf8"), Buffer.from(bundleId, "utf8"), time, salt]);
}

function isSigned(algorithm: string, payload: Buffer, key: KeyObject, signature: Buffer): boolean {
  return key.asymmetricKeyType === "rsa" && verify(algorithm, payload, key, signature);
}

/** Decodes canonical base64 of at most 2048 characters; undefined for anything else. */
function base64(text: string): Buffer | undefined {
  if (text.length === 0 || text.length > 2048) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

function expired(reason: string): ProviderRefusal {
  return new ProviderRefusal("timestamp", "EXPIRED", `GC timestamp: ${reason}`);
}

function notAuthenticated(reason: string): ProviderRefusal {
  return new ProviderRefusal("signature", "NOTAUTHENTICATED", `GC signature: ${reason}`);
}

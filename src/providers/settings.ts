import { X509Certificate } from "node:crypto";
import type { AmazonSettings } from "./amazon.ts";
import type { FacebookSettings } from "./facebook-graph.ts";
import type { GameCenterSettings } from "./game-center.ts";

/**
 * The providers' settings, read from `integrations` of the game's configuration. A reader returns undefined if its
 * provider is not configured.
 *
 * | integration | keys of an exported configuration | keys that Rekindle adds |
 * |---|---|---|
 * | facebook | facebookAppId, facebookSecret | graphUrl, redirectUri |
 * | amazon | amazonAppId | amazonClientId (takes precedence over amazonAppId), apiUrl |
 * | apple | bundleId | gameCenterMaxAgeSeconds, gameCenterAllowSha1, certificateOrigin, certificateAuthorities (PEM) |
 *
 * URLs must be https, or http to this machine, because secrets are sent to them.
 */

/** An unusable setting. `message` names it and the expected value, never the actual one. */
export class IntegrationError extends Error {
  override name = "IntegrationError";
}

export function facebookSettings(integrations: unknown): FacebookSettings | undefined {
  const facebook = new Integration(integrations, "facebook");
  const appId = facebook.text("facebookAppId");
  const appSecret = facebook.text("facebookSecret");
  if (!appId || !appSecret) return undefined;
  const graphUrl = facebook.url("graphUrl");
  const redirectUri = facebook.text("redirectUri");
  return { appId, appSecret, ...(graphUrl && { graphUrl }), ...(redirectUri && { redirectUri }) };
}

export function amazonSettings(integrations: unknown): AmazonSettings | undefined {
  const amazon = new Integration(integrations, "amazon");
  const clientId = amazon.text("amazonClientId") ?? amazon.text("amazonAppId");
  if (!clientId) return undefined;
  const apiUrl = amazon.url("apiUrl");
  return { clientId, ...(apiUrl && { apiUrl }) };
}

export function gameCenterSettings(integrations: unknown): GameCenterSettings | undefined {
  const apple = new Integration(integrations, "apple");
  const bundleId = apple.text("bundleId");
  if (!bundleId) return undefined;
  const maxAgeSeconds = apple.seconds("gameCenterMaxAgeSeconds");
  const certificateOrigin = apple.url("certificateOrigin");
  const certificateAuthorities = apple.certificates("certificateAuthorities");
  return {
    bundleId,
    allowSha1: apple.get("gameCenterAllowSha1") === true,
    ...(maxAgeSeconds !== undefined && { maxAgeMs: maxAgeSeconds * 1000 }),
    ...(certificateOrigin && { certificateOrigin }),
    ...(certificateAuthorities && { certificateAuthorities }),
  };
}

/** The problems of all providers' settings, a sentence each. Called when a game is loaded. */
export function integrationProblems(integrations: unknown): string[] {
  return [facebookSettings, amazonSettings, gameCenterSettings].flatMap((read) => {
    try {
      read(integrations);
      return [];
    } catch (error) {
      if (error instanceof IntegrationError) return [error.message];
      throw error;
    }
  });
}

/** One provider's object in `integrations`, of unchecked shape. As in exports, null means absent. */
class Integration {
  readonly #name: string;
  readonly #values: Record<string, unknown>;

  constructor(integrations: unknown, name: string) {
    this.#name = name;
    this.#values = objectOf(own(objectOf(integrations), name));
  }

  get(key: string): unknown {
    return own(this.#values, key) ?? undefined;
  }

  /** Also accepts numbers, as some tools write app ids that way. */
  text(key: string): string | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (typeof value !== "string" && typeof value !== "number") throw this.#error(key, "text");
    return String(value).trim() || undefined;
  }

  url(key: string): string | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
    if (!url || !isSafe || url.username || url.password || url.search || url.hash) {
      throw this.#error(key, "an https URL, or an http URL of this machine, without user, query and fragment");
    }
    return url.href.replace(/\/+$/, "");
  }

  seconds(key: string): number | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value) || Number(value) < 1)
      throw this.#error(key, "a whole number of seconds, 1 or more");
    return Number(value);
  }

  certificates(key: string): string[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isCertificate)) throw this.#error(key, "a list of certificates in PEM");
    return value;
  }

  #error(key: string, expected: string): IntegrationError {
    return new IntegrationError(`integrations.${this.#name}.${key} must be ${expected}.`);
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function isCertificate(value: unknown): boolean {
  try {
    return typeof value === "string" && new X509Certificate(value).ca !== undefined;
  } catch {
    return false;
  }
}

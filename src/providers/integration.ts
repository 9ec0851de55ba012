import { X509Certificate } from "node:crypto";

/** An unusable setting. `message` names it and the expected value, never the actual one. */
export class IntegrationError extends Error {
  override name = "IntegrationError";
}

/** One provider's entry in a game's `integrations`, of unchecked shape. As in exports, null means absent. */
export class Integration {
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

  /** A list of texts; one text is a list of one. */
  texts(key: string): string[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    const isText = (text: unknown): text is string => typeof text === "string" && text.trim() !== "";
    if (!texts.every(isText)) throw this.#error(key, "a list of texts");
    return texts.map((text) => text.trim());
  }

  /** Returns the URL without trailing slashes. It must be https, or http to this machine: secrets are sent to it. */
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

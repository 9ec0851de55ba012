import { createHmac } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { isBrowser, newBrowser } from "../../domains/connecting/index.ts";
import { sameText } from "../hmac.ts";

/** The browser that a request comes from: a random text in a cookie, to which sign-ins and forms are bound. */
export interface Browser {
  /** The text. */
  id: string;
  isNew: boolean;
}

/** `__Host-` keeps other hosts of the domain from setting it, where the server is reached by https. */
const nameOf = (isSecure: boolean) => (isSecure ? "__Host-connect" : "connect");

/** Undefined if there is no valid cookie. */
export function knownBrowser({ headers }: FastifyRequest, isSecure: boolean): string | undefined {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name, value = ""] = pair.trim().split("=", 2);
    if (name === nameOf(isSecure) && isBrowser(value)) return value;
  }
  return undefined;
}

export function browserOf(request: FastifyRequest, isSecure: boolean): Browser {
  const id = knownBrowser(request, isSecure);
  return id === undefined ? { id: newBrowser(), isNew: true } : { id, isNew: false };
}

/** Lax, because a network sends the browser back by a link. It ends with the browser. */
export function setCookie(browser: string, isSecure: boolean): string {
  const where = isSecure ? "Path=/; Secure" : "Path=/connect";
  return `${nameOf(isSecure)}=${browser}; ${where}; HttpOnly; SameSite=Lax`;
}

/** The hidden member of a form: only this browser's pages about this subject have it. */
export function formToken(browser: string, subject: string): string {
  return createHmac("sha256", browser).update(`form ${subject}`).digest("base64url");
}

/** Whether a page of this server sent the form. */
export function isOwnForm(
  { headers }: FastifyRequest,
  form: URLSearchParams,
  browser: string | undefined,
  subject: string,
): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  return browser !== undefined && sameText(form.get("form") ?? "", formToken(browser, subject));
}

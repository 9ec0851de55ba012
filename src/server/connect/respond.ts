import type { FastifyReply, FastifyRequest } from "fastify";
import { ConnectFailed } from "../../domains/connecting/index.ts";
import { RequestError } from "../../errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { StoreError } from "../../store/errors.ts";
import type { Html } from "./html.ts";
import { failurePage, messagePage } from "./pages.ts";

export interface ConnectPageOptions {
  kernel: Kernel;
  /** Limits the requests of a connection. */
  connectionRate(request: FastifyRequest): { admits(): boolean };
  isStopping(): boolean;
  /** Logs an unexpected error; returns its id. */
  onUnexpected(error: unknown): string;
}

/** The ways in which a page responds. Every response has the same headers. */
export interface Responses {
  cookie(text: string): void;
  /** A form on the page, or its refusal, may lead there. */
  mayReturnTo(url: string | undefined): void;
  /** Where an error page leads. */
  backTo(path: string): void;
  page(status: number, page: Html): FastifyReply;
  redirect(url: string): FastifyReply;
}

/** What stops a player's link from being disconnected, in the words of a player. */
const GUARDS: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  "userName: CHANGE_REQUIRED": [
    "Your user name in the game was taken from this account.",
    "Choose another user name in the game first, then disconnect the account here.",
  ],
  "password: NOT_SET": [
    "This account is the only way for you to log in to the game.",
    "Set a password in the game or connect another account there first, then disconnect this one.",
  ],
};

/** Runs a handler and turns what it throws into a page. */
export async function responses<Request extends FastifyRequest>(
  request: Request,
  reply: FastifyReply,
  {
    connectionRate,
    isStopping,
    onUnexpected,
  }: Pick<ConnectPageOptions, "connectionRate" | "isStopping" | "onUnexpected">,
  handler: (request: Request, to: Responses) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const formTargets = ["'self'"];
  let back: string | undefined;
  const headers = () => ({
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src 'self'; form-action ${formTargets.join(" ")}; base-uri 'none'; frame-ancestors 'none'`,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
  });
  const to: Responses = {
    cookie: (text) => void reply.header("set-cookie", text),
    mayReturnTo(url) {
      // Browsers apply form-action to the redirect after a form too.
      if (url !== undefined) formTargets.push(new URL(url).origin);
    },
    backTo(path) {
      back = path;
    },
    page: (status, { text }) => reply.code(status).headers(headers()).type("text/html; charset=utf-8").send(text),
    redirect: (url) =>
      reply
        .code(303)
        .headers({ ...headers(), location: url })
        .send(),
  };
  try {
    if (!connectionRate(request).admits()) {
      reply.header("retry-after", 1);
      return to.page(
        429,
        messagePage("Too many requests", "This browser sent too many requests.", "Wait a moment and reload the page."),
      );
    }
    if (isStopping()) throw new StoreError("UNAVAILABLE", "The server is stopping.");
    return await handler(request, to);
  } catch (error) {
    if (error instanceof ConnectFailed) return to.page(error.status, failurePage(error));
    if (error instanceof RequestError) {
      const [pair = ""] = Object.entries(error.pairs).map(([key, value]) => `${key}: ${value}`);
      const [what, cure] = GUARDS[pair] ?? ["The account cannot be disconnected.", "Ask the game's support."];
      return to.page(409, messagePage("Not disconnected", what, cure, back));
    }
    if (error instanceof StoreError && error.retryable) {
      reply.header("retry-after", 5);
      return to.page(
        503,
        messagePage("Busy", "The server is busy or is being restarted.", "Wait a moment and try again."),
      );
    }
    const id = onUnexpected(error);
    const text = `Something went wrong on this server. Its operator finds it in the log as ${id}.`;
    return to.page(500, messagePage("Error", text, "Try again. If it recurs, report that id."));
  }
}

/** The fields of a posted form. @throws ConnectFailed if it is none */
export function formOf({ body, headers }: FastifyRequest): URLSearchParams {
  const type = String(headers["content-type"] ?? "").toLowerCase();
  if (typeof body !== "string" || !/^application\/x-www-form-urlencoded\b/.test(type)) {
    throw new ConnectFailed("FORGED_FORM");
  }
  return new URLSearchParams(body);
}

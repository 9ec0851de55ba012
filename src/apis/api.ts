import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "./problem.ts";
import type { AnyRoute, Reply } from "./route.ts";

/** One HTTP API as a value. */
export interface Api {
  readonly name: "layers" | "hooked" | "ayrshare";
  readonly title: string;
  /** A paragraph for its reference. */
  readonly description: string;
  /** Prepended to every path: "" for clients that can only change the host, and the API's own. */
  readonly prefixes: readonly string[];
  /** Paths below these have its envelope even where no route is, such as /v1. */
  readonly spaces: readonly string[];
  readonly routes: readonly AnyRoute[];
  /** How a client sends its key. */
  readonly authentication: { header: string; scheme?: "Bearer" };
  /** Members of a body that no route declares: refused, or ignored. */
  readonly unknownMembers: "refuse" | "ignore";
  /** The header with which a client makes a repeated write harmless, if the API has one. */
  readonly idempotencyHeader?: string;
  /** Status and body of a refusal. */
  refuse(
    problem: Problem,
    about: { requestId: string; route: AnyRoute | undefined },
  ): Required<Pick<Reply, "status" | "body">> & Pick<Reply, "headers">;
  /** Headers of every response. */
  headers?(about: { requestId: string; route: AnyRoute | undefined }): Record<string, string>;
}

/** The key's text; undefined if it is absent or has another form. */
export function keyTextOf(
  { authentication: { header, scheme } }: Api,
  headers: IncomingHttpHeaders,
): string | undefined {
  const value = headers[header];
  if (typeof value !== "string") return undefined;
  if (scheme === undefined) return value.trim();
  const [, text] = /^Bearer +(\S+) *$/i.exec(value) ?? [];
  return text;
}

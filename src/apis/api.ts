import type { IncomingMessage } from "node:http";
import type { TObject } from "@sinclair/typebox";
import type { OrganizationDocument } from "../domains/social/index.ts";
import type { Problem } from "./problem.ts";
import type { AnyRoute, Reply, RouteContext, RouteError } from "./route.ts";

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
  /** What every route refuses, for the reference. */
  readonly errors?: readonly RouteError[];
  /** The body of a refusal, for the reference. */
  readonly errorSchema?: TObject;
  /** Headers that every route reads besides the key and `idempotencyHeader`, in lower case, for the reference. */
  readonly requestHeaders?: readonly { name: string; meaning: string }[];
  /** The organization that the call is for, if it need not be the key's own. */
  organizationOf?(context: RouteContext): Promise<OrganizationDocument>;
  /** Headers of a call that counted, beside x-ratelimit-limit and x-ratelimit-remaining. */
  rateHeaders?(limit: number, left: number): Record<string, number>;
  /** Headers of every response. */
  headers?(about: { requestId: string; route: AnyRoute | undefined }): Record<string, string>;
}

/** The key's text; undefined if it is absent, was sent twice or has another form. */
export function keyTextOf({ authentication: { header, scheme } }: Api, request: IncomingMessage): string | undefined {
  const value = headerOf(request, header);
  if (value === undefined || scheme === undefined) return value?.trim();
  const [, text] = /^Bearer +(\S+) *$/i.exec(value) ?? [];
  return text;
}

/** A header of the request, by its name in lower case; undefined if it is absent or was sent twice. */
export function headerOf({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  const values = headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
}

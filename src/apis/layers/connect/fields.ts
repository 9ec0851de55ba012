import { Type } from "@sinclair/typebox";
import { checkReturnUrl } from "../../../domains/connecting/index.ts";
import { ApiRefusal, invalid } from "../../problem.ts";
import type { RouteContext, RouteError } from "../../route.ts";
import { time } from "../fields.ts";

/** How long the user has. */
export const STATE_MS = 600_000;

export const state = Type.String({
  pattern: "^st_[0-9a-z]{24}$",
  wanted: "st_ and 24 lower-case letters and digits",
  description: "Of the connection; see getOauthStatus. It is not the state that the network gets.",
});
export const returnUrl = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description:
    "Where the browser goes in the end, unchanged if the account was connected, with `layers_oauth_error` if not. Its host must be one of the key's `returnHosts`; https, or a loopback host.",
});
export const scopes = Type.Optional(
  Type.Array(Type.String({ maxLength: 200 }), {
    maxItems: 32,
    description: "Ignored: each network is asked for what publishing needs.",
  }),
);
export const oauthUrl = Type.Object({
  authorizeUrl: Type.String({
    description: "Open it in the user's browser. It is a page of this server that leads to the network.",
  }),
  state,
  expiresAt: time("The user must have finished by then."),
});

export const connectErrors: readonly RouteError[] = [
  {
    status: 403,
    code: "RETURN_URL_NOT_ALLOWED",
    meaning: "The key does not permit the host of returnUrl. `details` has the host and the key's `returnHosts`.",
  },
  {
    status: 409,
    code: "CONFLICT",
    meaning: "The network is not set up on this server, or the project's profile disabled it.",
  },
];

/** The URL to return to. @throws ProblemError, ApiRefusal RETURN_URL_NOT_ALLOWED */
export function permittedReturn({ key }: Pick<RouteContext, "key">, text: string): string {
  const checked = checkReturnUrl(text, key.returnHosts);
  if ("url" in checked) return checked.url;
  const { host, refused } = checked;
  if (host === undefined) throw invalid("body", "returnUrl", refused);
  const details = { host, returnHosts: key.returnHosts };
  throw new ApiRefusal(403, "RETURN_URL_NOT_ALLOWED", refused, { details });
}

export const conflict = (message: string, details: Record<string, unknown>) =>
  new ApiRefusal(409, "CONFLICT", message, { details });

import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { type Network, OutcomeUnknown, type PublisherContext, PublishRefused, type RefusalKind } from "./publisher.ts";
import { codeText, reasonOf } from "./reason.ts";

/** OAuth's errors are a text; those of the APIs are an object with a status, and YouTube's with reasons. */
const FlatError = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) });
const ApiError = Type.Object({
  error: Type.Object({
    message: Type.Optional(Type.String()),
    status: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
    details: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
  }),
});

const KINDS: Readonly<Record<string, RefusalKind>> = {
  invalid_grant: "TOKEN",
  invalid_client: "NOT_CONFIGURED",
  unauthorized_client: "NOT_CONFIGURED",
  redirect_uri_mismatch: "NOT_CONFIGURED",
  authError: "TOKEN",
  UNAUTHENTICATED: "TOKEN",
  ACCESS_TOKEN_EXPIRED: "TOKEN",
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: "TOKEN",
  insufficientPermissions: "TOKEN",
  youtubeSignupRequired: "PERMISSION",
  forbidden: "PERMISSION",
  PERMISSION_DENIED: "PERMISSION",
  accessNotConfigured: "NOT_CONFIGURED",
  SERVICE_DISABLED: "NOT_CONFIGURED",
  quotaExceeded: "RATE",
  dailyLimitExceeded: "RATE",
  rateLimitExceeded: "RATE",
  userRateLimitExceeded: "RATE",
  uploadLimitExceeded: "RATE",
  uploadRateLimitExceeded: "RATE",
  RESOURCE_EXHAUSTED: "RATE",
  mediaBodyRequired: "MEDIA",
  videoNotFound: "GONE",
  notFound: "GONE",
  NOT_FOUND: "GONE",
};
const STATUSES: Readonly<Record<number, RefusalKind>> = {
  401: "TOKEN",
  403: "PERMISSION",
  404: "GONE",
  410: "GONE",
  429: "RATE",
};

/**
 * Calls an API of Google and reads the response. Wrap it in `preparing` unless it publishes.
 * @param secrets what the message of a refusal must not quote
 * @throws PublishRefused, OutcomeUnknown
 */
export async function askGoogle<T extends TSchema>(
  call: NetworkCall,
  schema: T,
  context: PublisherContext,
  secrets: readonly string[],
): Promise<Static<T>> {
  const reply = await context.calls.send(call);
  if (reply.status >= 400) throw googleRefusal({ ...call, secrets }, reply, context.now());
  const value = jsonOf(reply, schema);
  if (value !== undefined) return value;
  throw new OutcomeUnknown(`${call.network} ${call.what}: status ${reply.status} with an unexpected body`);
}

/** Why Google refused: by its reason, else by its status, else by that of HTTP. */
export function googleRefusal(
  { network, what, secrets }: { network: Network; what: string; secrets: readonly string[] },
  reply: NetworkReply,
  now: number,
): PublishRefused {
  const { codes, text } = errorOf(reply);
  const known = codes.find((code) => Object.hasOwn(KINDS, code));
  const kind = KINDS[known ?? ""] ?? STATUSES[reply.status] ?? "CONTENT";
  const code = codeText(known ?? codes[0] ?? reply.status);
  // Messages about tokens can quote them.
  const reason = kind === "TOKEN" ? "the grant has ended or does not cover this" : reasonOf(text, secrets);
  const message = `${network} ${what}: ${code ?? reply.status}${reason && `: ${reason}`}`;
  const waitMs = kind === "RATE" ? retryAfterMs(reply, now) : undefined;
  const canRenew = kind === "TOKEN" && reply.status === 401;
  return new PublishRefused(kind, message, { networkCode: code, retryAfterMs: waitMs, canRenew });
}

/** Most specific first. */
function errorOf(reply: NetworkReply): { codes: string[]; text: string | undefined } {
  const flat = jsonOf(reply, FlatError);
  if (flat) return { codes: [flat.error], text: flat.error_description };
  const error = jsonOf(reply, ApiError)?.error;
  const reasons = [...(error?.errors ?? []), ...(error?.details ?? [])].map(({ reason }) => reason);
  return { codes: [...reasons, error?.status].filter((code) => code !== undefined), text: error?.message };
}

import { type Static, type TObject, type TSchema, type TUnknown, Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { OutcomeUnknown, type PublisherContext, PublishRefused, type RefusalKind } from "./publisher.ts";
import { codeText, reasonOf } from "./reason.ts";

export interface TikTokApi {
  /** Base URL including the version. */
  url: string;
  token: string;
  context: PublisherContext;
}

const Envelope = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.Optional(Type.String()) }),
});

const KINDS: Readonly<Record<string, RefusalKind>> = {
  access_token_invalid: "TOKEN",
  access_token_expired: "TOKEN",
  scope_not_authorized: "TOKEN",
  scope_permission_missed: "TOKEN",
  auth_removed: "TOKEN",
  rate_limit_exceeded: "RATE",
  spam_risk_too_many_posts: "RATE",
  spam_risk_too_many_pending_share: "RATE",
  reached_active_user_cap: "RATE",
  spam_risk_user_banned_from_posting: "PERMISSION",
  unaudited_client_can_only_post_to_private_accounts: "PERMISSION",
  url_ownership_unverified: "MEDIA",
  file_format_check_failed: "MEDIA",
  duration_check_failed: "MEDIA",
  frame_rate_check_failed: "MEDIA",
  picture_size_check_failed: "MEDIA",
  video_pull_failed: "MEDIA",
  photo_pull_failed: "MEDIA",
  invalid_publish_id: "GONE",
  token_not_authorized_for_specified_publish_id: "GONE",
};
/** Failures of TikTok itself. */
const INTERNAL = new Set(["internal_error", "internal"]);

/**
 * Calls TikTok and returns `data`. Errors have a code in the body, whatever the status. Wrap it in `preparing` unless it
 * publishes.
 * @throws PublishRefused, OutcomeUnknown
 */
export async function askTikTok<T extends TSchema>(
  { url, token, context }: TikTokApi,
  { path, ...call }: Pick<NetworkCall, "what" | "method" | "json"> & { path: string },
  schema: T,
): Promise<Static<T>> {
  const reply = await context.calls.send({
    ...call,
    network: "tiktok",
    url: new URL(url.replace(/\/$/, "") + path),
    headers: { authorization: `Bearer ${token}` },
  });
  const failed = jsonOf(reply, Envelope)?.error;
  if (failed && failed.code !== "ok") throw tiktokRefusal(call.what, failed, [token], reply, context.now());
  if (reply.status === 429)
    throw tiktokRefusal(call.what, { code: "rate_limit_exceeded" }, [token], reply, context.now());
  const value = reply.status < 400 ? jsonOf(withTextIds(reply), dataOf(schema)) : undefined;
  if (value === undefined) {
    throw new OutcomeUnknown(`tiktok ${call.what}: status ${reply.status} with an unexpected body`);
  }
  return value.data as Static<T>;
}

const wholes = new WeakMap<TSchema, TObject<{ data: TUnknown }>>();

/** One schema of a response per schema of its data, because schemas are compiled once each. */
function dataOf(schema: TSchema): TObject<{ data: TUnknown }> {
  let whole = wholes.get(schema);
  if (!whole) {
    whole = Type.Object({ data: schema }) as unknown as TObject<{ data: TUnknown }>;
    wholes.set(schema, whole);
  }
  return whole;
}

/** What an error code or the reason of a failed post means. */
export function tiktokRefusal(
  what: string,
  { code, message }: { code: string; message?: string },
  secrets: readonly string[],
  reply?: NetworkReply,
  now = 0,
): Error {
  const shown = codeText(code) ?? "error";
  if (INTERNAL.has(code) && reply) return new OutcomeUnknown(`tiktok ${what}: ${shown}`);
  const kind = INTERNAL.has(code) ? "UNAVAILABLE" : (Object.hasOwn(KINDS, code) && KINDS[code]) || "CONTENT";
  const reason = kind === "TOKEN" ? "" : reasonOf(message, secrets);
  const waitMs = kind === "RATE" && reply ? retryAfterMs(reply, now) : undefined;
  return new PublishRefused(kind, `tiktok ${what}: ${shown}${reason && `: ${reason}`}`, {
    networkCode: shown,
    canRenew: code === "access_token_invalid" || code === "access_token_expired",
    retryAfterMs: waitMs,
  });
}

/** Ids of posts are numbers too large for JavaScript, so they become texts before they are parsed. */
function withTextIds(reply: NetworkReply): NetworkReply {
  const text = reply.body.toString("utf8");
  const quoted = text.replace(
    /("publicaly_available_post_id"\s*:\s*\[)([\d,\s]*)\]/,
    (_, start: string, ids: string) => {
      return `${start}${ids.replace(/\d+/g, '"$&"')}]`;
    },
  );
  return quoted === text ? reply : { ...reply, body: Buffer.from(quoted) };
}

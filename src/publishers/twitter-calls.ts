import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { oauth1Authorization } from "../outgoing/oauth1.ts";
import { secret, text, webUrl } from "../setting.ts";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { resetMs } from "./oauth2.ts";
import {
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
  type RefusalKind,
} from "./publisher.ts";
import { codeText, reasonOf, secretsOf } from "./reason.ts";

/** The calls of X's API, for users of OAuth 2 and of OAuth 1.0a, and what its refusals mean. */

export const twitterSettings = {
  twitterClientId: text("OAuth 2 client id of the app at X that accounts are connected with.", ""),
  twitterClientSecret: secret("OAuth 2 client secret of the app at X. Empty for a public client."),
  twitterConsumerKey: text("OAuth 1.0a consumer key of the app at X; used without an OAuth 2 client id.", ""),
  twitterConsumerSecret: secret("OAuth 1.0a consumer secret of the app at X."),
  twitterUrl: webUrl("Where users of X consent with OAuth 2.", "https://x.com"),
  twitterApiUrl: webUrl("The address of X's API.", "https://api.x.com"),
};
export type TwitterSettings = Static<TObject<typeof twitterSettings>>;

/** Problems of version 2, and errors of version 1.1. */
const Problem = Type.Object({
  title: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  errors: Type.Optional(
    Type.Array(Type.Object({ code: Type.Optional(Type.Integer()), message: Type.Optional(Type.String()) })),
  ),
});

/** By the last part of a problem's type, or by a code of version 1.1. */
const KINDS: Record<string, RefusalKind> = {
  "duplicate-rules": "DUPLICATE",
  "usage-capped": "RATE",
  "oauth1-permissions": "TOKEN",
  "user-suspended": "TOKEN",
  "resource-not-found": "GONE",
  32: "TOKEN",
  64: "TOKEN",
  88: "RATE",
  89: "TOKEN",
  144: "GONE",
  185: "RATE",
  186: "CONTENT",
  187: "DUPLICATE",
  324: "MEDIA",
  326: "TOKEN",
};

/** The consumer pair: the caller's, or that of the settings. */
export function consumerOf({ twitterConsumerKey, twitterConsumerSecret }: TwitterSettings, context: PublisherContext) {
  const { key, secret } = context.consumer ?? { key: twitterConsumerKey, secret: twitterConsumerSecret };
  if (key && secret) return { consumerKey: key, consumerSecret: secret };
  throw new PublishRefused("NOT_CONFIGURED", "The consumer key and secret of the app at X are not set.");
}

/** A call in the name of the account. A body other than `form` is not part of a signature. */
export function callOf(
  settings: TwitterSettings,
  { credentials }: Pick<NetworkAccount, "credentials">,
  method: NetworkCall["method"],
  path: string,
  what: string,
  context: PublisherContext,
  more: Partial<NetworkCall> = {},
): NetworkCall {
  const url = new URL(`${settings.twitterApiUrl}${path}`);
  const { token, tokenSecret } = credentials;
  const sign = (secret: string) =>
    oauth1Authorization({
      method,
      url,
      keys: { ...consumerOf(settings, context), token, tokenSecret: secret },
      now: context.now(),
      ...(more.form && { form: more.form }),
    });
  const authorization = tokenSecret === undefined ? `Bearer ${token}` : sign(tokenSecret);
  return { network: "twitter", what, method, url, ...more, headers: { authorization } };
}

/**
 * The response, which is a success of this shape.
 * @throws PublishRefused if X refuses
 * @throws OutcomeUnknown if the call succeeded and the response is anything else
 */
export async function succeed<T extends TSchema>(
  call: NetworkCall,
  schema: T,
  context: PublisherContext,
  account?: Pick<NetworkAccount, "credentials">,
): Promise<Static<T>> {
  const reply = await context.calls.send(call);
  if (reply.status >= 300) throw refusalOf(call, reply, context, account);
  const value = jsonOf(reply, schema);
  if (value === undefined) throw new OutcomeUnknown(`twitter ${call.what}: the response has an unexpected shape`);
  return value;
}

function refusalOf(
  { what }: NetworkCall,
  reply: NetworkReply,
  { now }: Pick<PublisherContext, "now">,
  account?: Pick<NetworkAccount, "credentials">,
): PublishRefused {
  const problem = jsonOf(reply, Problem);
  const { code, message } = problem?.errors?.[0] ?? {};
  const sentence = problem?.detail ?? message ?? problem?.title ?? "";
  const type = /\/problems\/([\w-]+)$/.exec(problem?.type ?? "")?.[1];
  const networkCode = codeText(type ?? code) ?? String(reply.status);
  const kind = KINDS[networkCode] ?? kindOf(reply.status, sentence);
  const credentials = account?.credentials;
  const reason = reasonOf(sentence, credentials ? secretsOf(credentials) : []) || `status ${reply.status}`;
  return new PublishRefused(kind, `twitter ${what}: ${reason}`, {
    networkCode,
    retryAfterMs:
      kind === "RATE" ? (retryAfterMs(reply, now()) ?? resetMs(reply, "x-rate-limit-reset", now())) : undefined,
    // An access token of OAuth 2 lasts two hours; one of OAuth 1.0a does not expire.
    canRenew: reply.status === 401 && credentials?.refreshToken !== undefined,
  });
}

function kindOf(status: number, sentence: string): RefusalKind {
  if (status === 401) return "TOKEN";
  if (/duplicate content/i.test(sentence)) return "DUPLICATE";
  if (/\bmedia\b/i.test(sentence) && status === 400) return "MEDIA";
  if (status === 403) return "PERMISSION";
  if (status === 404) return "GONE";
  if (status === 413) return "MEDIA";
  // 402: the app at X has no credits left.
  return status === 429 || status === 402 ? "RATE" : "CONTENT";
}

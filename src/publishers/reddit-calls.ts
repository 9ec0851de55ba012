import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import {
  type NetworkAccount,
  OutcomeUnknown,
  type PublisherContext,
  PublishRefused,
  type RefusalKind,
} from "./publisher.ts";
import { codeText, reasonOf, secretsOf } from "./reason.ts";

/** The calls of Reddit's API and what its refusals mean. */

const ErrorReply = Type.Object({ reason: Type.Optional(Type.Union([Type.String(), Type.Null()])) });
/** Refusals of a post come with status 200: code, sentence, field. */
const Refusals = Type.Object({
  json: Type.Object({
    errors: Type.Array(Type.Array(Type.Union([Type.String(), Type.Null()]), { minItems: 1 }), { minItems: 1 }),
    /** In seconds. */
    ratelimit: Type.Optional(Type.Number({ minimum: 0 })),
  }),
});

const CODES: Record<string, RefusalKind> = {
  RATELIMIT: "RATE",
  QUOTA_FILLED: "RATE",
  ALREADY_SUB: "DUPLICATE",
  USER_REQUIRED: "TOKEN",
  SUBREDDIT_NOTALLOWED: "PERMISSION",
  SUBREDDIT_DISABLED: "PERMISSION",
  SUBREDDIT_RESTRICTED: "PERMISSION",
  USER_BLOCKED: "PERMISSION",
  BAD_CAPTCHA: "PERMISSION",
};

/**
 * The response, which is a success of this shape.
 * @throws PublishRefused if Reddit refuses
 * @throws OutcomeUnknown if the call succeeded and the response is anything else
 */
export async function succeed<T extends TSchema>(
  call: NetworkCall,
  schema: T,
  context: PublisherContext,
  account?: NetworkAccount,
): Promise<Static<T>> {
  const reply = await context.calls.send(call);
  if (reply.status >= 300) throw refusalOf(call, reply, context, account);
  const refused = jsonOf(reply, Refusals)?.json;
  if (refused) {
    const [code, sentence] = refused.errors[0]!;
    const kind = CODES[code ?? ""] ?? "CONTENT";
    throw new PublishRefused(kind, `reddit ${call.what}: ${reasonOf(sentence ?? code ?? "", secrets(account))}`, {
      networkCode: codeText(code ?? undefined),
      retryAfterMs: kind === "RATE" ? waitOf(refused.ratelimit, sentence ?? "") : undefined,
    });
  }
  const value = jsonOf(reply, schema);
  if (value === undefined) throw new OutcomeUnknown(`reddit ${call.what}: the response has an unexpected shape`);
  return value;
}

const UNITS_MS: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

/** Such as "Take a break for 9 minutes before trying again.", which is rounded down. */
function waitOf(seconds: number | undefined, sentence: string): number | undefined {
  if (seconds !== undefined) return Math.ceil(seconds * 1_000);
  const [, count, unit] = /(\d{1,4}) (second|minute|hour)s?/.exec(sentence) ?? [];
  return unit === undefined ? undefined : (Number(count) + 1) * UNITS_MS[unit]!;
}

function refusalOf(
  { what }: NetworkCall,
  reply: NetworkReply,
  { now }: Pick<PublisherContext, "now">,
  account?: NetworkAccount,
): PublishRefused {
  const { status, headers } = reply;
  const reason = jsonOf(reply, ErrorReply)?.reason ?? undefined;
  const lacksScope = /insufficient_scope/.test(headers.get("www-authenticate") ?? "");
  const kind = kindOf(status, lacksScope);
  return new PublishRefused(kind, `reddit ${what}: ${reasonOf(reason, secrets(account)) || `status ${status}`}`, {
    networkCode: codeText(reason) ?? String(status),
    retryAfterMs:
      kind === "RATE" ? (retryAfterMs(reply, now()) ?? secondsOf(headers.get("x-ratelimit-reset"))) : undefined,
    canRenew: status === 401,
  });
}

function kindOf(status: number, lacksScope: boolean): RefusalKind {
  if (status === 401) return "TOKEN";
  if (status === 403) return lacksScope ? "TOKEN" : "PERMISSION";
  if (status === 429) return "RATE";
  return "CONTENT";
}

function secondsOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}(\.\d{1,9})?$/.test(text) ? Math.ceil(Number(text) * 1_000) : undefined;
}

function secrets(account: NetworkAccount | undefined): (string | undefined)[] {
  return account ? secretsOf(account.credentials) : [];
}

import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { jsonOf, type NetworkReply } from "./calls.ts";
import { OutcomeUnknown, type PublisherContext, PublishRefused, type RefusalKind } from "./publisher.ts";
import { reasonOf } from "./reason.ts";

/** The calls of Telegram's Bot API. The token of the bot is in every URL, so no message may quote one. */

const Success = Type.Object({ ok: Type.Literal(true), result: Type.Unknown() });
const ErrorReply = Type.Object({
  ok: Type.Literal(false),
  error_code: Type.Integer(),
  description: Type.Optional(Type.String()),
  parameters: Type.Optional(
    Type.Object({
      retry_after: Type.Optional(Type.Integer({ minimum: 0 })),
      migrate_to_chat_id: Type.Optional(Type.Integer()),
    }),
  ),
});

const TOKEN = /^\d{1,20}:[A-Za-z0-9_-]{20,100}$/;

export interface BotCall {
  url: string;
  token: string;
  /** Such as sendMessage. */
  method: string;
  what: string;
  parameters?: Record<string, unknown>;
}

/**
 * The result of a call, checked. If the group has become a supergroup, the call is repeated once with its new id; the
 * first has done nothing.
 *
 * @throws PublishRefused, OutcomeUnknown
 */
export async function callBot<T extends TSchema>(
  call: BotCall,
  schema: T,
  context: PublisherContext,
  isRepeated = false,
): Promise<Static<T>> {
  const { url, token, method, what, parameters = {} } = call;
  if (!TOKEN.test(token)) throw new PublishRefused("TOKEN", `telegram ${what}: that is not the token of a bot`);
  const target = new URL(`${url}/bot${token}/${method}`);
  const reply = await context.calls.send({ network: "telegram", what, method: "POST", url: target, json: parameters });
  if (reply.status < 300) {
    const result = jsonOf(reply, Success)?.result;
    if (Value.Check(schema, result)) return result;
    throw new OutcomeUnknown(`telegram ${what}: the response has an unexpected shape`);
  }
  const chatId = jsonOf(reply, ErrorReply)?.parameters?.migrate_to_chat_id;
  if (chatId !== undefined && !isRepeated) {
    return callBot({ ...call, parameters: { ...parameters, chat_id: chatId } }, schema, context, true);
  }
  throw refusalOf(call, reply);
}

/** What Telegram's descriptions mean; its codes are HTTP statuses and do not distinguish them. */
const DESCRIPTIONS: readonly [pattern: RegExp, kind: RefusalKind][] = [
  [/message to delete not found|MESSAGE_ID_INVALID/i, "GONE"],
  [/chat not found|group chat was deactivated|upgraded to a supergroup/i, "GONE"],
  [/message can't be deleted/i, "PERMISSION"],
  [/bot was (kicked|blocked)|bot is not a member|need administrator rights|CHAT_WRITE_FORBIDDEN/i, "TOKEN"],
  [/not enough rights|have no rights|CHAT_SEND_\w+_FORBIDDEN|CHAT_ADMIN_REQUIRED/i, "PERMISSION"],
  [
    /failed to get HTTP URL content|HTTP URL specified|wrong type of the web page content|wrong file identifier|file is too big|IMAGE_PROCESS_FAILED|PHOTO_|WEBPAGE_|MEDIA_/i,
    "MEDIA",
  ],
];

function refusalOf({ what, token }: BotCall, reply: NetworkReply): PublishRefused {
  const error = jsonOf(reply, ErrorReply);
  const description = error?.description ?? "";
  const status = error?.error_code ?? reply.status;
  const reason = reasonOf(description, [token]) || `status ${status}`;
  const seconds = error?.parameters?.retry_after;
  return new PublishRefused(kindOf(status, description), `telegram ${what}: ${reason}`, {
    networkCode: String(status),
    retryAfterMs: seconds === undefined ? undefined : seconds * 1000,
  });
}

function kindOf(status: number, description: string): RefusalKind {
  if (status === 429) return "RATE";
  const known = DESCRIPTIONS.find(([pattern]) => pattern.test(description));
  if (known) return known[1];
  // 404: Telegram knows no bot with this token.
  if (status === 401 || status === 404) return "TOKEN";
  return status === 403 ? "TOKEN" : "CONTENT";
}

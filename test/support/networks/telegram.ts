import type { NetworkAccount } from "../../../src/publishers/publisher.ts";
import { failuresOf } from "./failures.ts";
import { type NetworkAnswer, type NetworkServer, startNetworkServer } from "./server.ts";
import type { NetworkStandIn } from "./stand-in.ts";

/** Telegram's Bot API with one bot, one channel and one group, as core.telegram.org/bots/api documents it. */
export interface TelegramStandIn extends NetworkStandIn {
  readonly server: NetworkServer;
  /** What getChatMember says of the bot. */
  member: Record<string, unknown>;
  /** The group gets another id, as when it becomes a supergroup. */
  migrate(): void;
  /** The media URLs of each message, by its id. */
  media: Map<number, string[]>;
}

export const CHANNEL = -1001234567890;
export const GROUP = -4567;
const SUPERGROUP = -1009876543210;
// biome-ignore lint/suspicious/noExplicitAny: parameters as they were sent.
type Parameters = any;
const UNREACHABLE = /missing/;

interface Message {
  message_id: number;
  chatId: number;
  text: string;
  /** Of another message of its album, not the first. */
  isPart: boolean;
}

export async function startTelegram(now: () => number = Date.now): Promise<TelegramStandIn> {
  const tokens = new Set<string>();
  let messages: Message[] = [];
  let count = 0;
  let isMigrated = false;
  const media = new Map<number, string[]>();

  const methods: Record<string, (parameters: Parameters) => NetworkAnswer> = {
    getMe: () => ok({ id: 42, is_bot: true, first_name: "Ada's bot", username: "ada_bot" }),
    getChat: ({ chat_id }) => {
      const chat = chatOf(chat_id);
      return chat ? ok(chat) : refusal(400, "Bad Request: chat not found");
    },
    getChatMember: () => ok({ user: { id: 42, is_bot: true }, ...standIn.member }),
    sendMessage: (parameters) => send(parameters, parameters.text, 4_096, []),
    sendPhoto: (parameters) => send(parameters, parameters.caption ?? "", 1_024, [parameters.photo]),
    sendVideo: (parameters) => send(parameters, parameters.caption ?? "", 1_024, [parameters.video]),
    sendMediaGroup: (parameters) => {
      const files = parameters.media.map((file: { media: string }) => file.media);
      return send(parameters, parameters.media[0].caption ?? "", 1_024, files);
    },
    deleteMessage: (parameters) =>
      inChat(parameters, (chatId) => {
        const isDeleted = remove(chatId, [parameters.message_id]);
        return isDeleted ? ok(true) : refusal(400, "Bad Request: message to delete not found");
      }),
    deleteMessages: (parameters) =>
      inChat(parameters, (chatId) => {
        remove(chatId, parameters.message_ids);
        return ok(true);
      }),
  };

  const server = await startNetworkServer((request) => {
    const [, token = "", method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(request.path) ?? [];
    if (!tokens.has(token)) return refusal(401, "Unauthorized");
    return methods[method]?.(request.json ?? {}) ?? refusal(404, "Not Found: method not found");
  });

  const standIn: TelegramStandIn = {
    network: "telegram",
    url: server.url,
    server,
    settings: { telegramUrl: server.url },
    member: { status: "administrator", can_post_messages: true, can_delete_messages: true },
    media,
    migrate: () => (isMigrated = true),
    connect(): NetworkAccount {
      const token = `${100_000 + tokens.size}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw`;
      tokens.add(token);
      return { id: String(CHANNEL), handle: "adachannel", facts: { botId: "42" }, credentials: { token } };
    },
    posts: () =>
      messages.filter(({ isPart }) => !isPart).map(({ message_id, text }) => ({ id: String(message_id), text })),
    failNext: failuresOf(server, {
      publishes: ({ path }) => /\/send\w+$/.test(path),
      error: refusal(500, "Internal Server Error"),
      rate: refusal(429, "Too Many Requests: retry after 35", { retry_after: 35 }),
      endGrants: () => tokens.clear(),
    }),
    close: () => server.close(),
  };
  return standIn;

  function chatOf(id: unknown): { id: number; type: string; title: string; username?: string } | undefined {
    if (id === "@adachannel" || String(id) === String(CHANNEL)) {
      return { id: CHANNEL, type: "channel", title: "Ada's channel", username: "adachannel" };
    }
    const groupId = isMigrated ? SUPERGROUP : GROUP;
    return String(id) === String(groupId) ? { id: groupId, type: "group", title: "Ada's group" } : undefined;
  }

  function inChat(parameters: Parameters, act: (chatId: number) => NetworkAnswer): NetworkAnswer {
    if (isMigrated && String(parameters.chat_id) === String(GROUP)) {
      const description = "Bad Request: group chat was upgraded to a supergroup chat";
      return refusal(400, description, { migrate_to_chat_id: SUPERGROUP });
    }
    const chat = chatOf(parameters.chat_id);
    if (!chat) return refusal(400, "Bad Request: chat not found");
    const { status } = standIn.member;
    if (status === "kicked") return refusal(403, "Forbidden: bot was kicked from the channel chat");
    if (status === "left") return refusal(403, "Forbidden: bot is not a member of the channel chat");
    return act(chat.id);
  }

  function posted(chatId: number, text: string, files: string[], isPart = false) {
    const message_id = ++count;
    messages.push({ message_id, chatId, text, isPart });
    media.set(message_id, files);
    return { message_id, date: Math.floor(now() / 1000), chat: { id: chatId } };
  }

  function send(parameters: Parameters, text: string, max: number, files: string[]): NetworkAnswer {
    return inChat(parameters, (chatId) => {
      if (files.some((file) => UNREACHABLE.test(file))) {
        return refusal(400, "Bad Request: failed to get HTTP URL content");
      }
      if (files.length === 0 && !text) return refusal(400, "Bad Request: message text is empty");
      if ([...text].length > max) {
        return refusal(400, `Bad Request: message ${files.length > 0 ? "caption " : ""}is too long`);
      }
      const [first, ...rest] = files.length > 1 ? files : [files[0]];
      const message = posted(chatId, text, first ? [first] : []);
      if (rest.length === 0) return ok(message);
      return ok([message, ...rest.map((file) => posted(chatId, "", [file!], true))]);
    });
  }

  function remove(chatId: number, ids: number[]): boolean {
    const before = messages.length;
    messages = messages.filter((message) => message.chatId !== chatId || !ids.includes(message.message_id));
    return messages.length < before;
  }
}

export function ok(result: unknown): NetworkAnswer {
  return { body: { ok: true, result } };
}

export function refusal(error_code: number, description: string, parameters?: object): NetworkAnswer {
  return { status: error_code, body: { ok: false, error_code, description, ...(parameters && { parameters }) } };
}

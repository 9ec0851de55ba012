import { type Static, Type } from "@sinclair/typebox";
import { webUrl } from "../setting.ts";
import { characters, count, problems } from "./limits.ts";
import { optionProblems, optionsOf } from "./options.ts";
import { type Draft, definePublisher, type NetworkAccount, type Published, PublishRefused } from "./publisher.ts";
import { preparing } from "./steps.ts";
import { callBot } from "./telegram-calls.ts";

const settings = { telegramUrl: webUrl("The address of Telegram's Bot API.", "https://api.telegram.org") };

const options = Type.Object({
  silent: Type.Optional(Type.Boolean({ description: "Whether the post arrives without a sound." })),
  protect: Type.Optional(Type.Boolean({ description: "Whether the post cannot be forwarded or saved." })),
});

const MAX_TEXT = 4_096;
const MAX_CAPTION = 1_024;
const MAX_MEDIA = 10;

const Id = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const Bot = Type.Object({ id: Id });
const Chat = Type.Object({
  id: Id,
  type: Type.String(),
  title: Type.Optional(Type.String()),
  username: Type.Optional(Type.String()),
});
const Member = Type.Object({
  status: Type.String(),
  can_post_messages: Type.Optional(Type.Boolean()),
  can_send_messages: Type.Optional(Type.Boolean()),
});
const Message = Type.Object({ message_id: Id, chat: Type.Optional(Type.Object({ id: Id })) });
const Messages = Type.Array(Message, { minItems: 1 });
const Done = Type.Literal(true);

const HELP = "Telegram needs a bot that may post in the channel: add it there as an administrator.";

/**
 * Channels and groups of Telegram, through a bot. Telegram fetches media from their URLs. It cannot be asked for a post,
 * so there is no `find`; a bot's token ends at BotFather alone, so there is no `revoke`.
 * Source: core.telegram.org/bots/api.
 */
export const telegram = definePublisher({
  network: "telegram",
  name: "Telegram",
  settings,
  options,
  connecting: [
    {
      kind: "token",
      fields: [
        { name: "botToken", label: "Bot token", isSecret: true, help: "From BotFather, such as 123456:ABC…" },
        { name: "channel", label: "Channel", isSecret: false, help: "Such as @mychannel, or the id of the chat." },
      ],
      async verify({ telegramUrl: url }, values, context) {
        const token = (values["botToken"] ?? "").trim();
        const chat_id = channelOf(values["channel"] ?? "");
        const bot = await preparing(callBot({ url, token, method: "getMe", what: "read bot" }, Bot, context));
        const ask = (method: string, what: string, more = {}) => ({
          ...{ url, token, method, what },
          parameters: { chat_id, ...more },
        });
        const chat = await preparing(callBot(ask("getChat", "read channel"), Chat, context));
        const memberCall = ask("getChatMember", "read rights", { user_id: bot.id });
        const member = await preparing(callBot(memberCall, Member, context));
        if (!maySend(chat, member)) throw new PublishRefused("PERMISSION", HELP);
        return [
          {
            id: String(chat.id),
            ...(chat.username && { handle: chat.username, profileUrl: `https://t.me/${chat.username}` }),
            ...(chat.title && { displayName: chat.title }),
            facts: { botId: String(bot.id), chatType: chat.type },
            credentials: { token },
          },
        ];
      },
    },
  ],

  check({ text, media, options: given }) {
    const max = media.length > 0 ? MAX_CAPTION : MAX_TEXT;
    const where = media.length > 0 ? " with media" : "";
    return [
      ...problems(
        [!text.trim() && media.length === 0, "TEXT_REQUIRED", "Telegram needs a text or media."],
        [
          characters(text) > max,
          "TEXT_TOO_LONG",
          `Telegram takes at most ${max.toLocaleString("en")} characters${where}.`,
        ],
        [
          count(media, "image") + count(media, "video") > MAX_MEDIA,
          "TOO_MANY_MEDIA",
          "Telegram takes at most 10 files.",
        ],
      ),
      ...optionProblems(options, given),
    ];
  },

  async publish({ telegramUrl: url }, account, draft, context) {
    const [first, second] = draft.media;
    const base = { url, token: account.credentials.token, what: "create post" };
    const parameters = { chat_id: account.id, ...flagsOf(draft) };
    if (!first) {
      const more = { ...parameters, text: draft.text };
      return publishedOf(account, [
        await callBot({ ...base, method: "sendMessage", parameters: more }, Message, context),
      ]);
    }
    const caption = draft.text ? { caption: draft.text } : {};
    if (!second) {
      const [method, name] = first.kind === "video" ? ["sendVideo", "video"] : ["sendPhoto", "photo"];
      const more = { ...parameters, ...caption, [name!]: first.url };
      return publishedOf(account, [await callBot({ ...base, method: method!, parameters: more }, Message, context)]);
    }
    const media = draft.media.map((file, index) => ({
      type: file.kind === "video" ? "video" : "photo",
      media: file.url,
      ...(index === 0 && caption),
    }));
    const more = { ...parameters, media };
    return publishedOf(
      account,
      await callBot({ ...base, method: "sendMediaGroup", parameters: more }, Messages, context),
    );
  },

  /** Of an album, every message. Bots cannot delete most messages that are older than 48 hours. */
  async delete({ telegramUrl: url }, account, post, context) {
    const ids = messageIdsOf(post);
    const base = { url, token: account.credentials.token, what: "delete post" };
    const one = { ...base, method: "deleteMessage", parameters: { chat_id: account.id, message_id: ids[0] } };
    const all = { ...base, method: "deleteMessages", parameters: { chat_id: account.id, message_ids: ids } };
    await unlessGone(callBot(ids.length > 1 ? all : one, Done, context));
  },
});

/** "@name" or a number, as the API takes it. */
function channelOf(given: string): string {
  const text = given.trim().replace(/^https:\/\/t\.me\/(?=\w)/, "@");
  if (/^-?\d{1,16}$/.test(text)) return text;
  const name = text.replace(/^@/, "");
  if (/^[A-Za-z]\w{3,31}$/.test(name)) return `@${name}`;
  throw new PublishRefused("GONE", "A channel is a name such as @mychannel, or the number of a chat.");
}

function maySend(chat: Static<typeof Chat>, member: Static<typeof Member>): boolean {
  if (member.status === "creator") return true;
  if (chat.type === "channel") return member.status === "administrator" && member.can_post_messages === true;
  if (member.status === "restricted") return member.can_send_messages === true;
  return member.status === "administrator" || member.status === "member";
}

function flagsOf(draft: Draft) {
  const { silent, protect } = optionsOf(options, draft.options);
  return { ...(silent && { disable_notification: true }), ...(protect && { protect_content: true }) };
}

function publishedOf(account: NetworkAccount, messages: Static<typeof Messages>): Published {
  const id = String(messages[0]!.message_id);
  // Private channels have links that only members can open; -100 marks supergroups and channels.
  const place = account.handle ?? (account.id.startsWith("-100") ? `c/${account.id.slice(4)}` : undefined);
  return {
    id,
    ...(place !== undefined && { url: `https://t.me/${place}/${id}` }),
    ...(messages.length > 1 && { extra: { messageIds: messages.map(({ message_id }) => message_id) } }),
  };
}

function messageIdsOf({ id, extra }: Published): number[] {
  const ids = extra?.["messageIds"];
  if (Array.isArray(ids) && ids.length <= MAX_MEDIA && ids.every(Number.isSafeInteger)) return ids;
  if (/^\d{1,15}$/.test(id)) return [Number(id)];
  throw new PublishRefused("GONE", "telegram delete post: the id is not that of a message");
}

async function unlessGone(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    const isGone =
      error instanceof PublishRefused && /message to delete not found|MESSAGE_ID_INVALID/.test(error.message);
    if (!isGone) throw error;
  }
}

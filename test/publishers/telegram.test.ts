import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NetworkAccount } from "../../src/publishers/publisher.ts";
import { telegram } from "../../src/publishers/telegram.ts";
import type { NetworkAnswer } from "../support/networks/server.ts";
import { CHANNEL, GROUP, refusal, startTelegram, type TelegramStandIn } from "../support/networks/telegram.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

let standIn: TelegramStandIn;
let settings: { telegramUrl: string };
let account: NetworkAccount;
beforeEach(async () => {
  standIn = await startTelegram(() => NOW);
  settings = { telegramUrl: standIn.url };
  account = standIn.connect();
});
afterEach(() => standIn.close());

const secrets = () => [account.credentials.token];
const publish = (draft = draftOf("Hello"), context = contextOf(), as = account) =>
  telegram.publish(settings, as, draft, context, progressOf());
const group = () => ({ ...account, id: String(GROUP), handle: undefined }) as unknown as NetworkAccount;
const refuse = (answer: NetworkAnswer) => standIn.server.failNext(answer);

describe("connecting", () => {
  const [way] = telegram.connecting;
  if (way?.kind !== "token") throw new Error("not by token");
  const verify = (values: Record<string, string>) =>
    way.verify(
      settings,
      { botToken: ` ${account.credentials.token} `, channel: "@adachannel", ...values },
      contextOf(),
    );

  test.each(["@adachannel", "adachannel", "https://t.me/adachannel", String(CHANNEL)])("finds %s", async (channel) => {
    expect(await verify({ channel })).toEqual([
      {
        id: String(CHANNEL),
        handle: "adachannel",
        displayName: "Ada's channel",
        profileUrl: "https://t.me/adachannel",
        facts: { botId: "42", chatType: "channel" },
        credentials: account.credentials,
      },
    ]);
  });

  test.each([
    { name: "an administrator that may not post", member: { status: "administrator" }, expected: "PERMISSION" },
    { name: "a member of the channel", member: { status: "member" }, expected: "PERMISSION" },
    { name: "a bot that has left", member: { status: "left" }, expected: "PERMISSION" },
    {
      name: "a restricted member of a group",
      channel: String(GROUP),
      member: { status: "restricted" },
      expected: "PERMISSION",
    },
    { name: "another channel", channel: "@otherchannel", expected: "GONE 400" },
    { name: "a channel of another form", channel: "../x", expected: "GONE" },
    { name: "an unknown token", botToken: "1:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", expected: "TOKEN 401" },
    { name: "a token that would change the path", botToken: "1:AAHdqTcvCH1vGWJxfSeofSAs/../../x?", expected: "TOKEN" },
    {
      name: "a flood",
      answer: refusal(429, "Too Many Requests: retry after 5", { retry_after: 5 }),
      expected: "RATE 429",
    },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("refuses $name", async ({ member, answer, expected, channel, botToken }) => {
    if (member) standIn.member = member;
    if (answer) refuse(answer);
    const values = { ...(channel && { channel }), ...(botToken && { botToken }) };
    expect(await failureOf(verify(values), [...secrets(), botToken ?? account.credentials.token])).toBe(expected);
  });

  test.each([{ status: "member" }, { status: "creator" }, { status: "restricted", can_send_messages: true }])(
    "a bot may post in a group as $status",
    async (member) => {
      standIn.member = member;
      expect(await verify({ channel: String(GROUP) })).toMatchObject([{ id: String(GROUP) }]);
    },
  );
});

describe("publishing", () => {
  test("sends a text as it is, without markup", async () => {
    expect(await publish(draftOf("*Hello* <b>"))).toEqual({ id: "1", url: "https://t.me/adachannel/1" });
    expect(standIn.posts()).toEqual([{ id: "1", text: "*Hello* <b>" }]);
    expect(standIn.server.requests[0]?.json).toEqual({ chat_id: String(CHANNEL), text: "*Hello* <b>" });
  });

  test("sends an image with a caption, silently and protected", async () => {
    await publish(draftOf("Look", { media: [IMAGE], options: { silent: true, protect: true } }));
    expect(standIn.posts()).toEqual([{ id: "1", text: "Look" }]);
    expect(standIn.media.get(1)).toEqual([IMAGE.url]);
    expect(standIn.server.requests[0]?.json).toMatchObject({ disable_notification: true, protect_content: true });
  });

  test("sends a video", async () => {
    await publish(draftOf("", { media: [{ url: "https://media.example/a.mp4", kind: "video" }] }));
    expect(standIn.media.get(1)).toEqual(["https://media.example/a.mp4"]);
  });

  test("sends several files as an album, which is deleted as a whole", async () => {
    const post = await publish(draftOf("Look", { media: [IMAGE, IMAGE, IMAGE] }));
    expect(post).toEqual({ id: "1", url: "https://t.me/adachannel/1", extra: { messageIds: [1, 2, 3] } });
    await telegram.delete!(settings, account, post, contextOf());
    expect(standIn.posts()).toEqual([]);
  });

  test("links to a message of a private channel by the channel's number, and to none of a group", async () => {
    expect(await publish(draftOf("a"), contextOf(), { ...account, handle: undefined } as never)).toMatchObject({
      url: "https://t.me/c/1234567890/1",
    });
    expect(await publish(draftOf("a"), contextOf(), group())).toEqual({ id: "2" });
  });

  test("follows a group that has become a supergroup, once", async () => {
    standIn.migrate();
    expect(await publish(draftOf("Hello"), contextOf(), group())).toEqual({ id: "1" });
    const moved = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", { migrate_to_chat_id: -1 });
    refuse(moved);
    refuse(moved);
    const before = standIn.server.requests.length;
    expect(await failureOf(publish(draftOf("Hello"), contextOf(), group()), secrets())).toBe("GONE 400");
    expect(standIn.server.requests).toHaveLength(before + 2);
  });

  test.each(TROUBLES)("reports $expected on $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draftOf("Hello"), isHasty ? hasty() : contextOf()), secrets())).toBe(expected);
  });

  test.each([
    { name: "null", body: null },
    { name: "no result", body: { ok: true } },
    { name: "an id that is text", body: { ok: true, result: { message_id: "1" } } },
    { name: "a refusal with status 200", body: { ok: false, error_code: 400 } },
  ])("does not know the outcome if the response is $name", async ({ body }) => {
    refuse({ body });
    expect(await failureOf(publish(), secrets())).toBe("unknown");
  });

  test("is UNAVAILABLE if nothing listens there", async () => {
    await standIn.close();
    expect(await failureOf(publish(), secrets())).toBe("UNAVAILABLE");
  });

  test.each([
    { code: 400, description: "Bad Request: chat not found", expected: "GONE 400" },
    { code: 400, description: "Bad Request: group chat was deactivated", expected: "GONE 400" },
    { code: 400, description: "Bad Request: message is too long", expected: "CONTENT 400" },
    { code: 400, description: "Bad Request: failed to get HTTP URL content", expected: "MEDIA 400" },
    { code: 400, description: "Bad Request: wrong file identifier/HTTP URL specified", expected: "MEDIA 400" },
    { code: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS", expected: "MEDIA 400" },
    { code: 400, description: "Bad Request: need administrator rights in the channel chat", expected: "TOKEN 400" },
    { code: 400, description: "Bad Request: not enough rights to send photos to the chat", expected: "PERMISSION 400" },
    { code: 401, description: "Unauthorized", expected: "TOKEN 401" },
    { code: 403, description: "Forbidden: bot was kicked from the channel chat", expected: "TOKEN 403" },
    { code: 403, description: "Forbidden: bot is not a member of the channel chat", expected: "TOKEN 403" },
    { code: 404, description: "Not Found", expected: "TOKEN 404" },
  ])("$description is $expected", async ({ code, description, expected }) => {
    refuse(refusal(code, description));
    expect(await failureOf(publish(), secrets())).toBe(expected);
  });

  test("a bot that was removed, and a file that Telegram cannot read", async () => {
    const file = { url: "https://media.example/missing.png", kind: "image" } as const;
    expect(await failureOf(publish(draftOf("a", { media: [file] })), secrets())).toBe("MEDIA 400");
    standIn.member = { status: "kicked" };
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 403");
  });

  test("too many posts: when to try again", async () => {
    standIn.failNext("rate");
    await expect(publish()).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 35_000 });
  });

  test("a token that ended is refused, and in no message", async () => {
    standIn.failNext("token");
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 401");
    refuse(refusal(400, `Bad Request: ${account.credentials.token} is wrong`));
    expect(await failureOf(publish(), secrets())).toBe("CONTENT 400");
  });
});

describe("deleting", () => {
  const remove = (id: string, extra?: Record<string, unknown>) =>
    telegram.delete!(settings, account, { id, ...(extra && { extra }) }, contextOf());

  test("deletes a message, and an absent one", async () => {
    const { id } = await publish();
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
  });

  test.each([
    { name: "an id of another form", id: "1/2", expected: "GONE" },
    {
      name: "a message that is too old",
      answer: refusal(400, "Bad Request: message can't be deleted for everyone"),
      expected: "PERMISSION 400",
    },
    { name: "a channel that is gone", answer: refusal(400, "Bad Request: chat not found"), expected: "GONE 400" },
    { name: "status 500", answer: refusal(500, "Internal Server Error"), expected: "unknown" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "unknown" },
  ])("refuses $name", async ({ id = "1", answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(remove(id), secrets())).toBe(expected);
  });

  test("uses the ids of an album only if they are numbers", async () => {
    const { id } = await publish();
    await remove(id, { messageIds: ["1", { $gt: 0 }] });
    expect(standIn.server.requests.at(-1)?.json).toMatchObject({ message_id: 1 });
  });
});

test("Telegram cannot be asked for a post, and ends a bot's token at BotFather alone", () => {
  expect(telegram).not.toHaveProperty("find");
  expect(telegram).not.toHaveProperty("revoke");
});

describe("limits", () => {
  test.each([
    { name: "4,096 characters", draft: { text: "🎲".repeat(4_096) }, codes: [] },
    { name: "4,097 characters", draft: { text: "a".repeat(4_097) }, codes: ["TEXT_TOO_LONG"] },
    {
      name: "1,025 characters with an image",
      draft: { text: "a".repeat(1_025), media: [IMAGE] },
      codes: ["TEXT_TOO_LONG"],
    },
    { name: "nothing", draft: { text: "" }, codes: ["TEXT_REQUIRED"] },
    { name: "11 images", draft: { text: "", media: Array(11).fill(IMAGE) }, codes: ["TOO_MANY_MEDIA"] },
    { name: "an option of another type", draft: { text: "a", options: { silent: "yes" } }, codes: ["OPTION_INVALID"] },
  ])("$name: $codes", ({ draft, codes }) => {
    expect(telegram.check({ ...draftOf(""), ...draft }).map(({ code }) => code)).toEqual(codes);
  });
});

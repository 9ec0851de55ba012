import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackAnswer, LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkWeChatToken, verifyWeChat, type WeChatSettings } from "../../src/providers/wechat.ts";
import { startWeChatStandIn, type WeChatStandIn, type WeChatUser, weChatError } from "../support/stand-ins/wechat.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const TOKEN = "token-of-ann";
const SECRETS = ["token-of"];
const ann: WeChatUser = { id: "oLVPpjqs9BhvzwPj5A-vTYAX3GLc", name: "Ann", accessTokens: [TOKEN] };
const good = { accessToken: TOKEN, openId: ann.id };

let weChat: WeChatStandIn;
let settings: WeChatSettings;
beforeEach(async () => {
  weChat = await startWeChatStandIn([ann]);
  settings = { apiUrl: weChat.url };
});
afterEach(() => weChat.close());

const replyOf = (path: string, answer: LoopbackAnswer): LoopbackFailure => ({ kind: "answer", path, answer });

describe("verifyWeChat", () => {
  test("returns the profile and the token, without friends", async () => {
    expect(await verifyWeChat(good, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: `${ann.id} ${TOKEN}`,
    });
    const query = { access_token: TOKEN, openid: ann.id };
    expect(weChat.requests.map((request) => ({ path: request.path, query: request.query }))).toEqual([
      { path: "/sns/auth", query },
      { path: "/sns/userinfo", query },
    ]);
  });

  test("returns no name if the player did not grant it", async () => {
    weChat.addUser({ ...ann, hidesProfile: true });
    expect(await verifyWeChat(good, settings, context)).not.toHaveProperty("displayName");
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const ben: WeChatUser = { id: "ben", name: "Ben", accessTokens: ["token-of-ben"] };
  const asBen = { accessToken: "token-of-ben", openId: "ben" };
  const refusals: {
    name: string;
    credentials: Parameters<typeof verifyWeChat>[0];
    user?: WeChatUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "no token", credentials: { openId: ann.id }, expected: "accessToken: REQUIRED" },
    { name: "no openId", credentials: { accessToken: TOKEN }, expected: "openId: REQUIRED" },
    { name: "an empty openId", credentials: { ...good, openId: "" }, expected: "openId: REQUIRED" },
    { name: "an unknown token", credentials: { ...good, accessToken: "token-of-nobody" }, expected: refused },
    { name: "a token with a line break", credentials: { ...good, accessToken: `${TOKEN}\r\n` }, expected: refused },
    { name: "an openId of another form", credentials: { ...good, openId: `${ann.id} x` }, expected: refused },
    { name: "a token of another user", credentials: { ...good, openId: "ben" }, user: ben, expected: refused },
    { name: "an expired token", credentials: asBen, user: { ...ben, error: 42001 }, expected: refused },
    { name: "a revoked token", credentials: asBen, user: { ...ben, error: 40001 }, expected: refused },
    {
      name: "a token that is revoked before the profile is read",
      credentials: good,
      failure: replyOf("/sns/userinfo", weChatError(40001)),
      expected: refused,
    },
    {
      name: "a profile of another user",
      credentials: good,
      failure: replyOf("/sns/userinfo", { body: { openid: "ben", nickname: "Ben" } }),
      expected: refused,
    },
    {
      name: "an error of the token check that is not about the token",
      credentials: good,
      failure: replyOf("/sns/auth", weChatError(-1)),
      expected: "unavailable WC",
    },
    {
      name: "an error of the profile that is not about the token",
      credentials: good,
      failure: replyOf("/sns/userinfo", weChatError(45009)),
      expected: "unavailable WC",
    },
  ];
  test.each(refusals)("refuses $name", async ({ credentials, user, failure, expected }) => {
    if (user) weChat.addUser(user);
    if (failure) weChat.failWith(failure);
    expect(await failureOf(verifyWeChat(credentials, settings, context), SECRETS)).toBe(expected);
  });

  test.each(["/sns/auth", "/sns/userinfo"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      weChat.failWith({ ...failure, path });
      const attempt = verifyWeChat(good, settings, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable WC");
      await expect(attempt).rejects.toThrow(reason);
    },
  );
});

describe("checkWeChatToken", () => {
  test("reports a good token as active, and a revoked one and an unknown one as inactive", async () => {
    const { token } = await verifyWeChat(good, settings, context);
    expect(await checkWeChatToken(token!, settings, context)).toEqual({ active: true });
    weChat.revoke(TOKEN);
    for (const stored of [token!, `ben ${TOKEN}`, "unknown", ""]) {
      expect(await checkWeChatToken(stored, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when WeChat fails", async () => {
    weChat.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkWeChatToken(`${ann.id} ${TOKEN}`, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

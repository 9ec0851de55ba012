import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackAnswer, LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkQqToken, type QqSettings, verifyQq } from "../../src/providers/qq.ts";
import { type QqStandIn, type QqUser, qqCallback, qqError, startQqStandIn } from "../support/stand-ins/qq.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const APP_ID = "101814107";
const TOKEN = "token-of-ann";
const SECRETS = ["token-of"];
const ann: QqUser = { id: "B08D412EEC4000FFC37CAABBDC1234CC", name: "Ann", accessTokens: [TOKEN] };

let qq: QqStandIn;
let settings: QqSettings;
beforeEach(async () => {
  qq = await startQqStandIn({ appId: APP_ID, users: [ann] });
  settings = { appId: APP_ID, apiUrl: qq.url };
});
afterEach(() => qq.close());

const replyOf = (path: string, answer: LoopbackAnswer): LoopbackFailure => ({ kind: "answer", path, answer });

describe("verifyQq", () => {
  test("returns the profile and the token, without friends", async () => {
    expect(await verifyQq({ accessToken: TOKEN }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: TOKEN,
    });
    expect(qq.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      { path: "/oauth2.0/me", query: { access_token: TOKEN, fmt: "json" } },
      {
        path: "/user/get_user_info",
        query: { access_token: TOKEN, oauth_consumer_key: APP_ID, openid: ann.id },
      },
    ]);
  });

  test("also reads responses that are calls of a function", async () => {
    const older = await startQqStandIn({ appId: APP_ID, users: [ann], alwaysCallback: true });
    try {
      const there = { ...settings, apiUrl: older.url };
      expect((await verifyQq({ accessToken: TOKEN }, there, context)).id).toBe(ann.id);
      expect(await failureOf(verifyQq({ accessToken: "unknown" }, there, context), SECRETS)).toBe(
        "accessToken: NOTAUTHENTICATED",
      );
    } finally {
      await older.close();
    }
  });

  test("returns no name if the player did not grant it", async () => {
    qq.addUser({ ...ann, hidesProfile: true });
    expect(await verifyQq({ accessToken: TOKEN }, settings, context)).toEqual({ id: ann.id, token: TOKEN });
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const ben: QqUser = { id: "BEN", name: "Ben", accessTokens: ["token-of-ben"] };
  const refusals: {
    name: string;
    accessToken?: string;
    user?: QqUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "no token", expected: "accessToken: REQUIRED" },
    { name: "an empty token", accessToken: "", expected: "accessToken: REQUIRED" },
    { name: "a token that QQ does not know", accessToken: "token-of-nobody", expected: refused },
    { name: "a token with a line break", accessToken: `${TOKEN}\r\nx: y`, expected: refused },
    {
      name: "a token of another app",
      accessToken: "token-of-ben",
      user: { ...ben, appId: "999" },
      expected: refused,
    },
    {
      name: "an expired token",
      accessToken: "token-of-ben",
      user: { ...ben, error: 100014 },
      expected: refused,
    },
    {
      name: "a revoked token",
      accessToken: "token-of-ben",
      user: { ...ben, error: 100015 },
      expected: refused,
    },
    {
      name: "a token that is revoked before the profile is read",
      accessToken: TOKEN,
      failure: replyOf("/user/get_user_info", qqError(100015)),
      expected: refused,
    },
    {
      name: "an error of the token check that is not about the token",
      accessToken: TOKEN,
      failure: replyOf("/oauth2.0/me", qqCallback({ error: 100008, error_description: TOKEN })),
      expected: "unavailable QQ",
    },
    {
      name: "an error of the profile that is not about the token",
      accessToken: TOKEN,
      failure: replyOf("/user/get_user_info", qqError(-1)),
      expected: "unavailable QQ",
    },
    {
      name: "a call of a function with something else than an object",
      accessToken: TOKEN,
      failure: replyOf("/oauth2.0/me", { body: Buffer.from("callback( evil() );") }),
      expected: "unavailable QQ",
    },
  ];
  test.each(refusals)("refuses $name", async ({ accessToken, user, failure, expected }) => {
    if (user) qq.addUser(user);
    if (failure) qq.failWith(failure);
    expect(await failureOf(verifyQq({ accessToken }, settings, context), SECRETS)).toBe(expected);
  });

  test.each(
    ["/oauth2.0/me", "/user/get_user_info"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))),
  )("is unavailable on $name from $path", async ({ path, failure, isHasty, reason }) => {
    qq.failWith({ ...failure, path });
    const attempt = verifyQq({ accessToken: TOKEN }, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable QQ");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("checkQqToken", () => {
  test("reports a good token as active, and a revoked one, one of another app and an unknown one as inactive", async () => {
    qq.addUser({ ...ann, accessTokens: ["foreign"], appId: "999" });
    expect(await checkQqToken(TOKEN, settings, context)).toEqual({ active: true });
    qq.revoke(TOKEN);
    for (const token of [TOKEN, "foreign", "unknown", "not a token"]) {
      expect(await checkQqToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when QQ fails", async () => {
    qq.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkQqToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

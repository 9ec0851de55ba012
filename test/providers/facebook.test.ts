import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type FacebookStandIn,
  type FacebookUser,
  graphError,
  startFacebookStandIn,
} from "../../examples/starter/stand-ins/facebook.ts";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import {
  checkFacebookToken,
  type FacebookCredentials,
  revokeFacebookPermissions,
  verifyFacebook,
} from "../../src/providers/facebook.ts";
import type { FacebookSettings } from "../../src/providers/facebook-graph.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const APP_ID = "1234567890";
const APP_SECRET = "app-secret-5f2b";
const TOKEN = "EAAB-token-of-ann";
const CODE = "AQD-code-of-ann";
const SECRETS = [APP_SECRET, TOKEN, CODE, "token-of"];

const ann: FacebookUser = {
  id: "10215241773831025",
  name: "Ann",
  accessTokens: [TOKEN],
  codes: [CODE],
  friends: ["20", { id: "30", name: "Cem" }],
};
const bob: FacebookUser = { id: "20", name: "Bob", accessTokens: ["EAAB-token-of-bob"] };

let facebook: FacebookStandIn;
let settings: FacebookSettings;
beforeEach(async () => {
  facebook = await startFacebookStandIn({ appId: APP_ID, appSecret: APP_SECRET, users: [ann, bob] });
  settings = { appId: APP_ID, appSecret: APP_SECRET, graphUrl: `${facebook.url}/v23.0` };
});
afterEach(() => facebook.close());

const paths = () => facebook.requests.map(({ path }) => path);

describe("verifyFacebook", () => {
  test("returns the profile, friends and token for an accessToken", async () => {
    expect(await verifyFacebook({ accessToken: TOKEN }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: TOKEN,
      friends: [
        { id: "20", name: "Bob", picture: `${facebook.url}/pictures/20.jpg` },
        { id: "30", name: "Cem", picture: `${facebook.url}/pictures/30.jpg` },
      ],
    });
    expect(paths().sort()).toEqual(["/v23.0/debug_token", "/v23.0/me", "/v23.0/me/friends"]);
  });

  test("exchanges a code for a token, once", async () => {
    expect(await verifyFacebook({ code: CODE }, settings, context)).toMatchObject({ id: ann.id, token: TOKEN });
    const exchange = facebook.requests[0];
    expect(exchange).toMatchObject({ method: "POST", path: "/v23.0/oauth/access_token", query: {} });
    expect(await failureOf(verifyFacebook({ code: CODE }, settings, context), SECRETS)).toBe("code: NOTAUTHENTICATED");
  });

  test("prefers the accessToken if both are sent", async () => {
    await verifyFacebook({ accessToken: TOKEN, code: "AQD-unknown" }, settings, context);
    expect(paths()).not.toContain("/v23.0/oauth/access_token");
  });

  test("sends the redirect_uri that the code was issued for", async () => {
    facebook.addUser({ ...bob, codes: ["c1", "c2"], redirectUri: "https://game.example/fb" });
    const fromCall = { code: "c1", redirectUri: "https://game.example/fb" };
    expect((await verifyFacebook(fromCall, settings, context)).id).toBe("20");
    const withUri = { ...settings, redirectUri: "https://game.example/fb" };
    expect((await verifyFacebook({ code: "c2" }, withUri, context)).id).toBe("20");
  });

  test("returns the token's expiry in milliseconds", async () => {
    facebook.addUser({ id: "40", name: "Dan", accessTokens: ["t-dan"], expiresAt: 1_800_000_000 });
    const profile = await verifyFacebook({ accessToken: "t-dan" }, settings, context);
    expect(profile.tokenExpiresAt).toBe(1_800_000_000_000);
  });

  const refusals: {
    name: string;
    credentials: FacebookCredentials;
    user?: FacebookUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "neither token nor code", credentials: {}, expected: "accessToken: REQUIRED" },
    { name: "empty token and code", credentials: { accessToken: "", code: "" }, expected: "accessToken: REQUIRED" },
    {
      name: "a token nobody knows",
      credentials: { accessToken: "token-of-nobody" },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a token with a line break",
      credentials: { accessToken: `${TOKEN}\n` },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a token without end",
      credentials: { accessToken: "x".repeat(4097) },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    { name: "a code nobody knows", credentials: { code: "AQD-unknown" }, expected: "code: NOTAUTHENTICATED" },
    { name: "a code with a space", credentials: { code: "AQD x" }, expected: "code: NOTAUTHENTICATED" },
    {
      name: "a code issued for another redirect_uri",
      credentials: { code: CODE, redirectUri: "https://game.example/other" },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "a token of another app",
      user: { id: "50", name: "Eve", accessTokens: ["token-of-eve"], appId: "999" },
      credentials: { accessToken: "token-of-eve" },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a token that Facebook shows but that is another app's",
      credentials: { accessToken: TOKEN },
      failure: debugAnswer({ is_valid: true, app_id: "999", user_id: ann.id, type: "USER" }),
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a page's token",
      credentials: { accessToken: TOKEN },
      failure: debugAnswer({ is_valid: true, app_id: APP_ID, user_id: ann.id, type: "PAGE" }),
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "the app's own token, which has no user",
      credentials: { accessToken: TOKEN },
      failure: debugAnswer({ is_valid: true, app_id: APP_ID, type: "APP" }),
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a user id that came as a number too large to be exact",
      credentials: { accessToken: TOKEN },
      failure: {
        kind: "answer",
        path: "/v23.0/debug_token",
        answer: { body: Buffer.from(`{"data":{"is_valid":true,"app_id":"${APP_ID}","user_id":10215241773831025}}`) },
      },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a profile that is another user's",
      credentials: { accessToken: TOKEN },
      failure: { kind: "answer", path: "/v23.0/me", answer: { body: { id: "20", name: "Bob" } } },
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "a code whose token is another app's",
      credentials: { code: CODE },
      failure: debugAnswer({ is_valid: true, app_id: "999", user_id: ann.id }),
      expected: "code: NOTAUTHENTICATED",
    },
    ...[190, 102, 2500, 10, 200].map((code) => ({
      name: `error ${code} of the profile`,
      credentials: { accessToken: TOKEN },
      failure: errorAnswer("/v23.0/me", code),
      expected: "accessToken: NOTAUTHENTICATED",
    })),
    ...[1, 2, 4, 17, 100, 368, 613].map((code) => ({
      name: `error ${code} of the profile`,
      credentials: { accessToken: TOKEN },
      failure: errorAnswer("/v23.0/me", code),
      expected: "unavailable FB",
    })),
    {
      name: "a token that is revoked between profile and friends",
      credentials: { accessToken: TOKEN },
      failure: errorAnswer("/v23.0/me/friends", 190),
      expected: "accessToken: NOTAUTHENTICATED",
    },
    {
      name: "throttled friends",
      credentials: { accessToken: TOKEN },
      failure: errorAnswer("/v23.0/me/friends", 4),
      expected: "unavailable FB",
    },
    {
      name: "a throttled code exchange",
      credentials: { code: CODE },
      failure: errorAnswer("/v23.0/oauth/access_token", 4),
      expected: "unavailable FB",
    },
  ];
  test.each(refusals)("refuses $name", async ({ credentials, user, failure, expected }) => {
    if (user) facebook.addUser(user);
    if (failure) facebook.failWith(failure);
    expect(await failureOf(verifyFacebook(credentials, settings, context), SECRETS)).toBe(expected);
  });

  test("refuses a revoked token", async () => {
    facebook.revoke(TOKEN);
    expect(await failureOf(verifyFacebook({ accessToken: TOKEN }, settings, context), SECRETS)).toBe(
      "accessToken: NOTAUTHENTICATED",
    );
    expect(paths()).toEqual(["/v23.0/debug_token"]);
  });

  test.each([
    { name: "a wrong secret, with a token", wrong: { appSecret: "wrong-secret" }, credentials: { accessToken: TOKEN } },
    { name: "a wrong secret, with a code", wrong: { appSecret: "wrong-secret" }, credentials: { code: CODE } },
    { name: "a wrong app id, with a token", wrong: { appId: "999" }, credentials: { accessToken: TOKEN } },
    { name: "a wrong app id, with a code", wrong: { appId: "999" }, credentials: { code: CODE } },
  ])("does not blame the player for $name", async ({ wrong, credentials }) => {
    const attempt = verifyFacebook(credentials, { ...settings, ...wrong }, context);
    expect(await failureOf(attempt, [...SECRETS, "wrong-secret"])).toBe("unavailable FB");
    await expect(attempt).rejects.toThrow(/integrations\.facebook/);
  });

  const asked = ["/v23.0/oauth/access_token", "/v23.0/debug_token", "/v23.0/me", "/v23.0/me/friends"];
  test.each(asked.flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      facebook.failWith({ ...failure, path });
      const credentials = path.endsWith("access_token") ? { code: CODE } : { accessToken: TOKEN };
      const attempt = verifyFacebook(credentials, settings, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable FB");
      await expect(attempt).rejects.toThrow(reason);
    },
  );

  test("is unavailable if the connection is refused", async () => {
    await facebook.close();
    const attempt = verifyFacebook({ accessToken: TOKEN }, settings, context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable FB");
    await expect(attempt).rejects.toThrow(/ECONNREFUSED/);
  });

  test("reports the code of Facebook's error but not its message", async () => {
    facebook.failWith({ kind: "answer", path: "/v23.0/me", answer: graphError(4, `limit for ${TOKEN}`) });
    await expect(verifyFacebook({ accessToken: TOKEN }, settings, context)).rejects.toThrow(
      "FB profile: Facebook returned error 4, trace AStandInTraceOfThisCall",
    );
  });
});

describe("friends", () => {
  const many = Array.from({ length: 1234 }, (_, index) => ({ id: `f${index}`, name: `Friend ${index}` }));
  const cara: FacebookUser = { id: "60", name: "Cara", accessTokens: ["token-of-cara"], friends: many };
  const verify = (more = {}) => verifyFacebook({ accessToken: "token-of-cara" }, settings, { ...context, ...more });
  const friendCalls = () => facebook.requests.filter(({ path }) => path.endsWith("/friends"));
  beforeEach(() => facebook.addUser(cara));

  test("are read page by page to the end", async () => {
    const { friends } = await verify();
    expect(friends?.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    expect(friendCalls().map(({ query }) => query.limit)).toEqual(["500", "500", "500"]);
  });

  test.each([
    { maxFriends: 1, calls: 1 },
    { maxFriends: 499, calls: 1 },
    { maxFriends: 500, calls: 1 },
    { maxFriends: 501, calls: 2 },
  ])("are at most $maxFriends", async ({ maxFriends, calls }) => {
    const { friends } = await verify({ maxFriends });
    expect(friends?.map(({ id }) => id)).toEqual(many.slice(0, maxFriends).map(({ id }) => id));
    expect(friendCalls()).toHaveLength(calls);
  });

  test("are not requested if maxFriends is 0", async () => {
    expect(await verify({ maxFriends: 0 })).not.toHaveProperty("friends");
    expect(friendCalls()).toEqual([]);
  });

  test("are cut at the limit even if a page is longer than requested", async () => {
    const data = many.slice(0, 10);
    facebook.failWith({ kind: "answer", path: "/v23.0/me/friends", answer: { body: { data } } });
    expect((await verify({ maxFriends: 3 })).friends).toHaveLength(3);
  });

  test("are an empty list if the player has none", async () => {
    facebook.addUser({ id: "61", name: "Solo", accessTokens: ["t-solo"] });
    expect((await verifyFacebook({ accessToken: "t-solo" }, settings, context)).friends).toEqual([]);
  });

  test("are absent, not an empty list, if the token lacks the permission", async () => {
    facebook.addUser({ ...cara, scopes: ["public_profile"] });
    const profile = await verify();
    expect(profile).toMatchObject({ id: "60", displayName: "Cara" });
    expect(profile).not.toHaveProperty("friends");
    expect(friendCalls()).toEqual([]);
  });

  test.each([10, 200, 299])("are absent if Facebook refuses them with error %i", async (code) => {
    facebook.failWith(errorAnswer("/v23.0/me/friends", code));
    const profile = await verify();
    expect(profile.id).toBe("60");
    expect(profile).not.toHaveProperty("friends");
  });

  test("are requested at the configured URL, whatever URL a reply gives for the next page", async () => {
    const elsewhere = await startFacebookStandIn({ appId: APP_ID, appSecret: APP_SECRET, users: [cara] });
    const misleading = await startFacebookStandIn({
      appId: APP_ID,
      appSecret: APP_SECRET,
      users: [cara],
      nextPageOrigin: elsewhere.url,
    });
    try {
      const there = { ...settings, graphUrl: misleading.url };
      const { friends } = await verifyFacebook({ accessToken: "token-of-cara" }, there, context);
      expect(friends).toHaveLength(many.length);
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await Promise.all([elsewhere.close(), misleading.close()]);
    }
  });

  test("are unavailable if their pages form a loop", async () => {
    const page = { data: [{ id: "1", name: "A" }], paging: { cursors: { after: "QQ==" }, next: `${facebook.url}/x` } };
    facebook.failWith({ kind: "answer", path: "/v23.0/me/friends", answer: { body: page } });
    const attempt = verify();
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable FB");
    await expect(attempt).rejects.toThrow(/loop/);
  });

  test("are unavailable if all pages together exceed the time limit", async () => {
    const slow = await startFacebookStandIn({ appId: APP_ID, appSecret: APP_SECRET, users: [cara], maxPageSize: 10 });
    slow.failWith({ kind: "delay", path: "/me/friends", ms: 60 });
    try {
      const there = { ...settings, graphUrl: slow.url };
      const attempt = verifyFacebook({ accessToken: "token-of-cara" }, there, { ...context, timeoutMs: 250 });
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable FB");
    } finally {
      await slow.close();
    }
  });

  test("have only safe names and picture URLs", async () => {
    const data = [
      { id: "1", name: "N".repeat(10_000), picture: { data: { url: "javascript:alert(1)" } } },
      { id: "1", name: "Again" },
      { id: "__proto__", name: "", picture: { data: { url: `https://x.example/${"p".repeat(3000)}` } } },
    ];
    facebook.failWith({ kind: "answer", path: "/v23.0/me/friends", answer: { body: { data } } });
    expect((await verify()).friends).toEqual([{ id: "1", name: "Again" }, { id: "__proto__" }]);
  });
});

describe("checkFacebookToken", () => {
  test("reports an active token and its expiry", async () => {
    expect(await checkFacebookToken(TOKEN, settings, context)).toEqual({ active: true });
    facebook.addUser({ ...bob, expiresAt: NOW / 1000 + 60 });
    expect(await checkFacebookToken("EAAB-token-of-bob", settings, context)).toEqual({
      active: true,
      expiresAt: NOW + 60_000,
    });
  });

  test("reports a revoked token, one of another app and an unknown one as inactive", async () => {
    facebook.revoke(TOKEN);
    facebook.addUser({ ...bob, accessTokens: ["foreign"], appId: "999" });
    for (const token of [TOKEN, "foreign", "unknown", "not a token"]) {
      expect(await checkFacebookToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when Facebook fails, rather than report a good token as inactive", async () => {
    facebook.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkFacebookToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

describe("revokeFacebookPermissions", () => {
  const revoke = (token = TOKEN) => revokeFacebookPermissions(token, settings, context);

  test("removes the game from the apps of the token's user, signed by the token", async () => {
    facebook.addUser({ ...ann, accessTokens: [TOKEN, "EAAB-of-another-device"] });
    await revoke();
    const [call] = facebook.requests;
    expect(call).toMatchObject({ method: "DELETE", path: "/v23.0/me/permissions", form: {} });
    expect(call!.query).toMatchObject({
      access_token: TOKEN,
      appsecret_proof: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const token of [TOKEN, "EAAB-of-another-device"])
      expect(await checkFacebookToken(token, settings, context)).toEqual({ active: false });
    expect(await checkFacebookToken("EAAB-token-of-bob", settings, context)).toEqual({ active: true });
  });

  test("has nothing to do for a token that is no longer valid, or never was one", async () => {
    facebook.revoke(TOKEN);
    await revoke();
    await revoke("unknown");
    await revoke("not a token");
    expect(facebook.requests).toHaveLength(2);
  });

  test.each([
    { name: "an error about the app", failure: errorAnswer("/v23.0/me/permissions", 4), isHasty: undefined },
    ...TROUBLES,
  ])("throws ProviderUnavailable after $name", async ({ failure, isHasty }) => {
    facebook.failWith(failure);
    const attempt = revokeFacebookPermissions(TOKEN, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable FB");
  });
});

function debugAnswer(data: Record<string, unknown>): LoopbackFailure {
  return { kind: "answer", path: "/v23.0/debug_token", answer: { body: { data } } };
}

function errorAnswer(path: string, code: number): LoopbackFailure {
  return { kind: "answer", path, times: 1, answer: graphError(code, `error for ${TOKEN}`) };
}

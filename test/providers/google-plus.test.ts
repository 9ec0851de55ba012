import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import type { GoogleSettings } from "../../src/providers/google.ts";
import {
  checkGooglePlusToken,
  type GooglePlusCredentials,
  googlePlus,
  verifyGooglePlus,
} from "../../src/providers/google-plus.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import {
  apiError,
  type GoogleStandIn,
  type GoogleUser,
  oauthError,
  startGoogleStandIn,
} from "../support/stand-ins/google.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const CLIENT_ID = "1-web.apps.googleusercontent.com";
const CLIENT_SECRET = "GOCSPX-client-secret";
const TOKEN = "ya29.token-of-ann";
const CODE = "4/0AX-code-of-ann";
const SECRETS = [CLIENT_SECRET, TOKEN, CODE, "token-of", "eyJ"];
const ann: GoogleUser = { id: "107", name: "Ann", accessTokens: [TOKEN], codes: [CODE], refreshToken: "1//refresh" };
const eve: GoogleUser = { id: "666", name: "Eve", accessTokens: ["ya29.token-of-eve"], codes: ["4/eve"] };

let google: GoogleStandIn;
let settings: GoogleSettings;
beforeEach(async () => {
  google = await startGoogleStandIn({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, appId: "1234", users: [ann] });
  settings = settingsIn({ google: google.integration }, googlePlus)!;
});
afterEach(() => google.close());

const verify = (credentials: GooglePlusCredentials, more: Partial<GoogleSettings> = {}, by = context) =>
  verifyGooglePlus(credentials, { ...settings, ...more }, by);
const paths = () => google.requests.map(({ path }) => path);
const claims = {
  iss: "https://accounts.google.com",
  aud: CLIENT_ID,
  azp: "1-android.apps.googleusercontent.com",
  sub: "107",
  exp: NOW / 1000 + 3600,
  name: "Ann",
};

describe("verifyGooglePlus", () => {
  test("returns the profile, the token and its expiry for an accessToken", async () => {
    expect(await verify({ accessToken: TOKEN })).toEqual({
      id: "107",
      displayName: "Ann",
      token: TOKEN,
      tokenExpiresAt: NOW + 3_600_000,
    });
    expect(paths()).toEqual(["/tokeninfo", "/v1/userinfo"]);
    expect(google.requests[1]?.headers["authorization"]).toBe(`Bearer ${TOKEN}`);
  });

  test("exchanges a code, once, and returns the refresh token", async () => {
    expect(await verify({ code: CODE })).toEqual({
      id: "107",
      displayName: "Ann",
      token: TOKEN,
      tokenExpiresAt: NOW + 3_600_000,
      refreshToken: "1//refresh",
    });
    expect(google.requests[0]).toMatchObject({ method: "POST", path: "/token", query: {} });
    expect(await failureOf(verify({ code: CODE }), SECRETS)).toBe("code: NOTAUTHENTICATED");
  });

  test("prefers the accessToken if both are sent", async () => {
    await verify({ accessToken: TOKEN, code: "4/unknown" });
    expect(paths()).not.toContain("/token");
  });

  test("sends the redirectUri of the request, or else that of the settings", async () => {
    const redirectUri = "https://www.gamesparks.com/oauth2callback";
    google.addUser({ ...ann, codes: ["4/a", "4/b"], redirectUri });
    expect((await verify({ code: "4/a", redirectUri })).id).toBe("107");
    expect((await verify({ code: "4/b" }, { redirectUri })).id).toBe("107");
  });

  test("returns no name if the account has none", async () => {
    const { name: _, ...nameless } = ann;
    google.addUser(nameless);
    expect(await verify({ accessToken: TOKEN })).not.toHaveProperty("displayName");
  });

  test("accepts tokens that were issued for the game's other clients", async () => {
    google.addUser({ ...ann, clientId: "1-ios" });
    expect((await verify({ accessToken: TOKEN }, { clientIds: [CLIENT_ID, "1-ios"] })).id).toBe("107");
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const answer = (path: string, reply: { status?: number; body: unknown }): LoopbackFailure => ({
    kind: "answer",
    path,
    answer: reply,
  });
  const refusals: {
    name: string;
    credentials: GooglePlusCredentials;
    user?: GoogleUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "neither token nor code", credentials: {}, expected: "accessToken|code: REQUIRED" },
    { name: "empty ones", credentials: { accessToken: "", code: "" }, expected: "accessToken|code: REQUIRED" },
    { name: "an unknown token", credentials: { accessToken: "ya29.token-of-nobody" }, expected: refused },
    { name: "a token with a line break", credentials: { accessToken: `${TOKEN}\r\nx: y` }, expected: refused },
    { name: "a token without end", credentials: { accessToken: "x".repeat(4097) }, expected: refused },
    {
      name: "a token of another app",
      user: { ...eve, clientId: "other" },
      credentials: { accessToken: "ya29.token-of-eve" },
      expected: refused,
    },
    {
      name: "an expired token",
      user: { ...eve, secondsLeft: 0 },
      credentials: { accessToken: "ya29.token-of-eve" },
      expected: refused,
    },
    {
      name: "a token that does not cover the profile",
      user: { ...eve, scopes: ["games"] },
      credentials: { accessToken: "ya29.token-of-eve" },
      expected: refused,
    },
    {
      name: "a token that is revoked before the profile is read",
      failure: answer("/v1/userinfo", oauthError(401, "invalid_request", TOKEN)),
      credentials: { accessToken: TOKEN },
      expected: refused,
    },
    {
      name: "a profile that is another user's",
      failure: answer("/v1/userinfo", { body: { sub: "666", name: "Eve" } }),
      credentials: { accessToken: TOKEN },
      expected: refused,
    },
    { name: "an unknown code", credentials: { code: "4/unknown" }, expected: "code: NOTAUTHENTICATED" },
    { name: "a code with a space", credentials: { code: "4/ x" }, expected: "code: NOTAUTHENTICATED" },
    {
      name: "a code of another app",
      user: { ...eve, clientId: "other" },
      credentials: { code: "4/eve" },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "a code that was issued for another redirect URI",
      credentials: { code: CODE, redirectUri: "https://game.example" },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "a code whose token does not cover the profile",
      user: { ...eve, scopes: ["games"] },
      credentials: { code: "4/eve" },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "an error of the token check that is not about the token",
      failure: answer("/tokeninfo", oauthError(400, "slow_down", TOKEN)),
      credentials: { accessToken: TOKEN },
      expected: "unavailable GP",
    },
    {
      name: "an error of the profile that is not about the token",
      failure: answer("/v1/userinfo", apiError(400, "INVALID_ARGUMENT", "badRequest")),
      credentials: { accessToken: TOKEN },
      expected: "unavailable GP",
    },
  ];
  test.each(refusals)("refuses $name", async ({ credentials, user, failure, expected }) => {
    if (user) google.addUser(user);
    if (failure) google.failWith(failure);
    expect(await failureOf(verify(credentials), SECRETS)).toBe(expected);
  });

  test.each([{ clientId: "other" }, { clientSecret: "wrong" }])("does not blame the player for %j", async (wrong) => {
    const attempt = verify({ code: CODE }, wrong);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable GP");
    await expect(attempt).rejects.toThrow(/integrations\.google/);
  });

  test("refuses a code if the game has no client secret", async () => {
    const { clientSecret: _, ...without } = settings;
    const attempt = verifyGooglePlus({ code: CODE }, without, context);
    expect(await failureOf(attempt, SECRETS)).toBe("GOOGLE_PLUS: NOT_CONFIGURED");
    expect(paths()).toEqual([]);
  });

  test.each(
    ["/token", "/tokeninfo", "/v1/userinfo"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))),
  )("is unavailable on $name from $path", async ({ path, failure, isHasty, reason }) => {
    google.failWith({ ...failure, path });
    const attempt = verify(path === "/token" ? { code: CODE } : { accessToken: TOKEN }, {}, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable GP");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("an ID token", () => {
  const id = (token: string) => verify({ accessToken: token }, {}, { ...context, calls: new ProviderCalls() });

  test("names the account, and nothing is stored", async () => {
    expect(await id(google.signer.sign(claims))).toEqual({ id: "107", displayName: "Ann" });
    expect(paths()).toEqual(["/certs"]);
    expect(await id(google.signer.sign({ ...claims, iss: "accounts.google.com", name: 1 }))).toEqual({ id: "107" });
  });

  test.each([
    { name: "another app's", token: () => google.signer.sign({ ...claims, aud: "other" }) },
    { name: "another issuer's", token: () => google.signer.sign({ ...claims, iss: "https://appleid.apple.com" }) },
    { name: "an expired one", token: () => google.signer.sign({ ...claims, exp: NOW / 1000 - 61 }) },
    { name: "one that is not signed", token: () => google.signer.unsigned(claims) },
    { name: "one with an HMAC", token: () => google.signer.confused(claims) },
    { name: "a forged one", token: () => google.signer.forge(claims) },
    { name: "one of an unknown key", token: () => google.signer.sign(claims, { kid: "other" }) },
  ])("is refused if it is $name", async ({ token }) => {
    expect(await failureOf(id(token()), SECRETS)).toBe("accessToken: NOTAUTHENTICATED");
    expect(paths()).not.toContain("/tokeninfo");
  });

  test("is not checked while Google's keys cannot be read", async () => {
    google.failWith({ kind: "garbage", path: "/certs" });
    expect(await failureOf(id(google.signer.sign(claims)), SECRETS)).toBe("unavailable GP");
  });
});

describe("friends", () => {
  const friends = Array.from({ length: 234 }, (_, n) => ({ id: `f${n}`, displayName: `Friend ${n}` }));
  const calls = () => google.requests.filter(({ path }) => path.startsWith("/plus"));
  const read = (maxFriends = 1000) =>
    verify({ accessToken: TOKEN }, { plusUrl: `${google.url}/plus` }, { ...context, maxFriends });
  beforeEach(() => google.addUser({ ...ann, friends }));

  test("are not read, as Google+ is gone, unless a server for them is configured", async () => {
    expect(await verify({ accessToken: TOKEN })).not.toHaveProperty("friends");
    expect(calls()).toEqual([]);
  });

  test("are read page by page", async () => {
    expect((await read()).friends).toEqual(friends.map(({ id, displayName: name }) => ({ id, name })));
    expect(calls()).toHaveLength(3);
  });

  test.each([
    [1, 1],
    [100, 1],
    [101, 2],
    [0, 0],
  ])("are at most %i", async (maxFriends, expected) => {
    const found = (await read(maxFriends)).friends;
    expect(found?.length ?? 0).toBe(maxFriends);
    expect(calls()).toHaveLength(expected);
  });

  test("have only safe names and picture URLs, and are cut at the limit", async () => {
    const items = [
      { id: "1", displayName: "N".repeat(10_000), image: { url: "javascript:alert(1)" } },
      { id: "2", image: { url: "https://x.example/2.jpg" } },
      { id: "3" },
    ];
    google.failWith({ kind: "answer", path: "/plus/people/me/people/visible", answer: { body: { items } } });
    expect((await read(2)).friends).toEqual([
      { id: "1", name: "N".repeat(256) },
      { id: "2", picture: "https://x.example/2.jpg" },
    ]);
  });

  test("are absent if the player did not share them", async () => {
    google.addUser({ ...ann, friends, scopes: ["profile"] });
    expect(await read()).not.toHaveProperty("friends");
  });

  test("are unavailable if their pages form a loop", async () => {
    const body = { items: [{ id: "1" }], nextPageToken: "1" };
    google.failWith({ kind: "answer", path: "/plus/people/me/people/visible", answer: { body } });
    const attempt = read();
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable GP");
    await expect(attempt).rejects.toThrow(/loop/);
  });

  test.each(TROUBLES)("are unavailable on $name", async ({ failure, isHasty }) => {
    google.failWith({ ...failure, path: "/plus/people/me/people/visible" });
    const attempt = verify({ accessToken: TOKEN }, { plusUrl: `${google.url}/plus` }, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable GP");
  });
});

describe("checkGooglePlusToken", () => {
  test("reports an active token and its expiry", async () => {
    expect(await checkGooglePlusToken(TOKEN, settings, context)).toEqual({ active: true, expiresAt: NOW + 3_600_000 });
  });

  test("reports a revoked token, one of another app and an unknown one as inactive", async () => {
    google.revoke(TOKEN);
    google.addUser({ ...eve, clientId: "other" });
    for (const token of [TOKEN, "ya29.token-of-eve", "unknown", "not a token"])
      expect(await checkGooglePlusToken(token, settings, context)).toEqual({ active: false });
  });

  test("throws ProviderUnavailable when Google fails", async () => {
    google.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkGooglePlusToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

describe("the settings", () => {
  test("are those of an export, with Rekindle's own keys", () => {
    const read = (google: object) => settingsIn({ google }, googlePlus);
    expect(read({ googlePlusClientId: null, appId: "1", gcmApiKey: "x" })).toBeUndefined();
    expect(read({ googlePlusClientId: "c", googlePlusClientSecret: "s" })).toEqual({
      clientId: "c",
      clientSecret: "s",
      clientIds: ["c"],
    });
    expect(read({ googleClientIds: ["a", " b "], keysUrl: "https://x.example/", redirectUri: "r" })).toEqual({
      clientIds: ["a", "b"],
      keysUrl: "https://x.example",
      redirectUri: "r",
    });
    expect(read({ googleClientIds: "a" })).toEqual({ clientIds: ["a"] });
  });

  test.each([
    [{ googleClientIds: ["a", 1] }, "googleClientIds must be a list of texts"],
    [{ googleClientIds: [""] }, "googleClientIds must be a list of texts"],
    [{ tokenUrl: "http://secret.example" }, "tokenUrl must be"],
  ])("say what is wrong: %j", (google, problem) => {
    expect(() => settingsIn({ google }, googlePlus)).toThrow(`integrations.google.${problem}`);
  });
});

describe("the refresh of a token", () => {
  const refresh = (refreshToken = "1//refresh", more: Partial<GoogleSettings> = {}, by = context) =>
    googlePlus.refresh!(refreshToken, { ...settings, ...more }, by);

  test("returns a token that is valid, and its expiry", async () => {
    const token = "ya29.by-1//refresh";
    expect(await refresh()).toEqual({ token, tokenExpiresAt: NOW + 3_600_000 });
    const client = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
    const form = { grant_type: "refresh_token", ...client, refresh_token: "1//refresh" };
    expect(google.requests[0]).toMatchObject({ method: "POST", path: "/token", query: {}, form });
    expect(await checkGooglePlusToken(token, settings, context)).toMatchObject({ active: true });
  });

  test("is refused once the grant has ended", async () => {
    google.revoke("1//refresh");
    expect(await failureOf(refresh(), ["1//refresh", ...SECRETS])).toBe("accessToken: NOTAUTHENTICATED");
  });

  test("is unavailable, not refused, if the game's own credentials are wrong or missing", async () => {
    for (const clientSecret of ["wrong", ""])
      expect(await failureOf(refresh("1//refresh", { clientSecret }), ["1//refresh"])).toBe("unavailable GP");
  });

  test.each(TROUBLES)("throws ProviderUnavailable after $name", async ({ failure, isHasty }) => {
    google.failWith(failure);
    expect(await failureOf(refresh("1//refresh", {}, isHasty ? hasty : context), SECRETS)).toBe("unavailable GP");
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import {
  checkGooglePlayToken,
  type GooglePlayCredentials,
  type GooglePlaySettings,
  googlePlay,
  verifyGooglePlay,
} from "../../src/providers/google-play.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { apiError, type GoogleStandIn, type GoogleUser, startGoogleStandIn } from "../support/stand-ins/google.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const CLIENT_ID = "1-web.apps.googleusercontent.com";
const CLIENT_SECRET = "GOCSPX-client-secret";
const APP_ID = "365755626363";
const VERIFY = `/games/applications/${APP_ID}/verify`;
const TOKEN = "ya29.token-of-ann";
const CODE = "4/0AX-code-of-ann";
const SECRETS = [CLIENT_SECRET, TOKEN, CODE, "token-of", "eyJ"];
const ann: GoogleUser = { id: "107", playerId: "a_107", name: "Ann", accessTokens: [TOKEN], codes: [CODE] };
const eve: GoogleUser = { id: "666", name: "Eve", accessTokens: ["ya29.token-of-eve"], codes: ["4/eve"] };

let google: GoogleStandIn;
let settings: GooglePlaySettings;
beforeEach(async () => {
  const game = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, appId: APP_ID };
  google = await startGoogleStandIn({ ...game, users: [ann] });
  settings = settingsIn({ google: google.integration }, googlePlay)!;
});
afterEach(() => google.close());

const verify = (credentials: GooglePlayCredentials, more: Partial<GooglePlaySettings> = {}, by = context) =>
  verifyGooglePlay(credentials, { ...settings, ...more }, by);
const paths = () => google.requests.map(({ path }) => path);
const displayName = "Annie";

describe("verifyGooglePlay", () => {
  test("returns the player of an accessToken, with the client's displayName", async () => {
    expect(await verify({ accessToken: TOKEN, displayName })).toEqual({ id: "a_107", displayName, token: TOKEN });
    expect(paths()).toEqual([VERIFY]);
    expect(google.requests[0]?.headers["authorization"]).toBe(`Bearer ${TOKEN}`);
  });

  test("exchanges a code, once, and returns the refresh token", async () => {
    google.addUser({ ...ann, refreshToken: "1//refresh" });
    expect(await verify({ code: CODE, redirectUri: "", displayName })).toEqual({
      id: "a_107",
      displayName,
      token: TOKEN,
      tokenExpiresAt: NOW + 3_600_000,
      refreshToken: "1//refresh",
    });
    expect(paths()).toEqual(["/token", VERIFY]);
    const again = verify({ code: CODE, redirectUri: "", displayName });
    expect(await failureOf(again, SECRETS)).toBe("code: NOTAUTHENTICATED");
  });

  test("does not require a redirectUri if the settings have one", async () => {
    const redirectUri = "https://www.gamesparks.com/oauth2callback";
    google.addUser({ ...ann, codes: ["4/a"], redirectUri });
    expect((await verify({ code: "4/a", displayName }, { redirectUri })).id).toBe("a_107");
  });

  test.each([{ profileScope: true }, { googlePlusScope: true }])("reads the account's name with %j", async (scope) => {
    expect(await verify({ accessToken: TOKEN, ...scope })).toMatchObject({ id: "a_107", displayName: "Ann" });
    expect(paths()).toEqual([VERIFY, "/v1/userinfo"]);
  });

  test("prefers the client's displayName", async () => {
    const profile = await verify({ accessToken: TOKEN, profileScope: true, displayName });
    expect(profile.displayName).toBe(displayName);
    expect(paths()).toEqual([VERIFY]);
  });

  test("reads friends only with googlePlusScope, and from a configured server", async () => {
    google.addUser({ ...ann, friends: [{ id: "108", displayName: "Bob" }] });
    const plusUrl = `${google.url}/plus`;
    const read = async (credentials: object, more = {}) =>
      (await verify({ accessToken: TOKEN, displayName, ...credentials }, more)).friends;
    expect(await read({ googlePlusScope: true }, { plusUrl })).toEqual([{ id: "108", name: "Bob" }]);
    expect(await read({ googlePlusScope: true })).toBeUndefined();
    expect(await read({ profileScope: true }, { plusUrl })).toBeUndefined();
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const answer = (reply: { status?: number; body: unknown }): LoopbackFailure => ({
    kind: "answer",
    path: VERIFY,
    answer: reply,
  });
  const ofEve = { accessToken: "ya29.token-of-eve", displayName };
  const refusals: {
    name: string;
    credentials: GooglePlayCredentials;
    user?: GoogleUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "neither token nor code", credentials: { displayName }, expected: "accessToken|code: REQUIRED" },
    { name: "an unknown token", credentials: { accessToken: "ya29.token-of-nobody", displayName }, expected: refused },
    { name: "a token with a space", credentials: { accessToken: "ya29 x", displayName }, expected: refused },
    { name: "a token of another game", user: { ...eve, appId: "2" }, credentials: ofEve, expected: refused },
    { name: "a token without the scope games", user: { ...eve, scopes: [] }, credentials: ofEve, expected: refused },
    {
      name: "a token for a game that Google does not find",
      failure: answer(apiError(404, "NOT_FOUND", "notFound")),
      credentials: { accessToken: TOKEN, displayName },
      expected: refused,
    },
    { name: "no name", credentials: { accessToken: TOKEN }, expected: "displayName: REQUIRED" },
    {
      name: "no name of a token that does not cover the profile",
      user: { ...eve, scopes: ["games"] },
      credentials: { accessToken: "ya29.token-of-eve", profileScope: true },
      expected: "displayName: REQUIRED",
    },
    { name: "a code without redirectUri", credentials: { code: CODE, displayName }, expected: "redirectUri: REQUIRED" },
    {
      name: "a code for another redirectUri",
      credentials: { code: CODE, redirectUri: "https://game.example", displayName },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "a code of another app",
      user: { ...eve, clientId: "other" },
      credentials: { code: "4/eve", redirectUri: "", displayName },
      expected: "code: NOTAUTHENTICATED",
    },
    {
      name: "a code whose token is for another game",
      user: { ...eve, appId: "2" },
      credentials: { code: "4/eve", redirectUri: "", displayName },
      expected: "code: NOTAUTHENTICATED",
    },
    ...["accessNotConfigured", "dailyLimitExceeded", "userRateLimitExceeded", "quotaExceeded"].map((reason) => ({
      name: `a failure of the game's project (${reason})`,
      failure: answer(apiError(403, "PERMISSION_DENIED", reason)),
      credentials: { accessToken: TOKEN, displayName },
      expected: "unavailable GY",
    })),
  ];
  test.each(refusals)("refuses $name", async ({ credentials, user, failure, expected }) => {
    if (user) google.addUser(user);
    if (failure) google.failWith(failure);
    expect(await failureOf(verify(credentials), SECRETS)).toBe(expected);
  });

  test.each([
    { name: "a code", credentials: { code: CODE, redirectUri: "", displayName } },
    { name: "googlePlusScope", credentials: { accessToken: TOKEN, googlePlusScope: true } },
    { name: "an ID token", credentials: { accessToken: "eyJhbGciOiJFUzI1NiJ9.e30.x" } },
  ])("refuses $name if the game has no client id", async ({ credentials }) => {
    const { clientId: _, clientSecret: __, ...without } = settings;
    const attempt = verifyGooglePlay(credentials, { ...without, clientIds: [] }, context);
    expect(await failureOf(attempt, SECRETS)).toBe("GOOGLE_PLUS: NOT_CONFIGURED");
    expect(paths()).toEqual([]);
  });

  test.each(["/token", VERIFY, "/v1/userinfo"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      google.failWith({ ...failure, path });
      const attempt = verify({ code: CODE, redirectUri: "", profileScope: true }, {}, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable GY");
      await expect(attempt).rejects.toThrow(reason);
    },
  );
});

describe("an ID token", () => {
  const claims = { iss: "https://accounts.google.com", aud: CLIENT_ID, sub: "107", exp: NOW / 1000 + 3600 };
  const id = (token: string, more = {}) =>
    verify({ accessToken: token, ...more }, {}, { ...context, calls: new ProviderCalls() });

  test("names an account whose id cannot be one of Play Games, and needs no displayName", async () => {
    expect(await id(google.signer.sign(claims))).toEqual({ id: "google:107" });
    expect(await id(google.signer.sign({ ...claims, name: "Ann" }))).toEqual({ id: "google:107", displayName: "Ann" });
    expect(await id(google.signer.sign({ ...claims, name: "Ann" }), { displayName })).toMatchObject({ displayName });
    expect(new Set(paths())).toEqual(new Set(["/certs"]));
  });

  test.each([
    { name: "another app's", token: () => google.signer.sign({ ...claims, aud: "other" }) },
    { name: "an expired one", token: () => google.signer.sign({ ...claims, exp: NOW / 1000 - 61 }) },
    { name: "one that is not signed", token: () => google.signer.unsigned(claims) },
    { name: "one with an HMAC", token: () => google.signer.confused(claims) },
    { name: "a forged one", token: () => google.signer.forge(claims) },
  ])("is refused if it is $name", async ({ token }) => {
    expect(await failureOf(id(token()), SECRETS)).toBe("accessToken: NOTAUTHENTICATED");
  });
});

describe("the credentials that are missing", () => {
  test.each([
    [{}, "accessToken|code"],
    [{ code: "", accessToken: "" }, "accessToken|code"],
    [{ code: CODE }, "displayName"],
    [{ accessToken: TOKEN, displayName: "" }, "displayName"],
    [{ accessToken: TOKEN, profileScope: false }, "displayName"],
    [{ accessToken: TOKEN, displayName }, undefined],
    [{ accessToken: TOKEN, profileScope: true }, undefined],
    [{ code: CODE, googlePlusScope: true }, undefined],
    [{ accessToken: "eyJhbGciOiJFUzI1NiJ9.e30.x" }, undefined],
  ])("of %j are %s", (credentials, expected) => {
    expect(googlePlay.missing(credentials)).toBe(expected);
  });
});

describe("checkGooglePlayToken", () => {
  test("reports an active token", async () => {
    expect(await checkGooglePlayToken(TOKEN, settings, context)).toEqual({ active: true });
  });

  test("reports a revoked token, one of another game and an unknown one as inactive", async () => {
    google.revoke(TOKEN);
    google.addUser({ ...eve, appId: "2" });
    for (const token of [TOKEN, "ya29.token-of-eve", "unknown", "not a token"])
      expect(await checkGooglePlayToken(token, settings, context)).toEqual({ active: false });
  });

  test("throws ProviderUnavailable when Google fails", async () => {
    google.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkGooglePlayToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

test("the settings need the game's id in Play Games, under the name of the export", () => {
  expect(settingsIn({ google: { googlePlusClientId: "c", googlePlusClientSecret: "s" } }, googlePlay)).toBeUndefined();
  expect(settingsIn({ google: { appId: 1234 } }, googlePlay)).toEqual({ appId: "1234", clientIds: [] });
});

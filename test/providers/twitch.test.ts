import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkTwitchToken, type TwitchSettings, twitch, verifyTwitch } from "../../src/providers/twitch.ts";
import { startTwitchStandIn, type TwitchStandIn, type TwitchUser, twitchError } from "../support/stand-ins/twitch.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const TOKEN = "token-of-ann";
const SECRETS = ["token-of"];
const VALIDATE = "/oauth2/validate";
const USERS = "/helix/users";
const ann: TwitchUser = { id: "44322889", name: "Ann", accessTokens: [TOKEN], secondsLeft: 818 };

let standIn: TwitchStandIn;
let settings: TwitchSettings;
beforeEach(async () => {
  standIn = await startTwitchStandIn({ clientId: "client", users: [ann] });
  settings = { clientId: "client", savesToken: true, authUrl: standIn.authUrl, apiUrl: standIn.apiUrl };
});
afterEach(() => standIn.close());

describe("verifyTwitch", () => {
  test("returns the profile, the token and its expiry, without friends", async () => {
    expect(await verifyTwitch({ accessToken: TOKEN }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: TOKEN,
      tokenExpiresAt: NOW + 818_000,
    });
    expect(standIn.requests.map(({ path, headers }) => [path, headers.authorization, headers["client-id"]])).toEqual([
      [VALIDATE, `OAuth ${TOKEN}`, undefined],
      [USERS, `Bearer ${TOKEN}`, "client"],
    ]);
  });

  test("returns no expiry for a token that never expires", async () => {
    standIn.addUser({ ...ann, secondsLeft: 0 });
    expect(await verifyTwitch({ accessToken: TOKEN }, settings, context)).not.toHaveProperty("tokenExpiresAt");
  });

  test("returns no token if the game does not save it", async () => {
    const profile = await verifyTwitch({ accessToken: TOKEN }, { ...settings, savesToken: false }, context);
    expect(profile).toEqual({ id: ann.id, displayName: "Ann" });
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const answering = (path: string, body: unknown): LoopbackFailure => ({ kind: "answer", path, answer: { body } });
  const cases: {
    name: string;
    accessToken?: string;
    user?: TwitchUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "a token nobody knows", accessToken: "token-of-nobody", expected: refused },
    { name: "a token with a line break", accessToken: `${TOKEN}\r\nx: y`, expected: refused },
    { name: "a token of another app", user: { ...ann, clientId: "other" }, expected: refused },
    { name: "a token of the app itself", accessToken: "token-of-app", expected: refused },
    {
      name: "a token that is revoked before the profile is read",
      failure: { kind: "answer", path: USERS, answer: twitchError(401, "Invalid OAuth token") },
      expected: refused,
    },
    {
      name: "a profile that is another user's",
      failure: answering(USERS, { data: [{ id: "1", login: "eve", display_name: "Eve" }] }),
      expected: refused,
    },
    { name: "a profile that is missing", failure: answering(USERS, { data: [] }), expected: refused },
    {
      name: "an id that is a number",
      failure: answering(VALIDATE, { client_id: "client", user_id: 2 ** 60, expires_in: 1 }),
      expected: "unavailable TC",
    },
    {
      name: "an error of the token check that is not about the token",
      failure: { kind: "answer", path: VALIDATE, answer: twitchError(400, TOKEN) },
      expected: "unavailable TC",
    },
  ];
  test.each(cases)("refuses $name", async ({ accessToken = TOKEN, user, failure, expected }) => {
    standIn.addAppToken("token-of-app");
    if (user) standIn.addUser(user);
    if (failure) standIn.failWith(failure);
    expect(await failureOf(verifyTwitch({ accessToken }, settings, context), SECRETS)).toBe(expected);
  });

  test("reads no profile for a token of the app itself, and checks no malformed token", async () => {
    standIn.addAppToken("token-of-app");
    await failureOf(verifyTwitch({ accessToken: "token of" }, settings, context), SECRETS);
    await failureOf(verifyTwitch({ accessToken: "token-of-app" }, settings, context), SECRETS);
    expect(standIn.requests.map(({ path }) => path)).toEqual([VALIDATE]);
  });

  test.each([VALIDATE, USERS].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      standIn.failWith({ ...failure, path });
      const attempt = verifyTwitch({ accessToken: TOKEN }, settings, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable TC");
      await expect(attempt).rejects.toThrow(reason);
    },
  );
});

describe("checkTwitchToken", () => {
  test("reports an active token and its expiry", async () => {
    expect(await checkTwitchToken(TOKEN, settings, context)).toEqual({ active: true, expiresAt: NOW + 818_000 });
  });

  test("reports a revoked token, one of another app and an unknown one as inactive", async () => {
    standIn.revoke(TOKEN);
    standIn.addUser({ ...ann, accessTokens: ["foreign"], clientId: "other" });
    for (const token of [TOKEN, "foreign", "unknown", "not a token"]) {
      expect(await checkTwitchToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when Twitch fails", async () => {
    standIn.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkTwitchToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

test("the settings need the client id; saveTwitchToken is true by default", () => {
  expect(settingsIn({ twitch: { saveTwitchToken: true } }, twitch)).toBeUndefined();
  expect(settingsIn({ twitch: { twitchClientId: "c", saveTwitchToken: null } }, twitch)).toEqual({
    clientId: "c",
    savesToken: true,
  });
  expect(settingsIn({ twitch: { twitchClientId: "c", saveTwitchToken: false } }, twitch)?.savesToken).toBe(false);
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackAnswer, LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkTwitterToken, type TwitterSettings, twitter, verifyTwitter } from "../../src/providers/twitter.ts";
import {
  startTwitterStandIn,
  type TwitterStandIn,
  type TwitterUser,
  twitterError,
} from "../support/stand-ins/twitter.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const APP = { consumerKey: "consumer key", consumerSecret: "consumer-secret(1)" };
const credentials = { accessToken: "1350-token-of-ann", accessSecret: "secret-of-ann" };
const SECRETS = [credentials.accessToken, credentials.accessSecret, APP.consumerSecret];
/** More than a number can hold exactly. */
const ann: TwitterUser = { id: "1350123456789012345", name: "Ann", ...credentials };
const PROFILE = "/account/verify_credentials.json";
const FRIENDS = "/friends/list.json";
const STORED = `${credentials.accessToken} ${credentials.accessSecret}`;

let standIn: TwitterStandIn;
let settings: TwitterSettings;
beforeEach(async () => {
  standIn = await startTwitterStandIn({ ...APP, users: [ann], now: () => NOW });
  settings = { ...APP, apiUrl: standIn.url };
});
afterEach(() => standIn.close());

const ids = (count: number) => Array.from({ length: count }, (_, n) => `13509999999999${String(n).padStart(5, "0")}`);
const failing = (path: string, answer: LoopbackAnswer): LoopbackFailure => ({ kind: "answer", path, answer });

describe("verifyTwitter", () => {
  test("returns the profile, the friends, and a token that holds the secret", async () => {
    standIn.addUser({ ...ann, friends: ["1350123456789012346"] });
    expect(await verifyTwitter(credentials, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: STORED,
      friends: [
        {
          id: "1350123456789012346",
          name: "Name of 1350123456789012346",
          picture: "https://pbs.example/1350123456789012346.png",
        },
      ],
    });
    expect(standIn.requests.map(({ path }) => path)).toEqual([PROFILE, FRIENDS]);
  });

  test("names the player by the screen name if there is no other", async () => {
    standIn.addUser({ ...ann, name: "" });
    expect((await verifyTwitter(credentials, settings, context)).displayName).toBe(`user_${ann.id}`);
  });

  test.each([
    { friends: 2_501, maxFriends: 10_000, read: 2_501, calls: 13 },
    { friends: 2_501, maxFriends: 450, read: 450, calls: 3 },
    { friends: 3_500, maxFriends: 10_000, read: 3_000, calls: 15 },
  ])("reads $read of $friends friends in $calls calls", async ({ friends, maxFriends, read, calls }) => {
    standIn.addUser({ ...ann, friends: ids(friends) });
    const profile = await verifyTwitter(credentials, settings, { ...context, maxFriends });
    expect(profile.friends?.map(({ id }) => id)).toEqual(ids(friends).slice(0, read));
    expect(standIn.requests.filter(({ path }) => path === FRIENDS)).toHaveLength(calls);
  });

  test.each([
    { name: "the app has no access to them", answer: twitterError(403, 453, "You have access to a subset") },
    { name: "the call was retired", answer: { status: 410, body: Buffer.from("<html>Gone</html>") } },
    { name: "they were read too often", answer: twitterError(429, 88, "Rate limit exceeded") },
  ])("returns no friends if $name", async ({ answer }) => {
    standIn.failWith(failing(FRIENDS, answer));
    const profile = await verifyTwitter(credentials, settings, context);
    expect(profile.id).toBe(ann.id);
    expect(profile).not.toHaveProperty("friends");
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const cases: {
    name: string;
    sent?: Partial<typeof credentials>;
    user?: TwitterUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "a token nobody knows", sent: { accessToken: "1-token-of-nobody" }, expected: refused },
    { name: "a secret that is not the token's", sent: { accessSecret: "secret-of-eve" }, expected: refused },
    { name: "a token with a space", sent: { accessToken: "1350-token of-ann" }, expected: refused },
    { name: "a secret with a line break", sent: { accessSecret: "secret\nof" }, expected: refused },
    { name: "a token of another app", user: { ...ann, consumerKey: "other" }, expected: refused },
    { name: "a suspended account", user: { ...ann, isSuspended: true }, expected: refused },
    {
      name: "a token that is revoked before the friends are read",
      failure: failing(FRIENDS, twitterError(401, 89, credentials.accessToken)),
      expected: refused,
    },
    {
      name: "an id that is only a number, which is too large to be exact",
      failure: failing(PROFILE, { body: Buffer.from('{"id": 1350123456789012345, "name": "Ann"}') }),
      expected: "unavailable TW",
    },
    {
      name: "an error that is not about the token",
      failure: failing(PROFILE, twitterError(403, 453, credentials.accessToken)),
      expected: "unavailable TW",
    },
  ];
  test.each(cases)("refuses $name", async ({ sent, user, failure, expected }) => {
    if (user) standIn.addUser(user);
    if (failure) standIn.failWith(failure);
    expect(await failureOf(verifyTwitter({ ...credentials, ...sent }, settings, context), SECRETS)).toBe(expected);
  });

  test("refuses every token if the app's own secret is wrong", async () => {
    const wrong = { ...settings, consumerSecret: "other" };
    expect(await failureOf(verifyTwitter(credentials, wrong, context), SECRETS)).toBe(refused);
  });

  test("blames this machine's clock if Twitter refuses the time", async () => {
    const late = { ...context, now: () => NOW + 3_600_000 };
    await expect(verifyTwitter(credentials, settings, late)).rejects.toThrow(/clock/);
  });

  test.each(
    [PROFILE, FRIENDS]
      .flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path })))
      .filter(({ name, path }) => path !== FRIENDS || name !== "status 429"),
  )("is unavailable on $name from $path", async ({ path, failure, isHasty, reason }) => {
    standIn.failWith({ ...failure, path });
    const attempt = verifyTwitter(credentials, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable TW");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("checkTwitterToken", () => {
  test("reports a token that works as active, without reading friends", async () => {
    expect(await checkTwitterToken(STORED, settings, context)).toEqual({ active: true });
    expect(standIn.requests.map(({ path }) => path)).toEqual([PROFILE]);
  });

  test("reports a revoked token, a wrong secret and what is no token as inactive", async () => {
    for (const token of [`${credentials.accessToken} other`, credentials.accessToken, "", "a\u0000 b"]) {
      expect(await checkTwitterToken(token, settings, context)).toEqual({ active: false });
    }
    standIn.revoke(credentials.accessToken);
    expect(await checkTwitterToken(STORED, settings, context)).toEqual({ active: false });
  });

  test("throws ProviderUnavailable when Twitter fails", async () => {
    standIn.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkTwitterToken(STORED, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

test("the settings are the exported app id and secret; both credentials are required", () => {
  expect(settingsIn({ twitter: { twitterAppId: "k", twitterSecret: null } }, twitter)).toBeUndefined();
  const entry = { twitterAppId: "k", twitterSecret: "s" };
  expect(settingsIn({ twitter: entry }, twitter)).toEqual({ consumerKey: "k", consumerSecret: "s" });
  expect(twitter.missing({ accessSecret: "s" })).toBe("accessToken");
  expect(twitter.missing({ accessToken: "t", accessSecret: "" })).toBe("accessSecret");
});

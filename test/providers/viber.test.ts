import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkViberToken, type ViberSettings, verifyViber, viber } from "../../src/providers/viber.ts";
import { startViberStandIn, type ViberStandIn, type ViberUser } from "../support/stand-ins/viber.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const TOKEN = "token-of-ann";
const SECRETS = ["token-of"];
const ann: ViberUser = { id: "ann==", name: "Ann", accessTokens: [TOKEN] };

let standIn: ViberStandIn;
let settings: ViberSettings;
beforeEach(async () => {
  standIn = await startViberStandIn({ appId: "app", users: [ann] });
  settings = { appId: "app", apiUrl: standIn.url };
});
afterEach(() => standIn.close());

const ids = (count: number) => Array.from({ length: count }, (_, n) => `friend-${n}`);

describe("verifyViber", () => {
  test("returns the profile, the token and the friends", async () => {
    standIn.addUser({ ...ann, friends: ["bob=="] });
    expect(await verifyViber({ accessToken: TOKEN }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: TOKEN,
      friends: [{ id: "bob==", name: "Name of bob==", picture: "https://photos.example/bob==.jpg" }],
    });
  });

  test("returns no friends if the player does not share them", async () => {
    standIn.addUser({ ...ann, friends: "private" });
    expect(await verifyViber({ accessToken: TOKEN }, settings, context)).not.toHaveProperty("friends");
  });

  test.each([
    { friends: 2_400, maxFriends: 10_000, read: 2_400, calls: 5 },
    { friends: 2_400, maxFriends: 600, read: 600, calls: 2 },
  ])("reads $read of $friends friends in $calls calls", async ({ friends, maxFriends, read, calls }) => {
    standIn.addUser({ ...ann, friends: ids(friends) });
    const profile = await verifyViber({ accessToken: TOKEN }, settings, { ...context, maxFriends });
    expect(profile.friends?.map(({ id }) => id)).toEqual(ids(read));
    expect(standIn.requests).toHaveLength(1 + calls);
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const answering = (path: string, status: number, body: unknown): LoopbackFailure => ({
    kind: "answer",
    path,
    answer: { status, body },
  });
  const cases: { name: string; accessToken?: string; user?: ViberUser; failure?: LoopbackFailure; expected: string }[] =
    [
      { name: "a token nobody knows", accessToken: "token-of-nobody", expected: refused },
      { name: "a token with a line break", accessToken: `${TOKEN}\r\nx: y`, expected: refused },
      { name: "a token of another app", user: { ...ann, appId: "other" }, expected: refused },
      {
        name: "an app id that is a number too large to be exact",
        failure: answering("/me", 200, { id: "ann==", appId: 2 ** 60 }),
        expected: refused,
      },
      {
        name: "a token that is revoked before the friends are read",
        failure: answering("/me/friends", 401, {}),
        expected: refused,
      },
      {
        name: "an id that is a number",
        failure: answering("/me", 200, { id: 1, appId: "app" }),
        expected: "unavailable VB",
      },
      { name: "an error that is not about the token", failure: answering("/me", 403, {}), expected: "unavailable VB" },
    ];
  test.each(cases)("refuses $name", async ({ accessToken = TOKEN, user, failure, expected }) => {
    if (user) standIn.addUser(user);
    if (failure) standIn.failWith(failure);
    expect(await failureOf(verifyViber({ accessToken }, settings, context), SECRETS)).toBe(expected);
  });

  test.each(["/me", "/me/friends"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      standIn.failWith({ ...failure, path });
      const attempt = verifyViber({ accessToken: TOKEN }, settings, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable VB");
      await expect(attempt).rejects.toThrow(reason);
    },
  );
});

describe("checkViberToken", () => {
  test("reports a token that works as active, until it is revoked", async () => {
    expect(await checkViberToken(TOKEN, settings, context)).toEqual({ active: true });
    standIn.revoke(TOKEN);
    expect(await checkViberToken(TOKEN, settings, context)).toEqual({ active: false });
  });

  test("reports a token of another app and what is no token as inactive", async () => {
    standIn.addUser({ ...ann, accessTokens: ["foreign"], appId: "other" });
    for (const token of ["foreign", "not a token", ""]) {
      expect(await checkViberToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when the service fails", async () => {
    standIn.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkViberToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

test("the game must enable it and name the app and the service; otherwise it is NOT_ENABLED", () => {
  const entry = { viberEnabled: true, viberAppId: "app", apiUrl: "https://viber.example/api/" };
  expect(settingsIn({ viber: entry }, viber)).toEqual({ appId: "app", apiUrl: "https://viber.example/api" });
  for (const key of ["viberEnabled", "viberAppId", "apiUrl"]) {
    expect(settingsIn({ viber: { ...entry, [key]: null } }, viber)).toBeUndefined();
  }
  expect(viber.notConfigured).toMatchObject({ key: "viber", value: "NOT_ENABLED" });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settingsIn } from "../../src/providers/index.ts";
import {
  checkKongregateToken,
  type KongregateSettings,
  kongregate,
  verifyKongregate,
} from "../../src/providers/kongregate.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { type KongregateStandIn, startKongregateStandIn } from "../support/stand-ins/kongregate.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const KEY = "key-of-the-game";
const credentials = { userId: "765", gameAuthToken: "token-of-ann" };
const STORED = "765 token-of-ann";
const SECRETS = [KEY, credentials.gameAuthToken];

let standIn: KongregateStandIn;
let settings: KongregateSettings;
beforeEach(async () => {
  const ann = { id: 765, name: "Ann", gameAuthToken: credentials.gameAuthToken };
  standIn = await startKongregateStandIn({ apiKey: KEY, users: [ann] });
  settings = { apiKey: KEY, apiUrl: standIn.url };
});
afterEach(() => standIn.close());

const success = (user_id: unknown) => ({ success: true, username: "Ann", user_id });

describe("verifyKongregate", () => {
  test("returns the profile, and a token that holds the user id; there are no friends", async () => {
    const profile = await verifyKongregate(credentials, settings, context);
    expect(profile).toEqual({ id: "765", displayName: "Ann", token: STORED });
    expect(standIn.requests.map(({ path, query }) => [path, query])).toEqual([
      ["/authenticate.json", { user_id: "765", game_auth_token: credentials.gameAuthToken, api_key: KEY }],
    ]);
  });

  const refused = "gameAuthToken: NOTAUTHENTICATED";
  test.each([
    { name: "a token nobody knows", sent: { gameAuthToken: "token-of-nobody" }, expected: refused },
    { name: "a token with a space", sent: { gameAuthToken: "token of" }, expected: refused },
    { name: "another user's id", sent: { userId: "766" }, expected: refused },
    { name: "a guest's id", sent: { userId: "0" }, expected: "userId: NOTAUTHENTICATED" },
    { name: "an id that is no number", sent: { userId: "765&user_id=1" }, expected: "userId: NOTAUTHENTICATED" },
    { name: "a reply for another user", body: success(766), expected: refused },
    {
      name: "a reply whose id is a number too large to be exact",
      sent: { userId: "9007199254740993" },
      body: success(9007199254740992),
      expected: refused,
    },
    { name: "a reply without an id", body: { success: true }, expected: "unavailable KO" },
  ])("refuses $name", async ({ sent, body, expected }) => {
    if (body) standIn.failWith({ kind: "answer", answer: { body } });
    expect(await failureOf(verifyKongregate({ ...credentials, ...sent }, settings, context), SECRETS)).toBe(expected);
  });

  test("refuses a token of another game, whose key differs", async () => {
    const attempt = verifyKongregate(credentials, { ...settings, apiKey: "key-of-another" }, context);
    expect(await failureOf(attempt, SECRETS)).toBe(refused);
  });

  test("accepts an id that the reply has as a text", async () => {
    standIn.failWith({ kind: "answer", answer: { body: success("765") } });
    expect((await verifyKongregate(credentials, settings, context)).id).toBe("765");
  });

  test.each(TROUBLES)("is unavailable on $name", async ({ failure, isHasty, reason }) => {
    standIn.failWith(failure);
    const attempt = verifyKongregate(credentials, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable KO");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("checkKongregateToken", () => {
  test("reports a token that works as active, until it is revoked", async () => {
    expect(await checkKongregateToken(STORED, settings, context)).toEqual({ active: true });
    standIn.revoke(765);
    expect(await checkKongregateToken(STORED, settings, context)).toEqual({ active: false });
  });

  test.each(["765 other", "765", "", "x token-of-ann"])("reports %j as inactive", async (token) => {
    expect(await checkKongregateToken(token, settings, context)).toEqual({ active: false });
  });

  test("throws ProviderUnavailable when Kongregate fails", async () => {
    standIn.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkKongregateToken(STORED, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

test("the settings are the exported key; both credentials are required", () => {
  expect(settingsIn({ kongregate: { kongregateApiKey: null } }, kongregate)).toBeUndefined();
  expect(settingsIn({ kongregate: { kongregateApiKey: "k" } }, kongregate)).toEqual({ apiKey: "k" });
  expect(kongregate.missing({ gameAuthToken: "t" })).toBe("userId");
  expect(kongregate.missing({ userId: "1", gameAuthToken: "" })).toBe("gameAuthToken");
});

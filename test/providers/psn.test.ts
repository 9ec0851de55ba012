import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackAnswer, LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkPsnToken, type PsnCredentials, type PsnSettings, verifyPsn } from "../../src/providers/psn.ts";
import { type PsnStandIn, type PsnUser, psnError, startPsnStandIn } from "../support/stand-ins/psn.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const CLIENT = { clientId: "client-1", clientSecret: "secret-of-client" };
const BASIC = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString("base64");
const CODE = "code-of-ann";
const TOKEN = "psn-token/4521";
const SECRETS = [CODE, "code-of", "psn-token", CLIENT.clientSecret, BASIC];
const ann: PsnUser = { id: "4521", name: "ann-online", codes: [CODE], friends: ["7", "8"] };
const ben: PsnUser = { id: "77", name: "Ben", codes: ["code-of-ben"] };

let psn: PsnStandIn;
let settings: PsnSettings;
beforeEach(async () => {
  psn = await startPsnStandIn({ ...CLIENT, users: [ann], now: () => NOW, maxPageSize: 100 });
  settings = { ...CLIENT, authUrl: psn.url, friendsUrl: psn.url };
});
afterEach(() => psn.close());

const verify = (credentials: PsnCredentials = { authorizationCode: CODE }, more = context) =>
  verifyPsn(credentials, settings, more);
const replyOf = (path: string, answer: LoopbackAnswer): LoopbackFailure => ({ kind: "answer", path, answer });
const TOKEN_PATH = "/oauth/token/psn-token%2F4521";

describe("verifyPsn", () => {
  test("exchanges the code with the client's secret, and returns the account, the token and the friends", async () => {
    expect(await verify()).toEqual({
      id: ann.id,
      displayName: "ann-online",
      token: TOKEN,
      tokenExpiresAt: NOW + 3_600_000,
      friends: [{ id: "7" }, { id: "8" }],
    });
    const [exchange, check, friends] = psn.requests;
    expect(exchange).toMatchObject({
      method: "POST",
      path: "/oauth/token",
      form: { grant_type: "authorization_code", code: CODE, redirect_uri: "orbis://games" },
      headers: { authorization: `Basic ${BASIC}` },
    });
    expect(check).toMatchObject({ method: "GET", path: TOKEN_PATH, headers: { authorization: `Basic ${BASIC}` } });
    expect(friends).toMatchObject({ path: "/users/me/friends", headers: { authorization: `Bearer ${TOKEN}` } });
  });

  test("uses the redirect URI of the request, or else of the settings", async () => {
    psn.addUser({ ...ann, codes: ["1", "2"], redirectUri: "https://game.example" });
    expect((await verify({ authorizationCode: "1", redirectUri: "https://game.example" })).id).toBe(ann.id);
    const there = { ...settings, redirectUri: "https://game.example" };
    expect((await verifyPsn({ authorizationCode: "2" }, there, context)).id).toBe(ann.id);
  });

  const refused = "authorizationCode: NOTAUTHENTICATED";
  const asBen = { authorizationCode: "code-of-ben" };
  const refusals: {
    name: string;
    credentials?: PsnCredentials;
    user?: PsnUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "no code", credentials: {}, expected: "authorizationCode: REQUIRED" },
    { name: "an empty code", credentials: { authorizationCode: "" }, expected: "authorizationCode: REQUIRED" },
    { name: "an unknown code", credentials: { authorizationCode: "code-of-nobody" }, expected: refused },
    { name: "a code with a line break", credentials: { authorizationCode: `${CODE}\r\n` }, expected: refused },
    {
      name: "a code of another redirect URI",
      credentials: { authorizationCode: CODE, redirectUri: "https://game.example" },
      expected: refused,
    },
    { name: "a code of another app", credentials: asBen, user: { ...ben, clientId: "other" }, expected: refused },
    { name: "a token of another app", credentials: asBen, user: { ...ben, tokenClientId: "other" }, expected: refused },
    { name: "an expired token", credentials: asBen, user: { ...ben, expiresAt: NOW }, expected: refused },
    {
      name: "a token that is revoked at once",
      failure: replyOf(TOKEN_PATH, psnError(400, "invalid_token")),
      expected: refused,
    },
    {
      name: "an account id that is too large a number",
      failure: replyOf(TOKEN_PATH, { body: { client_id: CLIENT.clientId, user_id: 2 ** 60 } }),
      expected: "unavailable PS",
    },
    {
      name: "an error of the code exchange that is not about the code",
      failure: replyOf("/oauth/token", psnError(400, "invalid_request")),
      expected: "unavailable PS",
    },
    {
      name: "an error of the token check that is not about the token",
      failure: replyOf(TOKEN_PATH, psnError(404, "not_found")),
      expected: "unavailable PS",
    },
  ];
  test.each(refusals)("refuses $name", async ({ credentials, user, failure, expected }) => {
    if (user) psn.addUser(user);
    if (failure) psn.failWith(failure);
    expect(await failureOf(verify(credentials), SECRETS)).toBe(expected);
  });

  test("refuses a code that was used before", async () => {
    await verify();
    expect(await failureOf(verify(), SECRETS)).toBe(refused);
  });

  test("is unavailable if the game's secret is wrong, and says what to check", async () => {
    const attempt = verifyPsn({ authorizationCode: CODE }, { ...settings, clientSecret: "wrong" }, context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable PS");
    await expect(attempt).rejects.toThrow(/integrations\.psn/);
  });

  test.each(
    ["/oauth/token", TOKEN_PATH, "/users/me/friends"].flatMap((path) =>
      TROUBLES.map((trouble) => ({ ...trouble, path })),
    ),
  )("is unavailable on $name from $path", async ({ path, failure, isHasty, reason }) => {
    psn.failWith({ ...failure, path });
    const attempt = verify(undefined, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable PS");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("friends", () => {
  const many = Array.from({ length: 250 }, (_, n) => String(1000 + n));
  const friendsOf = async (user: Partial<PsnUser>, maxFriends = context.maxFriends) => {
    psn.addUser({ ...ann, ...user });
    return (await verify(undefined, { ...context, maxFriends })).friends?.map(({ id }) => id);
  };
  const offsets = () => psn.requests.filter(({ path }) => path.endsWith("/friends")).map(({ query }) => query.offset);

  test("are read in pages", async () => {
    expect(await friendsOf({ friends: many })).toEqual(many);
    expect(offsets()).toEqual(["0", "100", "200"]);
  });

  test("are limited to maxFriends", async () => {
    expect(await friendsOf({ friends: many }, 150)).toEqual(many.slice(0, 150));
    expect(psn.requests.at(-1)?.query).toEqual({ offset: "100", limit: "50" });
  });

  test("are not read if maxFriends is 0, or without friendsUrl", async () => {
    expect(await friendsOf({ friends: many }, 0)).toBeUndefined();
    psn.addUser(ann);
    const { friendsUrl: _, ...without } = settings;
    expect(await verifyPsn({ authorizationCode: CODE }, without, context)).not.toHaveProperty("friends");
    expect(offsets()).toEqual([]);
  });

  test("are left as they were if the game may not read them, and none if there are none", async () => {
    expect(await friendsOf({ hidesFriends: true })).toBeUndefined();
    expect(await friendsOf({ friends: [] })).toEqual([]);
  });

  test("are left as they were if a later page is refused, since a part would end the other friendships", async () => {
    psn.failWith(replyOf("/users/me/friends", psnError(403, "insufficient_scope")));
    psn.failWith({ ...replyOf("/users/me/friends", { body: { friends: ["7"], totalItemCount: 2 } }), times: 1 });
    expect(await verify()).not.toHaveProperty("friends");
  });

  test("are unavailable if all pages together exceed the time limit", async () => {
    const slow = await startPsnStandIn({ ...CLIENT, users: [{ ...ann, friends: many }], maxPageSize: 10 });
    slow.failWith({ kind: "delay", path: "/users/me/friends", ms: 60 });
    try {
      const there = { ...settings, authUrl: slow.url, friendsUrl: slow.url };
      const attempt = verifyPsn({ authorizationCode: CODE }, there, { ...context, now: Date.now, timeoutMs: 250 });
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable PS");
    } finally {
      await slow.close();
    }
  });

  test("end where a page is empty, whatever the total is, and are not repeated", async () => {
    psn.failWith(replyOf("/users/me/friends", { body: { friends: [], totalItemCount: 9_000 } }));
    psn.failWith({
      ...replyOf("/users/me/friends", { body: { friends: ["7", "7", 8], totalItemCount: 9_000 } }),
      times: 1,
    });
    expect((await verify()).friends).toEqual([{ id: "7" }, { id: "8" }]);
  });
});

describe("checkPsnToken", () => {
  test("reports an active token and its expiry, and a revoked one and an unknown one as inactive", async () => {
    await verify();
    expect(await checkPsnToken(TOKEN, settings, context)).toEqual({ active: true, expiresAt: NOW + 3_600_000 });
    psn.revoke(ann.id);
    for (const token of [TOKEN, "unknown", "not a token"]) {
      expect(await checkPsnToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when PSN fails", async () => {
    psn.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkPsnToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackAnswer, LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkXboxLiveToken, verifyXboxLive, type XboxLiveCredentials } from "../../src/providers/xbox-live.ts";
import type { XboxSettings } from "../../src/providers/xbox-profile.ts";
import { startXboxStandIn, XBOX_USER_HASH, type XboxStandIn, type XboxUser } from "../support/stand-ins/xbox.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

const xsts = (token: string, hash = XBOX_USER_HASH) => `XBL3.0 x=${hash};${token}`;
const TOKEN = xsts("eyJ.token-of-ann");
const SECRETS = ["token-of", "eyJ"];
const ann: XboxUser = {
  id: "2584878536129841",
  name: "Ann",
  tokens: ["eyJ.token-of-ann"],
  people: [
    { id: "7", followsBack: true },
    { id: "8", followsBack: false },
  ],
};

let xbox: XboxStandIn;
let settings: XboxSettings;
beforeEach(async () => {
  xbox = await startXboxStandIn({ users: [ann], maxPageSize: 100 });
  settings = { profileUrl: xbox.url, socialUrl: xbox.url };
});
afterEach(() => xbox.close());

const verify = (more: XboxLiveCredentials = {}, by = context) =>
  verifyXboxLive({ stsTokenString: TOKEN, ...more }, settings, by);
const replyOf = (path: string, answer: LoopbackAnswer): LoopbackFailure => ({ kind: "answer", path, answer });
const [PROFILE, PEOPLE] = ["/users/me/profile/settings", "/users/me/people"] as const;

describe("verifyXboxLive", () => {
  test("returns the user, the token and the people who follow each other with the user", async () => {
    expect(await verify()).toEqual({ id: ann.id, displayName: "Ann", token: TOKEN, friends: [{ id: "7" }] });
    const [profile, people] = xbox.requests;
    expect(profile).toMatchObject({
      path: PROFILE,
      query: { settings: "GameDisplayName" },
      headers: { authorization: TOKEN, "x-xbl-contract-version": "2" },
    });
    expect(people).toMatchObject({ path: PEOPLE, headers: { authorization: TOKEN, "x-xbl-contract-version": "1" } });
  });

  test("uses the name of the request only if Xbox Live returns none", async () => {
    expect((await verify({ displayName: "Sent" })).displayName).toBe("Ann");
    xbox.addUser({ ...ann, name: "" });
    expect((await verify({ displayName: "Sent" })).displayName).toBe("Sent");
    expect(await verify()).not.toHaveProperty("displayName");
  });

  const refused = "accessToken: NOTAUTHENTICATED";
  const malformed = "code: NOTAUTHENTICATED";
  const user = { id: "1", settings: [] };
  const refusals: { name: string; stsTokenString?: string; failure?: LoopbackFailure; expected: string }[] = [
    { name: "no token", stsTokenString: "", expected: "stsTokenString: REQUIRED" },
    { name: "a token without its user hash", stsTokenString: "eyJ.token-of-ann", expected: malformed },
    { name: "a token of no user", stsTokenString: xsts("eyJ.token-of-ann", "-"), expected: malformed },
    { name: "a token with a line break", stsTokenString: `${TOKEN}\r\nx: y`, expected: malformed },
    { name: "a token that is too long", stsTokenString: xsts("a".repeat(8192)), expected: malformed },
    { name: "an unknown, expired or revoked token", stsTokenString: xsts("eyJ.token-of-eve"), expected: refused },
    { name: "a token with the hash of another user", stsTokenString: xsts("eyJ.token-of-ann", "1"), expected: refused },
    {
      name: "a token for another relying party",
      failure: replyOf(PROFILE, { status: 403, body: Buffer.alloc(0) }),
      expected: refused,
    },
    {
      name: "an error that is not about the token",
      failure: replyOf(PROFILE, { status: 404, body: {} }),
      expected: "unavailable XB",
    },
    {
      name: "a profile of nobody",
      failure: replyOf(PROFILE, { body: { profileUsers: [] } }),
      expected: "unavailable XB",
    },
    {
      name: "profiles of two users",
      failure: replyOf(PROFILE, { body: { profileUsers: [user, user] } }),
      expected: "unavailable XB",
    },
    {
      name: "a profile without a XUID",
      failure: replyOf(PROFILE, { body: { profileUsers: [{ ...user, id: "__proto__" }] } }),
      expected: "unavailable XB",
    },
  ];
  test.each(refusals)("refuses $name", async ({ stsTokenString = TOKEN, failure, expected }) => {
    if (failure) xbox.failWith(failure);
    expect(await failureOf(verify({ stsTokenString }), SECRETS)).toBe(expected);
  });

  test.each([PROFILE, PEOPLE].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))))(
    "is unavailable on $name from $path",
    async ({ path, failure, isHasty, reason }) => {
      xbox.failWith({ ...failure, path });
      const attempt = verify({}, isHasty ? hasty : context);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable XB");
      await expect(attempt).rejects.toThrow(reason);
    },
  );
});

describe("friends", () => {
  const many = Array.from({ length: 250 }, (_, n) => ({ id: String(1000 + n), followsBack: true }));
  const friendsOf = async (more: Partial<XboxUser>, maxFriends = context.maxFriends) => {
    xbox.addUser({ ...ann, ...more });
    return (await verify({}, { ...context, maxFriends })).friends?.map(({ id }) => id);
  };
  const starts = () => xbox.requests.filter(({ path }) => path === PEOPLE).map(({ query }) => query.startIndex);

  test("are read in pages", async () => {
    expect(await friendsOf({ people: many })).toEqual(many.map(({ id }) => id));
    expect(starts()).toEqual(["0", "100", "200"]);
  });

  test("are limited to maxFriends", async () => {
    expect(await friendsOf({ people: many }, 150)).toHaveLength(150);
    expect(starts()).toEqual(["0", "100"]);
    expect(await friendsOf({ people: many }, 0)).toBeUndefined();
    expect(starts()).toEqual(["0", "100"]);
  });

  test("are left as they were if the token does not allow reading them", async () => {
    expect(await friendsOf({ peopleStatus: 403 })).toBeUndefined();
    expect(await friendsOf({ people: [] })).toEqual([]);
  });

  test("are unavailable if the people service fails", async () => {
    xbox.addUser({ ...ann, peopleStatus: 400 });
    expect(await failureOf(verify(), SECRETS)).toBe("unavailable XB");
  });
});

describe("checkXboxLiveToken", () => {
  test("reports a good token as active, and a revoked one and an unknown one as inactive", async () => {
    expect(await checkXboxLiveToken(TOKEN, settings, context)).toEqual({ active: true });
    xbox.revoke("eyJ.token-of-ann");
    for (const token of [TOKEN, xsts("unknown"), "not a token"]) {
      expect(await checkXboxLiveToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when Xbox Live fails", async () => {
    xbox.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkXboxLiveToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});

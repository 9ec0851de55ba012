import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft, NetworkAccount, PublisherContext } from "../../src/publishers/publisher.ts";
import { twitter } from "../../src/publishers/twitter.ts";
import { weightOf } from "../../src/publishers/twitter-text.ts";
import type { NetworkAnswer } from "../support/networks/server.ts";
import {
  CONSUMER,
  oauthError,
  problem,
  REDIRECT,
  startTwitter,
  type TwitterStandIn,
  USER,
  v1Error,
} from "../support/networks/twitter.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, renewing, TROUBLES } from "./support.ts";

let standIn: TwitterStandIn;
// biome-ignore lint/suspicious/noExplicitAny: settings of a server, as they are read.
let settings: any;
let account: NetworkAccount;
beforeEach(async () => {
  standIn = await startTwitter(() => NOW);
  settings = standIn.settings;
  account = standIn.connect();
});
afterEach(() => standIn.close());

const LATER = NOW + 90_000;
const secrets = () => [
  account.credentials.token,
  account.credentials.refreshToken!,
  settings.twitterClientSecret,
  settings.twitterConsumerSecret,
];
const publish = (draft = draftOf("Hello"), context = contextOf(), as = account) =>
  twitter.publish(settings, as, draft, context, progressOf());
const find = (draft: Draft = draftOf("Hello"), { attemptedAt = NOW, now = LATER } = {}) =>
  twitter.find!(settings, account, draft, { attemptedAt, saved: {} }, contextOf({ now: () => now }));
const refuse = (answer: NetworkAnswer) => standIn.server.failNext(answer);
const [byOAuth2, byOAuth1] = twitter.connecting;
if (byOAuth2?.kind !== "oauth2" || byOAuth1?.kind !== "oauth1") throw new Error("other ways");

describe("connecting with OAuth 2", () => {
  const verifier = "v".repeat(43);
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const exchange = (code: string, with_ = settings) =>
    byOAuth2.exchange(with_, { code, verifier, redirectUri: REDIRECT }, contextOf());

  test("asks with the challenge, for access that can be renewed", () => {
    const url = byOAuth2.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge });
    expect(url.origin + url.pathname).toBe(`${standIn.url}/i/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "twitter-client",
      redirect_uri: REDIRECT,
      scope: "tweet.read tweet.write users.read media.write offline.access",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
  });

  test("returns the account of the user", async () => {
    expect(await exchange(standIn.code(challenge))).toEqual([
      {
        id: USER,
        handle: "ada",
        displayName: "Ada",
        avatarUrl: "https://pbs.example/a.png",
        profileUrl: "https://x.com/ada",
        credentials: { token: expect.any(String), refreshToken: expect.any(String), expiresAt: NOW + 7_200_000 },
      },
    ]);
  });

  test.each([
    { name: "an unknown code", code: () => "unknown", expected: "TOKEN invalid_request" },
    { name: "a code of another challenge", code: () => standIn.code("other"), expected: "TOKEN invalid_request" },
    { name: "a user who allows no posts", code: () => standIn.code(challenge, "tweet.read"), expected: "TOKEN" },
    {
      name: "another invalid request",
      answer: oauthError(400, "invalid_request", "Missing"),
      expected: "UNAVAILABLE invalid_request",
    },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE 200" },
  ])("refuses $name", async ({ code = () => standIn.code(challenge), answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(exchange(code()), secrets())).toBe(expected);
  });

  test("reports a wrong client secret as a wrong setting", async () => {
    const wrong = { ...settings, twitterClientSecret: "no" };
    expect(await failureOf(exchange(standIn.code(challenge), wrong))).toBe("NOT_CONFIGURED unauthorized_client");
  });
});

describe("connecting with OAuth 1.0a", () => {
  const begin = (with_ = settings, context = contextOf()) => byOAuth1.begin(with_, { callbackUrl: REDIRECT }, context);

  test.each([
    { name: "the pair of the settings", given: {}, more: {} },
    {
      name: "the caller's pair",
      given: { twitterConsumerKey: "", twitterConsumerSecret: "" },
      more: { consumer: CONSUMER },
    },
  ])("takes three signed steps with $name", async ({ given, more }) => {
    const context: PublisherContext = contextOf(more);
    const with_ = { ...settings, ...given };
    const { authorizeUrl, token, tokenSecret } = await begin(with_, context);
    expect(authorizeUrl.href).toBe(`${standIn.url}/oauth/authorize?oauth_token=${token}`);
    const grant = { token, tokenSecret, verifier: standIn.verifier(token) };
    const [profile] = await byOAuth1.exchange(with_, grant, context);
    expect(profile).toMatchObject({ id: USER, handle: "ada", displayName: "Ada" });
    expect(profile!.credentials).toEqual({ token: expect.any(String), tokenSecret: expect.any(String) });
    await twitter.publish(with_, profile!, draftOf("Hello & goodbye"), context, progressOf());
    expect(standIn.posts()).toHaveLength(1);
  });

  test("connects without a profile, which not every app may read", async () => {
    const { token, tokenSecret } = await begin();
    standIn.server.failNext(problem(403, "Forbidden", "x"), ({ path }) => path === "/2/users/me");
    const grant = { token, tokenSecret, verifier: standIn.verifier(token) };
    expect(await byOAuth1.exchange(settings, grant, contextOf())).toMatchObject([{ id: USER, handle: "ada" }]);
  });

  test("refuses a verifier that X did not give, a wrong consumer secret and a missing one", async () => {
    const { token, tokenSecret } = await begin();
    standIn.verifier(token);
    const attempt = byOAuth1.exchange(settings, { token, tokenSecret, verifier: "other" }, contextOf());
    expect(await failureOf(attempt, secrets())).toBe("TOKEN 401");
    expect(await failureOf(begin({ ...settings, twitterConsumerSecret: "wrong" }), ["wrong"])).toBe(
      "NOT_CONFIGURED 401",
    );
    expect(await failureOf(begin({ ...settings, twitterConsumerSecret: "" }))).toBe("NOT_CONFIGURED");
    refuse({ body: Buffer.from("<html>") });
    expect(await failureOf(begin())).toBe("UNAVAILABLE");
  });
});

test("either way to connect is enough", () => {
  const none = { ...settings, twitterClientId: "", twitterConsumerKey: "" };
  expect(twitter.missing!(none)).toBe("twitterClientId");
  expect(twitter.missing!({ ...none, twitterClientId: "c" })).toBeUndefined();
  expect(twitter.missing!({ ...none, twitterConsumerKey: "k" })).toBeUndefined();
  expect(byOAuth1.missing!({ ...settings, twitterConsumerSecret: "" })).toBe("twitterConsumerSecret");
});

describe("publishing", () => {
  test("creates a post", async () => {
    const published = await publish(draftOf("Hello", { options: { replySettings: "following" } }));
    const [post] = standIn.posts();
    expect(post).toEqual({ id: published.id, text: "Hello" });
    expect(published.url).toBe(`https://x.com/ada/status/${published.id}`);
    expect(standIn.server.requests[0]?.json).toEqual({ text: "Hello", reply_settings: "following" });
  });

  test("uploads images first, with their alternative texts", async () => {
    await publish(draftOf("", { media: [IMAGE, { ...IMAGE, altText: "" }] }));
    expect(standIn.created[0]?.media).toHaveLength(2);
    expect([...standIn.altTexts.values()]).toEqual(["A red square"]);
    expect(standIn.server.requests.at(-1)?.json).not.toHaveProperty("text");
  });

  test("signs each call of an account of OAuth 1.0a, uploads included", async () => {
    await publish(draftOf("Hello", { media: [IMAGE] }), contextOf(), standIn.connectOAuth1());
    expect(standIn.posts()).toHaveLength(1);
    const wrong = contextOf({ consumer: { ...CONSUMER, secret: "wrong" } });
    expect(await failureOf(publish(draftOf("b"), wrong, standIn.connectOAuth1()), ["wrong"])).toBe("TOKEN 401");
    settings = { ...settings, twitterConsumerKey: "" };
    expect(await failureOf(publish(draftOf("c"), contextOf(), standIn.connectOAuth1()))).toBe("NOT_CONFIGURED");
  });

  test.each(TROUBLES)("reports $expected on $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draftOf("a"), isHasty ? hasty() : contextOf()), secrets())).toBe(expected);
  });

  test.each(TROUBLES)("is UNAVAILABLE on $name while it uploads, since nothing is published", async (row) => {
    standIn.server.failNext(row.trouble);
    const attempt = publish(draftOf("a", { media: [IMAGE] }), row.isHasty ? hasty() : contextOf());
    expect(await failureOf(attempt, secrets())).toBe("UNAVAILABLE");
    expect(standIn.posts()).toEqual([]);
  });

  test.each([{ body: null }, { body: { data: {} } }, { body: { data: { id: "1/2" } } }])(
    "does not know the outcome of $body",
    async ({ body }) => {
      refuse({ status: 201, body });
      expect(await failureOf(publish(), secrets())).toBe("unknown");
    },
  );

  test("is UNAVAILABLE if nothing listens there", async () => {
    await standIn.close();
    expect(await failureOf(publish(), secrets())).toBe("UNAVAILABLE");
  });

  test("the same text again is a duplicate", async () => {
    await publish();
    expect(await failureOf(publish(), secrets())).toBe("DUPLICATE 403");
  });

  test.each([
    { answer: problem(401, "Unauthorized", "Unauthorized"), expected: "TOKEN 401" },
    { answer: problem(403, "Forbidden", "You are not permitted to perform this action."), expected: "PERMISSION 403" },
    { answer: problem(403, "Forbidden", "x", "duplicate-rules"), expected: "DUPLICATE duplicate-rules" },
    { answer: problem(403, "Forbidden", "x", "user-suspended"), expected: "TOKEN user-suspended" },
    { answer: problem(403, "Forbidden", "x", "oauth1-permissions"), expected: "TOKEN oauth1-permissions" },
    { answer: problem(403, "Forbidden", "x", "client-forbidden"), expected: "PERMISSION client-forbidden" },
    { answer: problem(429, "UsageCapExceeded", "Usage cap exceeded", "usage-capped"), expected: "RATE usage-capped" },
    { answer: problem(402, "CreditsDepleted", "no credits", "credits"), expected: "RATE credits" },
    { answer: problem(400, "Invalid Request", "Your media IDs are invalid."), expected: "MEDIA 400" },
    { answer: problem(400, "Invalid Request", "The text is too long."), expected: "CONTENT 400" },
    { answer: v1Error(403, 187, "Status is a duplicate."), expected: "DUPLICATE 187" },
    { answer: v1Error(403, 186, "Tweet needs to be a bit shorter."), expected: "CONTENT 186" },
    { answer: v1Error(401, 89, "Invalid or expired token."), expected: "TOKEN 89" },
    { answer: { status: 404, body: Buffer.from("<html>") }, expected: "GONE 404" },
  ])("is refused with $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(publish(), secrets())).toBe(expected);
  });

  test("too many posts: when to try again", async () => {
    standIn.failNext("rate");
    await expect(publish()).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 900_000 });
  });

  test("an expired token can be renewed, and both tokens are replaced", async () => {
    standIn.expireAccess();
    const { result, renewed } = await renewing(twitter, settings, account, (as) =>
      publish(draftOf("Hello"), contextOf(), as),
    );
    expect(standIn.posts()).toMatchObject([{ id: result.id }]);
    expect(renewed).not.toMatchObject({ refreshToken: account.credentials.refreshToken });
  });

  test("a grant that ended cannot be renewed; one of OAuth 1.0a cannot be", async () => {
    standIn.failNext("token");
    const attempt = renewing(twitter, settings, account, (as) => publish(draftOf("Hello"), contextOf(), as));
    expect(await failureOf(attempt, secrets())).toBe("TOKEN invalid_request");
    const old = standIn.connectOAuth1();
    expect(await twitter.refresh!(settings, old, contextOf())).toEqual(old.credentials);
    standIn.failNext("token");
    await expect(publish(draftOf("a"), contextOf(), old)).rejects.toMatchObject({ kind: "TOKEN", canRenew: false });
  });

  test("without an OAuth 2 client in the settings a token is used, and not renewed", async () => {
    const without = { ...settings, twitterClientId: "" };
    await twitter.publish(without, account, draftOf("Hello"), contextOf(), progressOf());
    const calls = standIn.server.requests.length;
    expect(await failureOf(twitter.refresh!(without, account, contextOf()), secrets())).toBe("NOT_CONFIGURED");
    expect(standIn.server.requests).toHaveLength(calls);
  });
});

describe("finding", () => {
  test.each([
    { name: "a text", draft: draftOf("Hello") },
    { name: "characters that X escapes", draft: draftOf("a < b && c > d &amp; &lt;") },
    { name: "links, which X shortens", draft: draftOf("See https://a.example/ and http://b.example/x?y=1&z=2\n\nnow") },
    { name: "an image, for which X adds a link", draft: draftOf("Look", { media: [IMAGE] }) },
    { name: "an image alone", draft: draftOf("", { media: [IMAGE] }) },
  ])("finds $name in a post whose response was lost", async ({ draft }) => {
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(draft))).toBe("unknown");
    expect(await find(draft)).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test("finds a long post by its whole text", async () => {
    const text = `${"long ".repeat(100)}&`;
    const note = { id: "5", text: "long …", note_tweet: { text: text.replace("&", "&amp;") } };
    refuse({ body: { data: [note] } });
    expect(await find(draftOf(text))).toMatchObject({ id: "5" });
  });

  test("a post with another text, or from before the attempt, is another", async () => {
    await publish();
    expect(await find(draftOf("Hell"))).toBe("absent");
    const attemptedAt = NOW + 31_000;
    expect(await find(draftOf("Hello"), { attemptedAt, now: attemptedAt + 60_000 })).toBe("absent");
  });

  test("reports a post as absent only when the list must show it", async () => {
    await expect(find(draftOf("a"), { now: NOW + 1 })).rejects.toMatchObject({
      kind: "UNAVAILABLE",
      retryAfterMs: 59_999,
    });
  });

  test.each([
    {
      name: "an app that may not read",
      answer: problem(403, "Forbidden", "x", "client-not-enrolled"),
      expected: "unknown",
    },
    {
      name: "a list that is full",
      answer: { body: { data: Array.from({ length: 100 }, (_, n) => ({ id: `${n}`, text: "b" })) } },
      expected: "unknown",
    },
    { name: "an expired token", answer: problem(401, "Unauthorized", "x"), expected: "TOKEN 401" },
    { name: "status 500", answer: { status: 500, body: {} }, expected: "UNAVAILABLE" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("$name: $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(expected === "unknown" ? await find() : await failureOf(find(), secrets())).toBe(expected);
  });
});

describe("deleting", () => {
  const remove = (id: string) => twitter.delete!(settings, account, { id }, contextOf());

  test("deletes a post, and an absent one", async () => {
    const { id } = await publish();
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
  });

  test.each([
    { name: "an id of another form", id: "1/../2", expected: "GONE" },
    { name: "a post that X keeps", answer: { body: { data: { deleted: false } } }, expected: "PERMISSION" },
    { name: "another's post", answer: problem(403, "Forbidden", "x"), expected: "PERMISSION 403" },
    { name: "an expired token", answer: problem(401, "Unauthorized", "x"), expected: "TOKEN 401" },
    { name: "status 500", answer: { status: 500, body: {} }, expected: "unknown" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "unknown" },
  ])("refuses $name", async ({ id = "1", answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(remove(id), secrets())).toBe(expected);
  });
});

describe("ending the access", () => {
  test("ends both tokens of OAuth 2, and those that have ended", async () => {
    await twitter.revoke!(settings, account, contextOf());
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 401");
    expect(await failureOf(twitter.refresh!(settings, account, contextOf()), secrets())).toBe("TOKEN invalid_request");
    await twitter.revoke!(settings, account, contextOf());
  });

  test("ends the token of OAuth 1.0a, and one that has ended", async () => {
    const old = standIn.connectOAuth1();
    await twitter.revoke!(settings, old, contextOf());
    expect(await failureOf(publish(draftOf("a"), contextOf(), old))).toBe("TOKEN 401");
    await twitter.revoke!(settings, old, contextOf());
  });

  test("is refused with a wrong client secret, and unknown without a response", async () => {
    const wrong = { ...settings, twitterClientSecret: "no" };
    expect(await failureOf(twitter.revoke!(wrong, account, contextOf()))).toBe("NOT_CONFIGURED unauthorized_client");
    standIn.server.failNext("drop");
    expect(await failureOf(twitter.revoke!(settings, account, contextOf()), secrets())).toBe("unknown");
  });
});

describe("the weight of a text", () => {
  test.each([
    { text: "Hello", weight: 5 },
    { text: "e\u0301", weight: 1 },
    { text: "漢字かな", weight: 8 },
    { text: "한", weight: 2 },
    { text: "👨‍👩‍👧‍👦", weight: 2 },
    { text: "🇩🇪", weight: 2 },
    { text: "1\ufe0f\u20e3", weight: 2 },
    { text: "“quoted” – text…", weight: 17 },
    { text: "https://a.example", weight: 23 },
    { text: `https://a.example/${"x".repeat(100)}.`, weight: 24 },
    { text: "see example.com/x, and me@example.com", weight: 4 + 23 + 6 + 14 },
    { text: "node.js 3.5 e.g. this", weight: 21 },
  ])("$text: $weight", ({ text, weight }) => expect(weightOf(text)).toBe(weight));
});

describe("limits", () => {
  test.each([
    { name: "280 letters", draft: { text: "a".repeat(280) }, codes: [] },
    { name: "281 letters", draft: { text: "a".repeat(281) }, codes: ["TEXT_TOO_LONG"] },
    { name: "141 Asian letters", draft: { text: "字".repeat(141) }, codes: ["TEXT_TOO_LONG"] },
    { name: "a long post", draft: { text: "a".repeat(25_000), options: { longPost: true } }, codes: [] },
    { name: "nothing", draft: { text: "" }, codes: ["TEXT_REQUIRED"] },
    { name: "4 images", draft: { text: "", media: Array(4).fill(IMAGE) }, codes: [] },
    { name: "5 images", draft: { text: "", media: Array(5).fill(IMAGE) }, codes: ["TOO_MANY_MEDIA"] },
    {
      name: "a video",
      draft: { text: "a", media: [{ ...IMAGE, kind: "video" as const }] },
      codes: ["MEDIA_UNSUPPORTED"],
    },
    {
      name: "a long alternative text",
      draft: { text: "a", media: [{ ...IMAGE, altText: "a".repeat(1_001) }] },
      codes: ["TEXT_TOO_LONG"],
    },
    { name: "an unknown audience", draft: { text: "a", options: { replySettings: "all" } }, codes: ["OPTION_INVALID"] },
  ])("$name: $codes", ({ draft, codes }) => {
    expect(twitter.check({ ...draftOf(""), ...draft }).map(({ code }) => code)).toEqual(codes);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { reddit } from "../../src/publishers/reddit.ts";
import { httpError, REDIRECT, type RedditStandIn, refused, startReddit } from "../support/networks/reddit.ts";
import type { NetworkAnswer } from "../support/networks/server.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, renewing, TROUBLES } from "./support.ts";

let standIn: RedditStandIn;
// biome-ignore lint/suspicious/noExplicitAny: settings of a server, as they are read.
let settings: any;
let account: NetworkAccount;
beforeEach(async () => {
  standIn = await startReddit(() => NOW);
  settings = standIn.settings;
  account = standIn.connect();
});
afterEach(() => standIn.close());

const LATER = NOW + 90_000;
const options = { title: "My game", subreddit: "gamedev" };
const draft = draftOf("It is *out*", { options });
const drafted = (more: Partial<Draft>, moreOptions = {}): Draft => ({
  ...draft,
  ...more,
  options: { ...options, ...moreOptions },
});
const secrets = () => [account.credentials.token, account.credentials.refreshToken!, settings.redditClientSecret];
const publish = (given = draft, context = contextOf(), as = account) =>
  reddit.publish(settings, as, given, context, progressOf());
const find = (given = draft, { attemptedAt = NOW, now = LATER } = {}) =>
  reddit.find!(settings, account, given, { attemptedAt, saved: {} }, contextOf({ now: () => now }));
const refuse = (answer: NetworkAnswer) => standIn.server.failNext(answer);
const form = () => Object.fromEntries(standIn.server.requests.at(-1)!.form);

describe("connecting", () => {
  const [way] = reddit.connecting;
  if (way?.kind !== "oauth2") throw new Error("not by OAuth 2");
  const exchange = (code: string, with_ = settings) =>
    way.exchange(with_, { code, verifier: "v", redirectUri: REDIRECT }, contextOf());

  test("asks for permanent access", () => {
    const url = way.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s 1", challenge: "c" });
    expect(url.origin + url.pathname).toBe(`${standIn.url}/api/v1/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: "reddit client",
      response_type: "code",
      state: "s 1",
      redirect_uri: REDIRECT,
      duration: "permanent",
      scope: "identity submit edit read history",
    });
  });

  test("returns the account of the user", async () => {
    expect(await exchange(standIn.code())).toEqual([
      {
        id: "t2_ada1",
        handle: "ada",
        displayName: "ada",
        avatarUrl: "https://i.example/a.png",
        profileUrl: "https://www.reddit.com/user/ada",
        credentials: { token: expect.any(String), refreshToken: expect.any(String), expiresAt: NOW + 3_600_000 },
      },
    ]);
  });

  test.each([
    { name: "an unknown code", code: () => "unknown", expected: "TOKEN invalid_grant" },
    { name: "a user who allows no posts", code: () => standIn.code("identity"), expected: "TOKEN" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE 200" },
    { name: "too many calls", answer: httpError(429, "Too Many Requests"), expected: "RATE 429" },
    { name: "status 500", answer: httpError(500, "x"), expected: "UNAVAILABLE" },
  ])("refuses $name", async ({ code = () => standIn.code(), answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(exchange(code()), secrets())).toBe(expected);
  });

  test("reports a wrong client secret as a wrong setting", async () => {
    const wrong = { ...settings, redditClientSecret: "another secret" };
    expect(await failureOf(exchange(standIn.code(), wrong), ["another secret"])).toBe("NOT_CONFIGURED 401");
    expect(reddit.missing!({ ...settings, redditClientSecret: "" })).toBe("redditClientSecret");
    expect(reddit.missing!({ ...settings, redditClientId: "" })).toBe("redditClientId");
    expect(reddit.missing!(settings)).toBeUndefined();
  });
});

describe("publishing", () => {
  test("submits a text", async () => {
    expect(await publish()).toEqual({ id: "t3_1abc0001", url: expect.stringMatching(/\/r\/gamedev\/comments\//) });
    expect(form()).toEqual({
      api_type: "json",
      sr: "gamedev",
      title: "My game",
      resubmit: "true",
      kind: "self",
      text: "It is *out*",
    });
    expect(standIn.server.requests[0]?.headers["user-agent"]).toBe("server:rekindle:test");
  });

  test.each([
    {
      name: "an image without a text is a link",
      given: { text: "", media: [IMAGE] },
      sent: { kind: "link", url: IMAGE.url },
    },
    {
      name: "the option link is a link",
      given: { text: "" },
      more: { link: "https://a.example" },
      sent: { kind: "link", url: "https://a.example" },
    },
    {
      name: "images follow a text as links",
      given: {
        text: "Look",
        media: [
          { ...IMAGE, altText: "a [b]" },
          { url: "https://m.example/c.png", kind: "image" as const },
        ],
      },
      sent: { kind: "self", text: `Look\n\n[a \\[b\\]](${IMAGE.url})\n\nhttps://m.example/c.png` },
    },
    {
      name: "options are passed on",
      given: {},
      more: { subreddit: "r/gamedev", flairId: "f1", flairText: "New", nsfw: true, spoiler: true },
      sent: { sr: "gamedev", flair_id: "f1", flair_text: "New", nsfw: "true", spoiler: "true" },
    },
  ])("$name", async ({ given, more, sent }) => {
    await publish(drafted(given, more));
    expect(form()).toMatchObject(sent);
  });

  test.each(TROUBLES)("reports $expected on $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draft, isHasty ? hasty() : contextOf()), secrets())).toBe(expected);
  });

  test.each([
    { name: "null", body: null },
    { name: "no id", body: { json: { errors: [], data: {} } } },
    { name: "an id of another form", body: { json: { errors: [], data: { name: "t3_../x" } } } },
  ])("does not know the outcome if the response is $name", async ({ body }) => {
    refuse({ body });
    expect(await failureOf(publish(), secrets())).toBe("unknown");
  });

  test("is UNAVAILABLE if nothing listens there", async () => {
    await standIn.close();
    expect(await failureOf(publish(), secrets())).toBe("UNAVAILABLE");
  });

  test.each([
    {
      answer: refused("ALREADY_SUB", "that link has already been submitted", "url"),
      expected: "DUPLICATE ALREADY_SUB",
    },
    { answer: refused("USER_REQUIRED", "Please log in to do that."), expected: "TOKEN USER_REQUIRED" },
    { answer: refused("QUOTA_FILLED", "You've submitted too many"), expected: "RATE QUOTA_FILLED" },
    {
      answer: refused("SUBMIT_VALIDATION_FLAIR_REQUIRED", "needs flair"),
      expected: "CONTENT SUBMIT_VALIDATION_FLAIR_REQUIRED",
    },
    { answer: httpError(403, "Forbidden"), expected: "PERMISSION 403" },
    {
      answer: { ...httpError(403, "Forbidden"), headers: { "www-authenticate": 'Bearer error="insufficient_scope"' } },
      expected: "TOKEN 403",
    },
    {
      answer: { status: 403, body: { reason: "banned", message: "Forbidden", error: 403 } },
      expected: "PERMISSION banned",
    },
    { answer: httpError(404, "Not Found"), expected: "CONTENT 404" },
    { answer: httpError(413, "Too large"), expected: "CONTENT 413" },
  ])("is refused with $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(publish(), secrets())).toBe(expected);
  });

  test.each([
    { subreddit: "nowhere", expected: "CONTENT SUBREDDIT_NOEXIST" },
    { subreddit: "private", expected: "PERMISSION SUBREDDIT_NOTALLOWED" },
    { subreddit: "linksonly", expected: "CONTENT NO_SELFS" },
  ])("a post in $subreddit is refused with $expected", async ({ subreddit, expected }) => {
    expect(await failureOf(publish(drafted({}, { subreddit })), secrets())).toBe(expected);
  });

  test.each([
    {
      name: "in the sentence",
      answer: refused("RATELIMIT", "Take a break for 9 minutes before trying again."),
      wait: 600_000,
    },
    { name: "in seconds", answer: refused("RATELIMIT", "Slow down.", "ratelimit", { ratelimit: 76.5 }), wait: 76_500 },
    { name: "nowhere", answer: refused("RATELIMIT", "Slow down."), wait: undefined },
    {
      name: "in a header",
      answer: { ...httpError(429, "Too Many Requests"), headers: { "x-ratelimit-reset": "33.5" } },
      wait: 33_500,
    },
  ])("too many posts: when to try again is $name", async ({ answer, wait }) => {
    refuse(answer);
    const error = await publish().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: "RATE" });
    expect((error as { retryAfterMs?: number }).retryAfterMs).toBe(wait);
  });

  test("an expired token can be renewed; the refresh token stays", async () => {
    standIn.expireAccess();
    const { result, renewed } = await renewing(reddit, settings, account, (as) => publish(draft, contextOf(), as));
    expect(renewed).toEqual({ token: expect.any(String), expiresAt: NOW + 3_600_000 });
    expect(standIn.posts()).toMatchObject([{ id: result.id }]);
  });

  test("a grant that ended cannot be renewed", async () => {
    standIn.failNext("token");
    const attempt = renewing(reddit, settings, account, (as) => publish(draft, contextOf(), as));
    expect(await failureOf(attempt, secrets())).toBe("TOKEN 400");
  });
});

describe("finding", () => {
  test.each([
    { name: "a text", given: draft },
    { name: "a link", given: drafted({ text: "", media: [IMAGE] }) },
    { name: "a text with an image", given: drafted({ media: [IMAGE] }) },
  ])("finds $name whose response was lost", async ({ given }) => {
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(given))).toBe("unknown");
    expect(await find(given)).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test.each([
    { name: "with another title", given: drafted({}, { title: "Your game" }) },
    { name: "in another community", given: drafted({}, { subreddit: "u_ada" }) },
    { name: "with another text", given: drafted({ text: "It was out" }) },
    { name: "from before the attempt", given: draft, attemptedAt: NOW + 31_000 },
  ])("a post $name is another", async ({ given, attemptedAt = NOW }) => {
    await publish();
    expect(await find(given, { attemptedAt, now: attemptedAt + 60_000 })).toBe("absent");
  });

  test("reports a post as absent only when the list must show it", async () => {
    const early = find(draft, { now: NOW + 20_000 });
    await expect(early).rejects.toMatchObject({ kind: "UNAVAILABLE", retryAfterMs: 40_000 });
    expect(await find(draft, { now: NOW + 60_000 })).toBe("absent");
  });

  test("does not know if the list is full of later posts, or whose it is", async () => {
    await publish();
    const [post] = standIn.listed;
    standIn.listed = Array.from({ length: 150 }, () => ({ ...post!, title: "Another" }));
    expect(await find()).toBe("unknown");
    const { handle: _, ...nameless } = account;
    expect(await reddit.find!(settings, nameless, draft, { attemptedAt: NOW, saved: {} }, contextOf())).toBe("unknown");
  });

  test.each([
    { answer: httpError(401, "Unauthorized"), expected: "TOKEN 401" },
    { answer: httpError(500, "x"), expected: "UNAVAILABLE" },
    { answer: { body: [] }, expected: "UNAVAILABLE" },
  ])("a response with status $answer.status is $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(find(), secrets())).toBe(expected);
  });
});

describe("deleting", () => {
  const remove = (id: string) => reddit.delete!(settings, account, { id }, contextOf());

  test("deletes a post, and an absent one", async () => {
    const { id } = await publish();
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
  });

  test.each([
    { name: "an id of another form", id: "t1_abc", expected: "GONE" },
    { name: "an expired token", answer: httpError(401, "Unauthorized"), expected: "TOKEN 401" },
    { name: "status 500", answer: httpError(500, "x"), expected: "unknown" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "unknown" },
  ])("refuses $name", async ({ id = "t3_abc", answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(remove(id), secrets())).toBe(expected);
  });
});

describe("ending the access", () => {
  const revoke = (with_ = settings) => reddit.revoke!(with_, account, contextOf());

  test("ends the refresh token and the access tokens, and those that have ended", async () => {
    await revoke();
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 401");
    expect(await failureOf(reddit.refresh!(settings, account, contextOf()), secrets())).toBe("TOKEN 400");
    await revoke();
  });

  test("is refused with a wrong client secret, and unknown without a response", async () => {
    expect(await failureOf(revoke({ ...settings, redditClientSecret: "no" }), secrets())).toBe("NOT_CONFIGURED 401");
    standIn.server.failNext("reset");
    expect(await failureOf(revoke(), secrets())).toBe("unknown");
  });
});

describe("limits", () => {
  test.each([
    { name: "a title of 300 characters", more: { title: "a".repeat(300) }, codes: [] },
    { name: "a title of 301 characters", more: { title: "a".repeat(301) }, codes: ["OPTION_INVALID"] },
    { name: "no title", more: { title: undefined }, codes: ["OPTION_REQUIRED"] },
    { name: "a blank title", more: { title: " " }, codes: ["OPTION_REQUIRED"] },
    { name: "no subreddit", more: { subreddit: undefined }, codes: ["OPTION_REQUIRED"] },
    { name: "a subreddit that is none", more: { subreddit: "../x" }, codes: ["OPTION_INVALID"] },
    { name: "no text", given: { text: "" }, codes: [] },
    { name: "40,001 characters", given: { text: "a".repeat(40_001) }, codes: ["TEXT_TOO_LONG"] },
    { name: "21 images", given: { media: Array(21).fill(IMAGE) }, codes: ["TOO_MANY_MEDIA"] },
    { name: "a link with a text", more: { link: "https://a.example" }, codes: ["OPTION_INVALID"] },
  ])("$name: $codes", ({ given = {}, more = {}, codes }) => {
    expect(reddit.check(drafted(given, more)).map(({ code }) => code)).toEqual(codes);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bluesky } from "../../src/publishers/bluesky.ts";
import { facetsOf, recordKey } from "../../src/publishers/bluesky-text.ts";
import type { NetworkAccount } from "../../src/publishers/publisher.ts";
import { APP_PASSWORD, type BlueskyStandIn, DID, startBluesky, xrpcError } from "../support/networks/bluesky.ts";
import type { NetworkAnswer } from "../support/networks/server.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, media, NOW, progressOf, renewing, TROUBLES } from "./support.ts";

let standIn: BlueskyStandIn;
let settings: { blueskyUrl: string };
let account: NetworkAccount;
beforeEach(async () => {
  standIn = await startBluesky(() => NOW);
  settings = { blueskyUrl: standIn.url };
  account = standIn.connect();
});
afterEach(() => standIn.close());

const secrets = () => [account.credentials.token, account.credentials.refreshToken!, APP_PASSWORD];
const publish = (draft = draftOf("Hello"), context = contextOf(), as = account) =>
  bluesky.publish(settings, as, draft, context, progressOf());
const find = (key = "post-1") =>
  bluesky.find!(settings, account, draftOf("Hello", { key }), { attemptedAt: NOW, saved: {} }, contextOf());
const refuse = (answer: NetworkAnswer) => standIn.server.failNext(answer);
const paths = () => standIn.server.requests.map(({ path }) => path.split(".").at(-1));

describe("connecting", () => {
  const [way] = bluesky.connecting;
  if (way?.kind !== "token") throw new Error("not by token");
  const verify = (values: Record<string, string>) => way.verify(settings, values, contextOf());
  const given = { identifier: " @ada.test ", appPassword: APP_PASSWORD };

  test("returns the account, its session and the server that hosts it", async () => {
    expect(await verify(given)).toEqual([
      {
        id: DID,
        handle: "ada.test",
        displayName: "Ada",
        avatarUrl: "https://cdn.example/ada.jpg",
        profileUrl: "https://bsky.app/profile/ada.test",
        facts: { pds: standIn.url.replace("127.0.0.1", "localhost") },
        credentials: {
          token: expect.any(String),
          refreshToken: expect.any(String),
          expiresAt: NOW + 7_200_000,
        },
      },
    ]);
  });

  test.each([
    { endpoint: "http://192.168.0.1" },
    { endpoint: "https://10.0.0.1" },
    { endpoint: "https://user@pds.example" },
    { endpoint: "nonsense" },
    { endpoint: undefined },
  ])("ignores the host $endpoint of a DID document", async ({ endpoint }) => {
    standIn.didDocument = { service: [{ id: "#atproto_pds", serviceEndpoint: endpoint }] };
    const [profile] = await verify(given);
    expect(profile?.facts).toEqual({ pds: standIn.url });
  });

  test("takes no handle that does not lead to the account", async () => {
    const session = { did: DID, handle: "handle.invalid", accessJwt: "a", refreshJwt: "r" };
    refuse({ body: session });
    const [profile] = await verify(given);
    expect(profile).not.toHaveProperty("handle");
    expect(profile).toMatchObject({ profileUrl: `https://bsky.app/profile/${DID}`, credentials: { token: "a" } });
  });

  test("connects without a profile, which not every server has", async () => {
    standIn.server.failNext({ status: 404, body: {} }, ({ path }) => path.endsWith("getProfile"));
    expect((await verify(given))[0]).not.toHaveProperty("displayName");
  });

  test.each([
    { name: "a wrong password", values: { ...given, appPassword: "other" }, expected: "TOKEN AuthenticationRequired" },
    {
      name: "an account with a second factor",
      answer: xrpcError(401, "AuthFactorTokenRequired", "A sign in code has been sent"),
      expected: "TOKEN AuthFactorTokenRequired",
    },
    {
      name: "too many sign-ins",
      answer: xrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded"),
      expected: "RATE RateLimitExceeded",
    },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("refuses $name", async ({ values = given, answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(verify(values), secrets())).toBe(expected);
  });
});

describe("publishing", () => {
  test("creates a record at the account's own server and returns its address", async () => {
    const rkey = recordKey("post-1");
    expect(await publish()).toEqual({
      id: `at://${DID}/app.bsky.feed.post/${rkey}`,
      url: `https://bsky.app/profile/ada.test/post/${rkey}`,
      extra: { cid: `bafyrei${rkey}` },
    });
    expect(standIn.records.get(rkey)).toEqual({
      $type: "app.bsky.feed.post",
      text: "Hello",
      createdAt: "2026-01-01T00:00:00.000Z",
    });
    expect(standIn.server.requests[0]?.headers.host).toMatch(/^localhost:/);
  });

  test("sends images with their alternative texts, links, hashtags and languages", async () => {
    await publish(draftOf("See https://a.example #games", { media: [IMAGE, IMAGE], options: { langs: ["en"] } }));
    const [record] = standIn.records.values();
    expect(record).toMatchObject({
      langs: ["en"],
      facets: [
        { index: { byteStart: 4, byteEnd: 21 }, features: [{ uri: "https://a.example" }] },
        { index: { byteStart: 22, byteEnd: 28 }, features: [{ tag: "games" }] },
      ],
      embed: {
        $type: "app.bsky.embed.images",
        images: [{ alt: "A red square", image: { mimeType: "image/png" } }, { alt: "A red square" }],
      },
    });
  });

  test("sends a video", async () => {
    media.set("https://media.example/a.mp4", { bytes: Buffer.from("video"), type: "video/mp4" });
    await publish(draftOf("", { media: [{ url: "https://media.example/a.mp4", kind: "video" }] }));
    expect([...standIn.records.values()][0]).toMatchObject({
      embed: { $type: "app.bsky.embed.video", video: { mimeType: "video/mp4" } },
    });
  });

  test("a repeated attempt makes no second post, even if its text differs", async () => {
    const first = await publish();
    expect(await publish(draftOf("Hello again"), contextOf({ now: () => NOW + 60_000 }))).toEqual(first);
    expect(standIn.posts()).toEqual([{ id: first.id, text: "Hello" }]);
    expect((await publish(draftOf("Hello", { key: "post-2" }))).id).not.toBe(first.id);
  });

  test.each(TROUBLES)("reports $expected on $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draftOf("Hello"), isHasty ? hasty() : contextOf()), secrets())).toBe(expected);
  });

  test.each(TROUBLES)("is UNAVAILABLE on $name while it uploads, since nothing is published", async (row) => {
    standIn.server.failNext(row.trouble);
    const attempt = publish(draftOf("Hello", { media: [IMAGE] }), row.isHasty ? hasty() : contextOf());
    expect(await failureOf(attempt, secrets())).toBe("UNAVAILABLE");
    expect(standIn.posts()).toEqual([]);
  });

  test("is UNAVAILABLE if nothing listens there", async () => {
    await standIn.close();
    expect(await failureOf(publish(), secrets())).toBe("UNAVAILABLE");
  });

  test.each([
    { answer: xrpcError(400, "ExpiredToken", "Token has expired"), expected: "TOKEN ExpiredToken" },
    { answer: xrpcError(400, "InvalidToken", "Token could not be verified"), expected: "TOKEN InvalidToken" },
    { answer: xrpcError(401, "AuthMissing", "Authentication Required"), expected: "TOKEN AuthMissing" },
    { answer: xrpcError(400, "AccountTakedown", "Account has been taken down"), expected: "TOKEN AccountTakedown" },
    {
      answer: xrpcError(400, "InvalidRequest", "Invalid app.bsky.feed.post record"),
      expected: "CONTENT InvalidRequest",
    },
    { answer: xrpcError(403, "Forbidden", "No"), expected: "PERMISSION Forbidden" },
    { answer: xrpcError(413, "PayloadTooLarge", "request entity too large"), expected: "MEDIA PayloadTooLarge" },
    { answer: { status: 418, body: {} }, expected: "CONTENT 418" },
  ])("is refused with $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(publish(), secrets())).toBe(expected);
  });

  test("a token that the server quotes is in no message", async () => {
    for (const token of [`${account.credentials.token}x`, "short-token"]) {
      const wrong = { ...account, credentials: { ...account.credentials, token } };
      expect(await failureOf(publish(draftOf("a"), contextOf(), wrong), [token])).toBe("TOKEN InvalidToken");
    }
  });

  test("too many posts: when to try again", async () => {
    standIn.failNext("rate");
    await expect(publish()).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 60_000 });
  });

  test("an expired session is renewed, and the post is published with the new one", async () => {
    standIn.expireAccess();
    const { result, renewed } = await renewing(bluesky, settings, account, (as) =>
      publish(draftOf("Hello"), contextOf(), as),
    );
    expect(standIn.posts()).toEqual([{ id: result.id, text: "Hello" }]);
    expect(renewed).toEqual({
      token: expect.any(String),
      refreshToken: expect.any(String),
      expiresAt: NOW + 7_200_000,
    });
    expect(paths()).toEqual(["putRecord", "refreshSession", "putRecord"]);
  });

  test("a session that was ended cannot be renewed", async () => {
    standIn.failNext("token");
    const attempt = renewing(bluesky, settings, account, (as) => publish(draftOf("Hello"), contextOf(), as));
    expect(await failureOf(attempt, secrets())).toBe("TOKEN InvalidToken");
  });
});

describe("finding", () => {
  test("finds the post of an attempt whose response was lost", async () => {
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish())).toBe("unknown");
    const found = await find();
    expect(found).toMatchObject({ id: standIn.posts()[0]!.id });
    expect(await find("post-2")).toBe("absent");
  });

  test("reports a post as absent if the call was never processed", async () => {
    standIn.failNext("hang");
    expect(await failureOf(publish(draftOf("Hello"), hasty()))).toBe("unknown");
    expect(await find()).toBe("absent");
  });

  test.each([
    { answer: xrpcError(400, "InvalidRequest", "Could not locate record: at://x"), expected: "absent" },
    { answer: xrpcError(429, "RateLimitExceeded", "Slow"), expected: "RATE RateLimitExceeded" },
    { answer: { status: 502, body: {} }, expected: "UNAVAILABLE" },
    { answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("a response of $answer.status is $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(expected === "absent" ? await find() : await failureOf(find())).toBe(expected);
  });
});

describe("deleting", () => {
  const remove = (id: string) => bluesky.delete!(settings, account, { id }, contextOf());

  test("deletes a post, and an absent one", async () => {
    const { id } = await publish();
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
  });

  test.each([
    { name: "an id of another form", id: "12 34", expected: "GONE" },
    { name: "an expired session", answer: xrpcError(400, "ExpiredToken", "x"), expected: "TOKEN ExpiredToken" },
    { name: "status 500", answer: { status: 500, body: {} }, expected: "unknown" },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "unknown" },
  ])("refuses $name", async ({ id = "at://a/b/3abc", answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(remove(id), secrets())).toBe(expected);
  });
});

describe("renewing and ending a session", () => {
  test("renewing replaces both tokens", async () => {
    const renewed = await bluesky.refresh!(settings, account, contextOf());
    expect(renewed.token).not.toBe(account.credentials.token);
    await publish(draftOf("Hello"), contextOf(), { ...account, credentials: renewed });
    expect(await failureOf(bluesky.refresh!(settings, account, contextOf()), secrets())).toBe("TOKEN ExpiredToken");
  });

  test.each([
    { answer: xrpcError(429, "RateLimitExceeded", "x"), expected: "RATE RateLimitExceeded" },
    { answer: xrpcError(404, "NotFound", "x"), expected: "UNAVAILABLE NotFound" },
    { answer: { status: 500, body: {} }, expected: "UNAVAILABLE" },
    { answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("a response with status $answer.status is $expected, not the end of the grant", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(bluesky.refresh!(settings, account, contextOf()), secrets())).toBe(expected);
  });

  test("ends a session, and one that has ended", async () => {
    await bluesky.revoke!(settings, account, contextOf());
    expect(await failureOf(publish(), secrets())).toBe("TOKEN InvalidToken");
    await bluesky.revoke!(settings, account, contextOf());
  });

  test("cannot end a session while the server fails", async () => {
    refuse({ status: 500, body: {} });
    expect(await failureOf(bluesky.revoke!(settings, account, contextOf()))).toBe("unknown");
  });
});

describe("limits", () => {
  const video = { ...IMAGE, kind: "video" } as const;
  test.each([
    { name: "300 emoji of several code points", draft: { text: "🙋🏽".repeat(300) }, codes: [] },
    { name: "301 characters", draft: { text: "a".repeat(301) }, codes: ["TEXT_TOO_LONG"] },
    { name: "3,001 bytes in 121 characters", draft: { text: `${"👨‍👩‍👧‍👦".repeat(120)}a` }, codes: ["TEXT_TOO_LONG"] },
    { name: "4,000 letters", draft: { text: "a".repeat(4_000) }, codes: ["TEXT_TOO_LONG"] },
    { name: "nothing", draft: { text: " " }, codes: ["TEXT_REQUIRED"] },
    { name: "4 images", draft: { text: "", media: Array(4).fill(IMAGE) }, codes: [] },
    { name: "5 images", draft: { text: "", media: Array(5).fill(IMAGE) }, codes: ["TOO_MANY_MEDIA"] },
    { name: "2 videos", draft: { text: "", media: [video, video] }, codes: ["TOO_MANY_MEDIA"] },
    { name: "an image and a video", draft: { text: "", media: [IMAGE, video] }, codes: ["MEDIA_UNSUPPORTED"] },
    { name: "a language that is none", draft: { text: "a", options: { langs: ["??"] } }, codes: ["OPTION_INVALID"] },
  ])("$name: $codes", ({ draft, codes }) => {
    expect(bluesky.check({ ...draftOf(""), ...draft }).map(({ code }) => code)).toEqual(codes);
  });

  test("the server accepts what the check accepts", async () => {
    await publish(draftOf("🙋🏽".repeat(300)));
    expect(standIn.posts()).toHaveLength(1);
  });
});

describe("facets", () => {
  const marked = (text: string) =>
    facetsOf(text).map(({ index: { byteStart, byteEnd } }) =>
      Buffer.from(text).subarray(byteStart, byteEnd).toString(),
    );

  test.each([
    { text: "plain", found: [] },
    { text: "Größe 🎲 https://a.example/ü?x=1&y=2#z.", found: ["https://a.example/ü?x=1&y=2#z"] },
    {
      text: "(https://a.example/x) and https://b.example/x_(y)",
      found: ["https://a.example/x", "https://b.example/x_(y)"],
    },
    { text: "#one, #zwölf! #3 # #4you a#b #a#b", found: ["#one", "#zwölf", "#4you", "#a"] },
    { text: "https://", found: [] },
    { text: `#${"a".repeat(65)}`, found: [] },
  ])("$text", ({ text, found }) => expect(marked(text)).toEqual(found));
});

test("record keys are TIDs that depend on the key alone", () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => recordKey(`post-${n}`));
  expect(new Set(keys).size).toBe(1_000);
  expect(keys.every((key) => /^3[2-7a-z]{12}$/.test(key))).toBe(true);
  expect(recordKey("post-1")).toBe(keys[1]);
});

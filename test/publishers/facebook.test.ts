import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { facebook } from "../../src/publishers/facebook.ts";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { type FacebookStandIn, PAGE, startFacebook } from "../support/networks/facebook.ts";
import { graphError, META_APP } from "../support/networks/meta.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

const VIDEO = { url: "https://media.example/a.mp4", kind: "video" } as const;
const REDIRECT = "https://game.example/connected";
const [connecting] = facebook.connecting;
if (connecting?.kind !== "oauth2") throw new Error("Facebook is connected by OAuth 2");

let standIn: FacebookStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
beforeEach(async () => {
  standIn = await startFacebook(() => NOW);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [META_APP.clientSecret, account.credentials.token, account.credentials.refreshToken!];
});
afterEach(() => standIn.close());

const publish = (draft: Draft, context = contextOf(), progress = progressOf()) =>
  facebook.publish(settings, account, draft, context, progress);
const find = (draft: Draft, attemptedAt = NOW, context = contextOf()) =>
  facebook.find!(settings, account, draft, { attemptedAt, saved: {} }, context);

describe("connecting", () => {
  test("asks for consent with the scopes that posts need, without PKCE", () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s&1", challenge: "c" });
    expect(url.origin + url.pathname).toBe(`${standIn.url}/dialog/oauth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: META_APP.clientId,
      redirect_uri: REDIRECT,
      response_type: "code",
      scope: "pages_show_list,pages_manage_posts,pages_read_engagement",
      state: "s&1",
    });
  });

  test("returns the pages that the user may post as, with their tokens", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, contextOf());
    expect(profiles.map(({ id, handle, displayName }) => ({ id, handle, displayName }))).toEqual([
      { id: PAGE, handle: "game.page", displayName: "Game Page" },
      { id: "102", handle: undefined, displayName: "Other Page" },
    ]);
    expect(new Set(profiles.map((profile) => profile.grant)).size).toBe(1);
    expect(profiles[0]!.credentials.expiresAt).toBe(NOW + 60 * 86_400_000);
    account = profiles[0]!;
    expect((await publish(draftOf("Hello"))).id).toMatch(/^101_/);
    for (const { path, query } of standIn.server.requests) {
      expect([path, query.toString()].join()).not.toMatch(/EAA|AQD|meta-app-secret/);
    }
  });

  test.each([
    { name: "an unknown code", wrong: { code: "AQDunknown" }, expected: "TOKEN 100/36009" },
    {
      name: "a code for another redirect URL",
      wrong: { redirectUri: "https://x.example/" },
      expected: "TOKEN 100/36009",
    },
  ])("refuses $name", async ({ wrong, expected }) => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT, ...wrong };
    expect(await failureOf(connecting.exchange(settings, grant, contextOf()), [...secrets, grant.code])).toBe(expected);
  });

  test("reports a wrong secret of the app as a setting", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const wrong = { ...settings, facebookPagesClientSecret: "wrong-secret" };
    const attempt = connecting.exchange(wrong, grant, contextOf());
    expect(await failureOf(attempt, ["wrong-secret", grant.code])).toBe("NOT_CONFIGURED 1");
  });

  test("names the setting that is missing", () => {
    expect(facebook.missing!(settings)).toBeUndefined();
    expect(facebook.missing!({ ...settings, facebookPagesClientId: "" })).toBe("facebookPagesClientId");
    expect(facebook.missing!({ ...settings, facebookPagesClientSecret: "" })).toBe("facebookPagesClientSecret");
  });
});

describe("check", () => {
  test.each([
    { name: "no text and no media", draft: draftOf(" "), expected: ["TEXT_REQUIRED"] },
    { name: "a text that is too long", draft: draftOf("x".repeat(63_207)), expected: ["TEXT_TOO_LONG"] },
    { name: "a text of the maximum length", draft: draftOf("😀".repeat(63_206)), expected: [] },
    { name: "11 images", draft: draftOf("a", { media: Array(11).fill(IMAGE) }), expected: ["TOO_MANY_MEDIA"] },
    { name: "two videos", draft: draftOf("a", { media: [VIDEO, VIDEO] }), expected: ["TOO_MANY_MEDIA"] },
    { name: "a video and an image", draft: draftOf("a", { media: [VIDEO, IMAGE] }), expected: ["MEDIA_UNSUPPORTED"] },
    {
      name: "a link that is none",
      draft: draftOf("a", { options: { link: "javascript:1" } }),
      expected: ["OPTION_INVALID"],
    },
    {
      name: "a story without media",
      draft: draftOf("a", { options: { stories: true } }),
      expected: ["MEDIA_REQUIRED"],
    },
    {
      name: "a story of two images",
      draft: draftOf("", { media: [IMAGE, IMAGE], options: { stories: true } }),
      expected: ["TOO_MANY_MEDIA"],
    },
  ])("$name", ({ draft, expected }) => {
    expect(facebook.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("a text with a link", async () => {
    const post = await publish(draftOf("Hello", { options: { link: "https://game.example/" } }));
    expect(post).toEqual({ id: "101_1001", url: "https://www.facebook.com/101_1001" });
    expect(standIn.posts()).toEqual([{ id: "101_1001", text: "Hello" }]);
    const [request] = standIn.server.requests;
    expect(request!.headers.authorization).toBe(`Bearer ${account.credentials.token}`);
    expect(request!.form.get("link")).toBe("https://game.example/");
    expect(request!.form.has("access_token")).toBe(false);
  });

  test("a text and an image", async () => {
    await publish(draftOf("Look", { media: [IMAGE] }));
    const { form, path } = standIn.server.requests[0]!;
    expect(path).toBe("/v23.0/101/photos");
    expect(form.get("url")).toBe(IMAGE.url);
    expect(form.get("alt_text_custom")).toBe("A red square");
    expect(standIn.posts()[0]!.text).toBe("Look");
  });

  test("several images as one post, uploaded once even if the attempt is repeated", async () => {
    const draft = draftOf("Look", { media: [IMAGE, IMAGE] });
    const progress = progressOf();
    standIn.failNext("rate");
    expect(await failureOf(publish(draft, contextOf(), progress), secrets)).toBe("RATE 32");
    expect(progress.saved).toEqual({ photos: "1001,1002", uploadedAt: String(NOW) });
    await publish(draft, contextOf(), progress);
    expect(standIn.server.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
      "photos",
      "photos",
      "feed",
      "feed",
    ]);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("uploads images again after 12 hours, when Facebook may have deleted them", async () => {
    const progress = progressOf({ photos: "1,2", uploadedAt: String(NOW) });
    const later = contextOf({ now: () => NOW + 12 * 3_600_000 });
    await publish(draftOf("Look", { media: [IMAGE, IMAGE] }), later, progress);
    expect(standIn.server.requests.map(({ path }) => path.split("/").at(-1))).toEqual(["photos", "photos", "feed"]);
  });

  test("a video story, whose upload another attempt uses", async () => {
    const progress = progressOf();
    const draft = draftOf("", { media: [VIDEO], options: { stories: true } });
    standIn.server.failNext(graphError(32), ({ form }) => form.get("upload_phase") === "finish");
    expect(await failureOf(publish(draft, contextOf(), progress), secrets)).toBe("RATE 32");
    await publish(draft, contextOf(), progress);
    expect(standIn.server.requests.filter(({ path }) => path.startsWith("/transfer/"))).toHaveLength(1);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("a video", async () => {
    const post = await publish(draftOf("Watch", { media: [VIDEO], options: { title: "Trailer" } }));
    expect(post).toMatchObject({ id: "1001", extra: { isVideo: true } });
    expect(standIn.server.requests[0]!.form.get("file_url")).toBe(VIDEO.url);
  });

  test.each([
    { media: IMAGE, extra: { isStory: true, isVideo: false } },
    { media: VIDEO, extra: { isStory: true, isVideo: true } },
  ])("a story: $media.kind", async ({ media, extra }) => {
    const post = await publish(draftOf("", { media: [media], options: { stories: true } }));
    expect(post.extra).toEqual(extra);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("gives no token to an upload URL that is not Facebook's", async () => {
    const body = { video_id: "1", upload_url: "https://x.facebook.com.evil.example/x" };
    standIn.server.failNext({ body }, ({ path }) => path.endsWith("/video_stories"));
    const attempt = publish(draftOf("", { media: [VIDEO], options: { stories: true } }));
    expect(await failureOf(attempt, secrets)).toBe("UNAVAILABLE");
    expect(standIn.server.requests).toHaveLength(1);
    await expect(attempt).rejects.toThrow(/the upload URL is not Facebook's/);
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble, standIn.isPublish);
    expect(await failureOf(publish(draftOf("Hello"), isHasty ? hasty() : contextOf()), secrets)).toBe(expected);
  });

  test.each(TROUBLES)("publishes nothing if the upload of an image ends with $name", async ({ trouble, isHasty }) => {
    standIn.server.failNext(trouble);
    const attempt = publish(draftOf("Hello", { media: [IMAGE, IMAGE] }), isHasty ? hasty() : contextOf());
    expect(await failureOf(attempt, secrets)).toBe("UNAVAILABLE");
  });

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("UNAVAILABLE");
  });

  test.each([
    { code: 190, expected: "TOKEN 190" },
    { code: 102, expected: "TOKEN 102" },
    { code: 10, expected: "PERMISSION 10" },
    { code: 200, expected: "PERMISSION 200" },
    { code: 283, expected: "PERMISSION 283" },
    { code: 368, expected: "CONTENT 368" },
    { code: 100, expected: "CONTENT 100" },
    { code: 506, expected: "DUPLICATE 506" },
    { code: 100, subcode: 1366051, expected: "DUPLICATE 100/1366051" },
    { code: 100, subcode: 1404078, expected: "PERMISSION 100/1404078" },
    { code: 100, subcode: 1346003, expected: "CONTENT 100/1346003" },
    { code: 100, subcode: 1390008, expected: "RATE 100/1390008" },
    { code: 324, expected: "MEDIA 324" },
    { code: 4, expected: "RATE 4" },
    { code: 17, expected: "RATE 17" },
    { code: 32, expected: "RATE 32" },
    { code: 613, expected: "RATE 613" },
    { code: 80_001, expected: "RATE 80001" },
    { code: 1, expected: "unknown" },
    { code: 2, expected: "unknown" },
    { code: 100, subcode: 1363047, expected: "unknown" },
  ])("error $code $subcode is $expected", async ({ code, subcode, expected }) => {
    const message = `no ${account.credentials.token} and ${account.credentials.token.slice(0, 30)}`;
    standIn.server.failNext(graphError(code, { message, ...(subcode && { subcode }) }));
    expect(await failureOf(publish(draftOf("Hello")), [...secrets, account.credentials.token.slice(0, 30)])).toBe(
      expected,
    );
  });

  test("says when a throttled app may call again", async () => {
    const usage = { "101": [{ type: "pages", call_count: 100, estimated_time_to_regain_access: 7 }] };
    const headers = { "x-business-use-case-usage": JSON.stringify(usage) };
    standIn.server.failNext(graphError(32, { headers }));
    await expect(publish(draftOf("Hello"))).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 420_000 });
  });

  test("takes status 429 without a reason for throttling", async () => {
    standIn.server.failNext({ status: 429, headers: { "retry-after": "5" } });
    await expect(publish(draftOf("Hello"))).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 5_000 });
  });

  test("shows the author Facebook's reason", async () => {
    standIn.server.failNext(graphError(368, { userMessage: "You can't post\nthis  now." }));
    await expect(publish(draftOf("Hello"))).rejects.toThrow(
      "facebook create post: error 368: You can't post this now.",
    );
  });

  test("refuses a grant that the user has ended", async () => {
    standIn.failNext("token");
    const attempt = publish(draftOf("Hello"));
    expect(await failureOf(attempt, secrets)).toBe("TOKEN 190/463");
    await expect(attempt).rejects.toMatchObject({ canRenew: true });
    expect(await failureOf(facebook.refresh!(settings, account, contextOf()), secrets)).toBe("TOKEN 190/463");
  });
});

describe("find", () => {
  const later = contextOf({ now: () => NOW + 120_000 });

  test("a post whose response was lost", async () => {
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(draftOf("Hello\r\n  world ")), secrets)).toBe("unknown");
    expect(await find(draftOf("Hello\r\n  world "))).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test("no post after a call that never was processed", async () => {
    standIn.failNext("hang");
    expect(await failureOf(publish(draftOf("Hello"), hasty()), secrets)).toBe("unknown");
    expect(await failureOf(find(draftOf("Hello")), secrets)).toBe("UNAVAILABLE");
    expect(await find(draftOf("Hello"), NOW, later)).toBe("absent");
  });

  test("does not take an older post, or one with another text", async () => {
    await publish(draftOf("Hello"));
    expect(await find(draftOf("Hello"), NOW + 60_000, contextOf({ now: () => NOW + 180_000 }))).toBe("absent");
    expect(await find(draftOf("Hello!"), NOW, later)).toBe("absent");
  });

  test("a video whose response was lost; one that is not listed may still be processed", async () => {
    const draft = draftOf("Watch", { media: [VIDEO] });
    expect(await find(draft)).toBe("unknown");
    standIn.failNext("drop-after-create");
    await failureOf(publish(draft), secrets);
    expect(await find(draft)).toMatchObject({ id: standIn.posts()[0]!.id, extra: { isVideo: true } });
  });

  test("cannot tell posts without text and stories", async () => {
    await publish(draftOf("", { media: [IMAGE] }));
    expect(await find(draftOf("", { media: [IMAGE] }))).toBe("unknown");
    expect(await find(draftOf("", { media: [IMAGE], options: { stories: true } }))).toBe("unknown");
  });
});

describe("delete", () => {
  test("deletes a post, and has nothing to do for one that is gone", async () => {
    const post = await publish(draftOf("Hello"));
    await facebook.delete!(settings, account, post, contextOf());
    expect(standIn.posts()).toEqual([]);
    await facebook.delete!(settings, account, post, contextOf());
  });

  test("deletes a video story, but not a photo story", async () => {
    const options = { stories: true };
    const video = await publish(draftOf("", { media: [VIDEO], options }));
    const photo = await publish(draftOf("", { media: [IMAGE], options }));
    await facebook.delete!(settings, account, video, contextOf());
    expect(await failureOf(facebook.delete!(settings, account, photo, contextOf()), secrets)).toBe("PERMISSION");
    expect(standIn.posts()).toEqual([{ id: photo.id, text: "" }]);
  });

  test("keeps an id from becoming another path", async () => {
    await facebook.delete!(settings, account, { id: "../me/permissions?x=" }, contextOf());
    expect(standIn.server.requests[0]!.path).toBe("/v23.0/..%2Fme%2Fpermissions%3Fx%3D");
    await facebook.delete!(settings, account, { id: ".." }, contextOf());
    expect(standIn.server.requests[1]!.path).toBe("/v23.0/_");
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    const post = await publish(draftOf("Hello"));
    standIn.server.failNext(trouble);
    const attempt = facebook.delete!(settings, account, post, isHasty ? hasty() : contextOf());
    expect(await failureOf(attempt, secrets)).toBe(expected);
  });
});

describe("refresh and revoke", () => {
  test("renews the tokens of user and page", async () => {
    const credentials = await facebook.refresh!(settings, account, contextOf());
    expect(credentials.token).not.toBe(account.credentials.token);
    expect(credentials.expiresAt).toBe(NOW + 60 * 86_400_000);
    account = { ...account, credentials };
    await publish(draftOf("Hello"));
    expect(standIn.posts()).toHaveLength(1);
  });

  test("does not take a failure of the network for the end of the grant", async () => {
    for (const trouble of ["garbage", "reset", "huge", { status: 500 }] as const) {
      standIn.server.failNext(trouble);
      expect(await failureOf(facebook.refresh!(settings, account, contextOf()), secrets)).toBe("UNAVAILABLE");
    }
  });

  test("removes the app from the user's account, once", async () => {
    await facebook.revoke!(settings, account, contextOf());
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("TOKEN 190/463");
    await facebook.revoke!(settings, account, contextOf());
  });
});

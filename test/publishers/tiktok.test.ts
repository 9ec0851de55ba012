import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { tiktok } from "../../src/publishers/tiktok.ts";
import { startTikTok, TIKTOK_APP, type TikTokStandIn, tiktokError } from "../support/networks/tiktok.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

const VIDEO = { url: "https://media.example/a.mp4", kind: "video" } as const;
const REDIRECT = "https://game.example/connected";
const DAY = 86_400_000;
const [connecting] = tiktok.connecting;
if (connecting?.kind !== "oauth2") throw new Error("TikTok is connected by OAuth 2");

let standIn: TikTokStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
let time: number;
beforeEach(async () => {
  time = NOW;
  standIn = await startTikTok(() => time);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [TIKTOK_APP.clientSecret, account.credentials.token, account.credentials.refreshToken!];
});
afterEach(() => standIn.close());

const patient = () => contextOf({ sleep: async () => {}, now: () => time });
const watch = draftOf("Watch", { media: [VIDEO] });
const publish = (draft: Draft, progress = progressOf(), context = patient()) =>
  tiktok.publish(settings, account, draft, context, progress);
const find = (draft: Draft, saved: Record<string, string>) =>
  tiktok.find!(settings, { ...account, handle: "the.game" }, draft, { attemptedAt: NOW, saved }, patient());

describe("connecting", () => {
  test("asks for consent by the client key", () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: "c" });
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_key: TIKTOK_APP.clientKey,
      redirect_uri: REDIRECT,
      response_type: "code",
      scope: "user.info.basic,video.publish",
      state: "s",
    });
  });

  test("returns the account", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, patient());
    expect(profiles).toMatchObject([{ id: "open-1", displayName: "The Game", credentials: { expiresAt: NOW + DAY } }]);
    account = profiles[0]!;
    await publish(watch);
    expect(standIn.posts()).toHaveLength(1);
  });

  test.each([
    { name: "an unknown code", more: { code: "code.unknown" }, changed: {}, expected: "TOKEN invalid_grant" },
    {
      name: "a wrong client secret",
      more: {},
      changed: { tiktokClientSecret: "wrong-secret" },
      expected: "NOT_CONFIGURED invalid_client",
    },
  ])("refuses $name", async ({ more, changed, expected }) => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT, ...more };
    const attempt = connecting.exchange({ ...settings, ...changed }, grant, patient());
    expect(await failureOf(attempt, [...secrets, grant.code, "wrong-secret"])).toBe(expected);
  });
});

describe("check", () => {
  test.each([
    { name: "text only", draft: draftOf("Hello"), expected: ["MEDIA_REQUIRED"] },
    { name: "a long caption", draft: draftOf("x".repeat(2_201), { media: [VIDEO] }), expected: ["TEXT_TOO_LONG"] },
    { name: "a long text of photos", draft: draftOf("x".repeat(4_000), { media: [IMAGE] }), expected: [] },
    { name: "two videos", draft: draftOf("", { media: [VIDEO, VIDEO] }), expected: ["TOO_MANY_MEDIA"] },
    { name: "a video and a photo", draft: draftOf("", { media: [VIDEO, IMAGE] }), expected: ["MEDIA_UNSUPPORTED"] },
    { name: "36 photos", draft: draftOf("", { media: Array(36).fill(IMAGE) }), expected: ["TOO_MANY_MEDIA"] },
    {
      name: "a long title",
      draft: draftOf("", { media: [IMAGE], options: { title: "x".repeat(91) } }),
      expected: ["OPTION_INVALID"],
    },
    {
      name: "a visibility that does not exist",
      draft: draftOf("", { media: [IMAGE], options: { visibility: "secret" } }),
      expected: ["OPTION_INVALID"],
    },
  ])("$name", ({ draft, expected }) => {
    expect(tiktok.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("a video, whose id is too large for a number", async () => {
    const progress = progressOf();
    standIn.next.pending = 2;
    const post = await publish({ ...watch, options: { disableDuet: true, thumbNailOffset: 1000 } }, progress);
    const idShare = "v_pub_url~v2.1";
    expect(post).toEqual({
      id: "7300000000000000001",
      url: "https://www.tiktok.com/@the.game/video/7300000000000000001",
      extra: { isVideo: true, idShare },
    });
    expect(progress.saved).toEqual({ publishId: idShare });
    expect(standIn.attempts[0]!.json).toMatchObject({
      post_info: { title: "Watch", privacy_level: "PUBLIC_TO_EVERYONE", disable_duet: true },
      source_info: { source: "PULL_FROM_URL", video_url: VIDEO.url },
    });
  });

  test("photos", async () => {
    const options = { title: "Two", visibility: "private", autoAddMusic: true };
    const post = await publish(draftOf("Look", { media: [IMAGE, IMAGE], options }));
    expect(post.url).toContain("/photo/");
    expect(standIn.attempts[0]!.json).toMatchObject({
      media_type: "PHOTO",
      post_mode: "DIRECT_POST",
      post_info: { title: "Two", description: "Look", privacy_level: "SELF_ONLY", auto_add_music: true },
      source_info: { photo_images: [IMAGE.url, IMAGE.url] },
    });
  });

  test("is published without an id while TikTok moderates it", async () => {
    standIn.next.isModerated = true;
    expect(await publish(watch)).toEqual({ id: "pending", extra: { isVideo: true, idShare: "v_pub_url~v2.1" } });
  });

  test("refuses a visibility that the account does not have, without a post", async () => {
    const draft = { ...watch, options: { visibility: "followers" } };
    expect(await failureOf(publish(draft), secrets)).toBe("CONTENT privacy_level_option_mismatch");
    expect(standIn.server.requests.filter(standIn.isPublish)).toEqual([]);
    expect(standIn.attempts).toEqual([]);
  });

  test("does not know the outcome while TikTok works on it; another attempt waits for the same post", async () => {
    const progress = progressOf();
    standIn.next.pending = 12;
    expect(await failureOf(publish(watch, progress), secrets)).toBe("unknown");
    expect(await find(watch, progress.saved)).toBe("unknown");
    expect(await publish(watch, progress)).toMatchObject({ id: "7300000000000000001" });
    expect(standIn.attempts).toHaveLength(1);
  });

  test.each([
    { reason: "file_format_check_failed", expected: "MEDIA file_format_check_failed" },
    { reason: "video_pull_failed", expected: "MEDIA video_pull_failed" },
    { reason: "spam_risk_text", expected: "CONTENT spam_risk_text" },
    { reason: "spam_risk_too_many_posts", expected: "RATE spam_risk_too_many_posts" },
    { reason: "auth_removed", expected: "TOKEN auth_removed" },
    { reason: "publish_cancelled", expected: "CONTENT publish_cancelled" },
    { reason: "internal", expected: "UNAVAILABLE internal" },
  ])("a post that fails with $reason is $expected, and can be started again", async ({ reason, expected }) => {
    const progress = progressOf();
    standIn.next.failReason = reason;
    expect(await failureOf(publish(watch, progress), secrets)).toBe(expected);
    expect(await find(watch, progress.saved)).toBe("absent");
    standIn.next.failReason = undefined;
    await publish(watch, progress);
    expect(standIn.posts()).toHaveLength(1);
  });

  test.each([
    { code: "access_token_invalid", status: 401, expected: "TOKEN access_token_invalid" },
    { code: "scope_not_authorized", status: 401, expected: "TOKEN scope_not_authorized" },
    { code: "rate_limit_exceeded", status: 429, expected: "RATE rate_limit_exceeded" },
    { code: "spam_risk_too_many_posts", status: 403, expected: "RATE spam_risk_too_many_posts" },
    { code: "reached_active_user_cap", status: 403, expected: "RATE reached_active_user_cap" },
    {
      code: "spam_risk_user_banned_from_posting",
      status: 403,
      expected: "PERMISSION spam_risk_user_banned_from_posting",
    },
    {
      code: "unaudited_client_can_only_post_to_private_accounts",
      status: 403,
      expected: "PERMISSION unaudited_client_can_only_post_to_private_accounts",
    },
    { code: "url_ownership_unverified", status: 403, expected: "MEDIA url_ownership_unverified" },
    { code: "invalid_params", status: 400, expected: "CONTENT invalid_params" },
    { code: "spam_risk_too_many_posts", status: 200, expected: "RATE spam_risk_too_many_posts" },
    { code: "internal_error", status: 200, expected: "unknown" },
  ])("error $code with status $status is $expected", async ({ code, status, expected }) => {
    standIn.server.failNext(tiktokError(code, status, `no ${account.credentials.token}`), standIn.isPublish);
    expect(await failureOf(publish(watch), secrets)).toBe(expected);
    expect(standIn.attempts).toEqual([]);
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble, standIn.isPublish);
    expect(await failureOf(publish(watch, progressOf(), isHasty ? hasty() : patient()), secrets)).toBe(expected);
  });

  test.each(TROUBLES)("publishes nothing if reading the account ends with $name", async ({ trouble, isHasty }) => {
    standIn.server.failNext(trouble);
    const attempt = publish(watch, progressOf(), isHasty ? hasty() : patient());
    expect(await failureOf(attempt, secrets)).toBe("UNAVAILABLE");
  });

  test("takes status 429 without a code for throttling", async () => {
    standIn.server.failNext({ status: 429, headers: { "retry-after": "60" } }, standIn.isPublish);
    await expect(publish(watch)).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 60_000 });
  });

  test("keeps polling after a failed look, and does not call a started post refused", async () => {
    const isStatus = ({ path }: { path: string }) => path.endsWith("/status/fetch/");
    standIn.server.failNext({ status: 503 }, isStatus);
    expect(await publish(watch)).toMatchObject({ id: "7300000000000000001" });
    standIn.server.failNext(tiktokError("access_token_invalid", 401), isStatus);
    expect(await failureOf(publish(watch), secrets)).toBe("unknown");
  });

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(watch), secrets)).toBe("UNAVAILABLE");
  });

  test("refuses an access token that has expired; the refresh token makes another", async () => {
    time += DAY;
    const expired = publish(watch);
    await expect(expired).rejects.toMatchObject({ kind: "TOKEN", canRenew: true });
    const credentials = await tiktok.refresh!(settings, account, patient());
    expect(credentials.expiresAt).toBe(NOW + 2 * DAY);
    account = { ...account, credentials };
    await publish(watch);
  });

  test("refuses a grant that the user has ended", async () => {
    standIn.failNext("token");
    expect(await failureOf(publish(watch), secrets)).toBe("TOKEN access_token_invalid");
    expect(await failureOf(tiktok.refresh!(settings, account, patient()), secrets)).toBe("TOKEN invalid_grant");
  });
});

describe("find", () => {
  test("a post by its publish id", async () => {
    const progress = progressOf();
    await publish(watch, progress);
    expect(await find(watch, progress.saved)).toMatchObject({
      id: "7300000000000000001",
      url: "https://www.tiktok.com/@the.game/video/7300000000000000001",
    });
  });

  test("cannot look up a post whose publish id was lost, or one that TikTok does not know", async () => {
    standIn.failNext("drop-after-create");
    const progress = progressOf();
    expect(await failureOf(publish(watch, progress), secrets)).toBe("unknown");
    expect(progress.saved).toEqual({});
    expect(await find(watch, progress.saved)).toBe("unknown");
    expect(await find(watch, { publishId: "unknown" })).toBe("unknown");
  });
});

describe("delete, refresh and revoke", () => {
  test("TikTok has no call that deletes posts", () => {
    expect(tiktok.delete).toBeUndefined();
  });

  test("does not take a failure of the network for the end of the grant", async () => {
    const body = { error: "invalid_request", error_description: "The request is malformed.", log_id: "1" };
    standIn.server.failNext({ status: 400, body });
    expect(await failureOf(tiktok.refresh!(settings, account, patient()), secrets)).toBe("UNAVAILABLE invalid_request");
    for (const trouble of ["garbage", "reset", "huge", { status: 500 }] as const) {
      standIn.server.failNext(trouble);
      expect(await failureOf(tiktok.refresh!(settings, account, patient()), secrets)).toMatch(/^UNAVAILABLE/);
    }
  });

  test("ends the grant, once", async () => {
    await tiktok.revoke!(settings, account, patient());
    expect(await failureOf(publish(watch), secrets)).toBe("TOKEN access_token_invalid");
    await tiktok.revoke!(settings, account, patient());
  });
});

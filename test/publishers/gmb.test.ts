import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gmb } from "../../src/publishers/gmb.ts";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { type GmbStandIn, startGmb } from "../support/networks/gmb.ts";
import { GOOGLE_APP, googleError } from "../support/networks/google.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

const VIDEO = { url: "https://media.example/a.mp4", kind: "video" } as const;
const REDIRECT = "https://game.example/connected";
const VERIFIER = "verifier-of-43-characters-0123456789-0123456";
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const HOUR = 3_600_000;
const [connecting] = gmb.connecting;
if (connecting?.kind !== "oauth2") throw new Error("Google Business Profile is connected by OAuth 2");

let standIn: GmbStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
let time: number;
beforeEach(async () => {
  time = NOW;
  standIn = await startGmb(() => time);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [GOOGLE_APP.clientSecret, account.credentials.token, account.credentials.refreshToken!];
});
afterEach(() => standIn.close());

const context = () => contextOf({ now: () => time });
const publish = (draft: Draft, within = context()) => gmb.publish(settings, account, draft, within, progressOf());
const find = (draft: Draft, attemptedAt = NOW) =>
  gmb.find!(settings, account, draft, { attemptedAt, saved: {} }, context());

describe("connecting", () => {
  test("asks for offline consent with PKCE", () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: CHALLENGE });
    expect(Object.fromEntries(url.searchParams)).toEqual({
      access_type: "offline",
      client_id: GOOGLE_APP.clientId,
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
      prompt: "consent",
      redirect_uri: REDIRECT,
      response_type: "code",
      scope: "openid https://www.googleapis.com/auth/business.manage",
      state: "s",
    });
  });

  test("returns each location of the user once", async () => {
    const grant = { code: standIn.issueCode(REDIRECT, CHALLENGE), verifier: VERIFIER, redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, context());
    expect(profiles.map(({ id, displayName, facts }) => ({ id, displayName, facts }))).toEqual([
      { id: "201", displayName: "Shop 201", facts: { account: "111" } },
      { id: "202", displayName: "Shop 202", facts: { account: "111" } },
      { id: "203", displayName: "Shop 203", facts: { account: "111" } },
    ]);
    expect(profiles[0]!.grant).toBe(`${GOOGLE_APP.clientId}/${GOOGLE_APP.userId}`);
    account = profiles[0]!;
    await publish(draftOf("Hello"));
    expect(standIn.posts()).toHaveLength(1);
  });

  test.each([
    { name: "an unknown code", more: { code: "4/unknown" }, changed: {}, expected: "TOKEN invalid_grant" },
    { name: "another verifier", more: { verifier: "other" }, changed: {}, expected: "TOKEN invalid_grant" },
    {
      name: "a wrong client secret",
      more: {},
      changed: { gmbClientSecret: "wrong-secret" },
      expected: "NOT_CONFIGURED invalid_client",
    },
  ])("refuses $name", async ({ more, changed, expected }) => {
    const code = standIn.issueCode(REDIRECT, CHALLENGE);
    const grant = { code, verifier: VERIFIER, redirectUri: REDIRECT, ...more };
    const attempt = connecting.exchange({ ...settings, ...changed }, grant, context());
    expect(await failureOf(attempt, [...secrets, grant.code, "wrong-secret"])).toBe(expected);
  });
});

describe("check", () => {
  test.each([
    { name: "nothing", draft: draftOf(""), expected: ["TEXT_REQUIRED"] },
    { name: "1501 characters", draft: draftOf("x".repeat(1_501)), expected: ["TEXT_TOO_LONG"] },
    { name: "two images", draft: draftOf("", { media: [IMAGE, IMAGE] }), expected: ["TOO_MANY_MEDIA"] },
    { name: "a video", draft: draftOf("", { media: [VIDEO] }), expected: ["MEDIA_UNSUPPORTED"] },
    {
      name: "a button that does not exist",
      draft: draftOf("a", { options: { callToAction: { actionType: "DANCE" } } }),
      expected: ["OPTION_INVALID"],
    },
    { name: "an image alone", draft: draftOf("", { media: [IMAGE] }), expected: [] },
  ])("$name", ({ draft, expected }) => {
    expect(gmb.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("a text with an image and a button", async () => {
    const callToAction = { actionType: "LEARN_MORE", url: "https://game.example/" };
    const post = await publish(draftOf("Hello", { media: [IMAGE], options: { callToAction, languageCode: "pt-BR" } }));
    expect(post).toEqual({
      id: "accounts/111/locations/201/localPosts/1",
      url: "https://local.google.com/place?id=1",
      extra: { type: "localPosts" },
    });
    expect(standIn.localPosts[0]!.json).toEqual({
      languageCode: "pt-BR",
      topicType: "STANDARD",
      summary: "Hello",
      callToAction,
      media: [{ mediaFormat: "PHOTO", sourceUrl: IMAGE.url }],
    });
  });

  test("refuses a post that Google rejects at once", async () => {
    standIn.next.state = "REJECTED";
    expect(await failureOf(publish(draftOf("Call 555-0100")), secrets)).toBe("CONTENT REJECTED");
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draftOf("Hello"), isHasty ? hasty() : context()), secrets)).toBe(expected);
  });

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("UNAVAILABLE");
  });

  test.each([
    { status: 401, name: "UNAUTHENTICATED", expected: "TOKEN UNAUTHENTICATED" },
    { status: 403, name: "PERMISSION_DENIED", expected: "PERMISSION PERMISSION_DENIED" },
    {
      status: 403,
      name: "PERMISSION_DENIED",
      reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
      expected: "TOKEN ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    },
    { status: 403, name: "PERMISSION_DENIED", reason: "SERVICE_DISABLED", expected: "NOT_CONFIGURED SERVICE_DISABLED" },
    { status: 400, name: "INVALID_ARGUMENT", expected: "CONTENT INVALID_ARGUMENT" },
    { status: 404, name: "NOT_FOUND", expected: "GONE NOT_FOUND" },
    { status: 429, name: "RESOURCE_EXHAUSTED", expected: "RATE RESOURCE_EXHAUSTED" },
  ])("$status $name $reason is $expected", async ({ status, name, reason, expected }) => {
    standIn.server.failNext(googleError(status, name, `no ${account.credentials.token}`, reason));
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe(expected);
  });

  test("says when to try again", async () => {
    standIn.server.failNext({ ...googleError(429, "RESOURCE_EXHAUSTED"), headers: { "retry-after": "30" } });
    await expect(publish(draftOf("Hello"))).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 30_000 });
  });
});

describe("find", () => {
  test("the post of a lost response", async () => {
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("unknown");
    for (const text of ["1", "2", "3"]) await publish(draftOf(text));
    expect(await find(draftOf("Hello"))).toMatchObject({ id: "accounts/111/locations/201/localPosts/1" });
  });

  test("no post that was not created, once that is settled", async () => {
    expect(await failureOf(find(draftOf("Hello")), secrets)).toBe("UNAVAILABLE");
    time += 60_000;
    expect(await find(draftOf("Hello"))).toBe("absent");
  });

  test("cannot recognize a post without text", async () => {
    await publish(draftOf("", { media: [IMAGE] }));
    expect(await find(draftOf("", { media: [IMAGE] }))).toBe("unknown");
  });
});

describe("delete", () => {
  const remove = (id: string, within = context()) => gmb.delete!(settings, account, { id }, within);

  test("deletes a post, and has nothing to do for one that is gone", async () => {
    const { id } = await publish(draftOf("Hello"));
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
  });

  test("sends no call for what is no id of a post", async () => {
    for (const id of ["../x", "accounts/1/locations/2", "accounts/../locations/2/localPosts/3", ""]) {
      expect(await failureOf(remove(id), secrets)).toBe("GONE");
    }
    expect(standIn.server.requests).toEqual([]);
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    const { id } = await publish(draftOf("Hello"));
    standIn.server.failNext(trouble);
    expect(await failureOf(remove(id, isHasty ? hasty() : context()), secrets)).toBe(expected);
  });
});

describe("refresh and revoke", () => {
  test("renews an access token that has expired, and keeps the refresh token", async () => {
    time += HOUR;
    await expect(publish(draftOf("Hello"))).rejects.toMatchObject({ kind: "TOKEN", canRenew: true });
    const credentials = await gmb.refresh!(settings, account, context());
    expect(credentials).toEqual({ token: expect.any(String), expiresAt: NOW + 2 * HOUR });
    account = { ...account, credentials: { ...account.credentials, ...credentials } };
    await publish(draftOf("Hello"));
  });

  test("reports the end of the grant, and only that", async () => {
    for (const trouble of ["garbage", "reset", "huge", { status: 500 }] as const) {
      standIn.server.failNext(trouble);
      expect(await failureOf(gmb.refresh!(settings, account, context()), secrets)).toMatch(/^UNAVAILABLE/);
    }
    standIn.failNext("token");
    const attempt = gmb.refresh!(settings, account, context());
    await expect(attempt).rejects.toMatchObject({ canRenew: false });
    expect(await failureOf(attempt, secrets)).toBe("TOKEN invalid_grant");
  });

  test("ends the grant, once", async () => {
    await gmb.revoke!(settings, account, context());
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("TOKEN authError");
    await gmb.revoke!(settings, account, context());
  });
});

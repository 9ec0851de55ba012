import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { threads } from "../../src/publishers/threads.ts";
import { graphError } from "../support/networks/meta.ts";
import { startThreads, THREADS_ACCOUNT, THREADS_APP, type ThreadsStandIn } from "../support/networks/threads.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

const VIDEO = { url: "https://media.example/a.mp4", kind: "video" } as const;
const REDIRECT = "https://game.example/connected";
const DAYS_60 = 60 * 86_400_000;
const [connecting] = threads.connecting;
if (connecting?.kind !== "oauth2") throw new Error("Threads is connected by OAuth 2");

let standIn: ThreadsStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
let time: number;
beforeEach(async () => {
  time = NOW;
  standIn = await startThreads(() => time);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [THREADS_APP.clientSecret, account.credentials.token];
});
afterEach(() => standIn.close());

const patient = () => contextOf({ sleep: async () => {}, now: () => time });
const publish = (draft: Draft, progress = progressOf(), context = patient()) =>
  threads.publish(settings, account, draft, context, progress);
const find = (draft: Draft, saved: Record<string, string>) =>
  threads.find!(settings, account, draft, { attemptedAt: NOW, saved }, patient());

describe("connecting", () => {
  test("asks for consent with the scopes that posts and deletions need, without PKCE", () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: "c" });
    expect(url.href).toContain(`${standIn.url}/oauth/authorize?`);
    expect(url.searchParams.get("scope")).toBe("threads_basic,threads_content_publish,threads_delete");
    expect(url.searchParams.has("code_challenge")).toBe(false);
  });

  test("returns the account with a token of 60 days", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, patient());
    expect(profiles).toMatchObject([
      { id: THREADS_ACCOUNT, handle: "game", displayName: "The Game", credentials: { expiresAt: NOW + DAYS_60 } },
    ]);
    account = profiles[0]!;
    await publish(draftOf("Hello"));
    expect(standIn.posts()).toHaveLength(1);
  });

  test.each([
    { name: "an unknown code", more: { code: "AQBunknown" }, expected: "TOKEN 100" },
    { name: "another redirect URL", more: { redirectUri: "https://x.example/" }, expected: "TOKEN 100" },
  ])("refuses $name", async ({ more, expected }) => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT, ...more };
    expect(await failureOf(connecting.exchange(settings, grant, patient()), [...secrets, grant.code])).toBe(expected);
  });

  test("reports a wrong secret of the app as a setting", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const attempt = connecting.exchange({ ...settings, threadsClientSecret: "wrong-secret" }, grant, patient());
    expect(await failureOf(attempt, ["wrong-secret", grant.code])).toBe("NOT_CONFIGURED 1");
  });
});

describe("check", () => {
  test.each([
    { name: "nothing", draft: draftOf(""), expected: ["TEXT_REQUIRED"] },
    { name: "501 characters", draft: draftOf("x".repeat(501)), expected: ["TEXT_TOO_LONG"] },
    { name: "500 characters", draft: draftOf("é".repeat(500)), expected: [] },
    { name: "an image alone", draft: draftOf("", { media: [IMAGE] }), expected: [] },
    { name: "21 images", draft: draftOf("", { media: Array(21).fill(IMAGE) }), expected: ["TOO_MANY_MEDIA"] },
    {
      name: "a wrong option",
      draft: draftOf("a", { options: { replyControl: "nobody" } }),
      expected: ["OPTION_INVALID"],
    },
  ])("$name", ({ draft, expected }) => {
    expect(threads.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("a text", async () => {
    const progress = progressOf();
    const post = await publish(draftOf("Hello", { options: { replyControl: "mentioned_only" } }), progress);
    expect(post).toEqual({ id: "17002", url: "https://www.threads.net/@game/post/17002" });
    expect(progress.saved["container"]).toBe("17001");
    expect(Object.fromEntries(standIn.store.containers.get("17001")!.form)).toEqual({
      media_type: "TEXT",
      text: "Hello",
      reply_control: "mentioned_only",
    });
    for (const { query } of standIn.server.requests) expect(query.toString()).not.toContain("THAA");
  });

  test("a text and an image, a video, and several of both", async () => {
    await publish(draftOf("One", { media: [IMAGE] }));
    await publish(draftOf("Two", { media: [VIDEO] }));
    standIn.store.next.pending = 2;
    await publish(draftOf("Three", { media: [IMAGE, VIDEO] }));
    expect(standIn.posts().map(({ text }) => text)).toEqual(["One", "Two", "Three"]);
    const forms = [...standIn.store.containers.values()].map(({ form }) => Object.fromEntries(form));
    expect(forms.map((form) => form["media_type"])).toEqual(["IMAGE", "VIDEO", "IMAGE", "VIDEO", "CAROUSEL"]);
    expect(forms[0]).toMatchObject({ image_url: IMAGE.url, alt_text: "A red square" });
  });

  test("refuses media that Threads cannot read", async () => {
    Object.assign(standIn.store.next, { state: "ERROR", reason: "FAILED_DOWNLOADING_VIDEO" });
    await expect(publish(draftOf("", { media: [VIDEO] }))).rejects.toThrow(/FAILED_DOWNLOADING_VIDEO/);
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble, standIn.isPublish);
    const context = isHasty ? hasty() : patient();
    expect(await failureOf(publish(draftOf("Hello"), progressOf(), context), secrets)).toBe(expected);
  });

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe("UNAVAILABLE");
  });

  test.each([
    { code: 190, expected: "TOKEN 190" },
    { code: 10, expected: "PERMISSION 10" },
    { code: 4, expected: "RATE 4" },
    { code: 100, subcode: 4279013, expected: "PERMISSION 100/4279013" },
    { code: 24, subcode: 4279009, expected: "UNAVAILABLE 24/4279009" },
    { code: 4, subcode: 2207051, expected: "unknown" },
    { code: 100, expected: "CONTENT 100" },
  ])("error $code $subcode is $expected", async ({ code, subcode, expected }) => {
    const error = graphError(code, { message: `no ${account.credentials.token}`, ...(subcode && { subcode }) });
    standIn.server.failNext(error, standIn.isPublish);
    expect(await failureOf(publish(draftOf("Hello")), secrets)).toBe(expected);
  });

  test("refuses a token that has expired; renewed in time, it works", async () => {
    account = { ...account, credentials: await threads.refresh!(settings, account, patient()) };
    expect(account.credentials.expiresAt).toBe(NOW + DAYS_60);
    time += DAYS_60 - 1;
    await publish(draftOf("Hello"));
    time += 1;
    const late = publish(draftOf("Hello"));
    expect(await failureOf(late, [account.credentials.token])).toBe("TOKEN 190/463");
    await expect(late).rejects.toMatchObject({ canRenew: false });
    const attempt = threads.refresh!(settings, account, patient());
    expect(await failureOf(attempt, [account.credentials.token])).toBe("TOKEN 190/463");
  });

  test("does not take a failure of the network for the end of the grant", async () => {
    for (const trouble of ["garbage", "reset", "huge", { status: 500 }] as const) {
      standIn.server.failNext(trouble);
      expect(await failureOf(threads.refresh!(settings, account, patient()), secrets)).toBe("UNAVAILABLE");
    }
  });
});

describe("find", () => {
  test("the post of a lost response", async () => {
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(draftOf("Hello"), progress), secrets)).toBe("unknown");
    expect(await find(draftOf("Hello"), progress.saved)).toMatchObject({ id: "17002" });
  });

  test("no post that was not published", async () => {
    const progress = progressOf();
    expect(await find(draftOf("Hello"), progress.saved)).toBe("absent");
    standIn.failNext("500");
    expect(await failureOf(publish(draftOf("Hello"), progress), secrets)).toBe("unknown");
    time += 60_000;
    expect(await find(draftOf("Hello"), progress.saved)).toBe("absent");
  });
});

describe("delete", () => {
  test("deletes a post, and has nothing to do for one that is gone", async () => {
    const post = await publish(draftOf("Hello"));
    await threads.delete!(settings, account, post, patient());
    expect(standIn.posts()).toEqual([]);
    await threads.delete!(settings, account, post, patient());
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    const attempt = threads.delete!(settings, account, { id: "1" }, isHasty ? hasty() : patient());
    expect(await failureOf(attempt, secrets)).toBe(expected);
  });

  test("reports that the day's deletions are used up", async () => {
    standIn.server.failNext(graphError(613));
    expect(await failureOf(threads.delete!(settings, account, { id: "1" }, patient()), secrets)).toBe("RATE 613");
  });

  test("Threads has no call that ends a grant", () => {
    expect(threads.revoke).toBeUndefined();
  });
});

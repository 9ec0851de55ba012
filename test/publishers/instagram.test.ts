import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { instagram } from "../../src/publishers/instagram.ts";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { INSTAGRAM_ACCOUNT, type InstagramStandIn, startInstagram } from "../support/networks/instagram.ts";
import { graphError, META_APP } from "../support/networks/meta.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, TROUBLES } from "./support.ts";

const VIDEO = { url: "https://media.example/a.mp4", kind: "video" } as const;
const REDIRECT = "https://game.example/connected";
const [connecting] = instagram.connecting;
if (connecting?.kind !== "oauth2") throw new Error("Instagram is connected by OAuth 2");

let standIn: InstagramStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
beforeEach(async () => {
  standIn = await startInstagram(() => NOW);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [META_APP.clientSecret, account.credentials.token, account.credentials.refreshToken!];
});
afterEach(() => standIn.close());

const pauses: number[] = [];
const sleep = async (ms: number) => void pauses.push(ms);
const patient = () => contextOf({ sleep });
const photo = draftOf("Look", { media: [IMAGE] });
const publish = (draft: Draft, progress = progressOf(), context = patient()) =>
  instagram.publish(settings, account, draft, context, progress);
const find = (draft: Draft, saved: Record<string, string>, now = NOW) =>
  instagram.find!(settings, account, draft, { attemptedAt: NOW, saved }, contextOf({ sleep, now: () => now }));

describe("connecting", () => {
  test("returns the professional accounts behind the user's pages", async () => {
    const grant = { code: standIn.issueCode(REDIRECT), verifier: "v", redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, contextOf());
    expect(profiles).toMatchObject([
      { id: INSTAGRAM_ACCOUNT, handle: "the.game", displayName: "The Game", facts: { pageId: "101" } },
    ]);
    expect(profiles[0]!.grant).toBe(`${META_APP.clientId}/${META_APP.userId}`);
    account = profiles[0]!;
    await publish(photo);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("refuses an unknown code", async () => {
    const grant = { code: "AQDunknown", verifier: "v", redirectUri: REDIRECT };
    expect(await failureOf(connecting.exchange(settings, grant, contextOf()), ["AQDunknown"])).toBe("TOKEN 100/36009");
  });

  test("asks for the scopes that posts need", () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: "c" });
    expect(url.searchParams.get("scope")).toContain("instagram_content_publish");
  });
});

describe("check", () => {
  test.each([
    { name: "text only", draft: draftOf("Hello"), expected: ["MEDIA_REQUIRED"] },
    { name: "a long caption", draft: draftOf("x".repeat(2_201), { media: [IMAGE] }), expected: ["TEXT_TOO_LONG"] },
    { name: "31 hashtags", draft: draftOf("#a ".repeat(31), { media: [IMAGE] }), expected: ["TEXT_TOO_LONG"] },
    { name: "21 mentions", draft: draftOf("@a ".repeat(21), { media: [IMAGE] }), expected: ["TEXT_TOO_LONG"] },
    { name: "11 images", draft: draftOf("", { media: Array(11).fill(IMAGE) }), expected: ["TOO_MANY_MEDIA"] },
    {
      name: "a story of two",
      draft: draftOf("", { media: [IMAGE, VIDEO], options: { stories: true } }),
      expected: ["TOO_MANY_MEDIA"],
    },
    {
      name: "an option of a wrong type",
      draft: draftOf("", { media: [IMAGE], options: { stories: "yes" } }),
      expected: ["OPTION_INVALID"],
    },
    { name: "images and videos", draft: draftOf("#a", { media: [IMAGE, VIDEO] }), expected: [] },
  ])("$name", ({ draft, expected }) => {
    expect(instagram.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("an image: saves the container before it publishes it", async () => {
    const progress = progressOf();
    let atSave: number | undefined;
    const save = progress.save.bind(progress);
    progress.save = async (values) => {
      atSave = standIn.posts().length;
      await save(values);
    };
    const post = await publish(photo, progress);
    expect(atSave).toBe(0);
    expect(progress.saved).toEqual({ container: "17001", startedAt: String(NOW) });
    expect(post).toEqual({ id: "17002", url: "https://www.instagram.com/p/17002/", extra: { usedQuota: 4 } });
    const { form } = standIn.store.containers.get("17001")!;
    expect(Object.fromEntries(form)).toMatchObject({ image_url: IMAGE.url, caption: "Look", alt_text: "A red square" });
  });

  test("waits until Instagram has fetched the media, with growing pauses", async () => {
    pauses.length = 0;
    standIn.store.next.pending = 3;
    await publish(photo);
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  test("gives up after two minutes, and another attempt resumes with the same container", async () => {
    pauses.length = 0;
    const progress = progressOf();
    standIn.store.next.pending = 12;
    expect(await failureOf(publish(photo, progress), secrets)).toBe("UNAVAILABLE");
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(120_000);
    await publish(photo, progress);
    expect(standIn.store.containers.size).toBe(1);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("a reel", async () => {
    await publish(draftOf("Watch", { media: [VIDEO], options: { shareReelsFeed: false, thumbNailOffset: 500 } }));
    const { form } = standIn.store.containers.get("17001")!;
    expect(Object.fromEntries(form)).toMatchObject({
      media_type: "REELS",
      video_url: VIDEO.url,
      share_to_feed: "false",
      thumb_offset: "500",
    });
  });

  test("a carousel of an image and a video", async () => {
    standIn.store.next.pending = 1;
    await publish(draftOf("Both", { media: [IMAGE, VIDEO] }));
    const [image, video, carousel] = [...standIn.store.containers.values()].map(({ form }) => form);
    expect(image!.get("is_carousel_item")).toBe("true");
    expect(video!.get("media_type")).toBe("VIDEO");
    expect(carousel!.get("children")).toBe("17001,17002");
    expect(standIn.posts()).toMatchObject([{ text: "Both" }]);
  });

  test("a story", async () => {
    await publish(draftOf("", { media: [IMAGE], options: { stories: true } }));
    expect(standIn.store.containers.get("17001")!.form.get("media_type")).toBe("STORIES");
  });

  test.each([
    { state: "ERROR", reason: "2207026: Unsupported video format", expected: "MEDIA" },
    { state: "EXPIRED", reason: undefined, expected: "UNAVAILABLE" },
  ] as const)("a container that becomes $state", async ({ state, reason, expected }) => {
    const progress = progressOf();
    Object.assign(standIn.store.next, { state, reason });
    expect(await failureOf(publish(photo, progress), secrets)).toBe(expected);
    Object.assign(standIn.store.next, { state: "FINISHED", reason: undefined });
    await publish(photo, progress);
    expect(standIn.store.containers.size).toBe(2);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("refuses further posts while the quota is used up", async () => {
    standIn.quota.usage = 50;
    expect(await failureOf(publish(photo), secrets)).toBe("RATE 2207042");
    expect(standIn.store.containers.size).toBe(0);
  });

  test.each(TROUBLES)("does not know the outcome after $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble, standIn.isPublish);
    const context = isHasty ? hasty() : patient();
    expect(await failureOf(publish(photo, progressOf(), context), secrets)).toBe(expected);
  });

  test.each(TROUBLES)("publishes nothing if making the container ends with $name", async ({ trouble, isHasty }) => {
    standIn.server.failNext(trouble, ({ method, path }) => method === "POST" && path.endsWith("/media"));
    const context = isHasty ? hasty() : patient();
    expect(await failureOf(publish(photo, progressOf(), context), secrets)).toBe("UNAVAILABLE");
    expect(standIn.posts()).toEqual([]);
  });

  test("is published although the permalink cannot be read", async () => {
    standIn.server.failNext({ status: 500 }, ({ path }) => path.endsWith("/17002"));
    expect(await publish(photo)).toEqual({ id: "17002", extra: { usedQuota: 4 } });
  });

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(photo), secrets)).toBe("UNAVAILABLE");
  });

  test.each([
    { code: 190, expected: "TOKEN 190" },
    { code: 10, expected: "PERMISSION 10" },
    { code: 25, subcode: 2207050, expected: "PERMISSION 25/2207050" },
    { code: 36_004, subcode: 2207010, expected: "CONTENT 36004/2207010" },
    { code: -2, subcode: 2207003, expected: "MEDIA -2/2207003" },
    { code: 352, subcode: 2207026, expected: "MEDIA 352/2207026" },
    { code: 9004, subcode: 2207052, expected: "MEDIA 9004/2207052" },
    { code: 4, expected: "RATE 4" },
    { code: 4, subcode: 2207051, expected: "CONTENT 4/2207051" },
    { code: -1, subcode: 2207001, expected: "UNAVAILABLE" },
  ])("error $code $subcode of the container is $expected", async ({ code, subcode, expected }) => {
    const error = graphError(code, { message: `no ${account.credentials.token}`, ...(subcode && { subcode }) });
    standIn.server.failNext(error, ({ method, path }) => method === "POST" && path.endsWith("/media"));
    expect(await failureOf(publish(photo), secrets)).toBe(expected);
  });

  test.each([
    { code: 4, subcode: 2207051, expected: "unknown" },
    { code: -1, subcode: 2207001, expected: "unknown" },
    { code: 2, expected: "unknown" },
    { code: 9, subcode: 2207042, expected: "RATE 9/2207042" },
    { code: 9007, subcode: 2207027, expected: "UNAVAILABLE 9007/2207027" },
    { code: -2, subcode: 2207020, expected: "UNAVAILABLE -2/2207020" },
    { code: 190, expected: "TOKEN 190" },
  ])("error $code $subcode of the publishing call is $expected", async ({ code, subcode, expected }) => {
    standIn.server.failNext(graphError(code, subcode ? { subcode } : {}), standIn.isPublish);
    expect(await failureOf(publish(photo), secrets)).toBe(expected);
  });

  test("refuses a grant that the user has ended", async () => {
    standIn.failNext("token");
    expect(await failureOf(publish(photo), secrets)).toBe("TOKEN 190/463");
    expect(await failureOf(instagram.refresh!(settings, account, contextOf()), secrets)).toBe("TOKEN 190/463");
  });
});

describe("find", () => {
  test("the post of a lost response, and another attempt returns it instead of publishing it again", async () => {
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(photo, progress), secrets)).toBe("unknown");
    expect(await find(photo, progress.saved)).toEqual({ id: "17002", url: "https://www.instagram.com/p/17002/" });
    expect(await publish(photo, progress)).toMatchObject({ id: "17002" });
    expect(standIn.posts()).toHaveLength(1);
  });

  test("a post that went out although Instagram reported a restriction", async () => {
    const progress = progressOf();
    standIn.server.failNext(graphError(4, { subcode: 2207051 }), standIn.isPublish);
    expect(await failureOf(publish(photo, progress), secrets)).toBe("unknown");
    standIn.store.publish(progress.saved["container"]!);
    expect(await find(photo, progress.saved)).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test("a story whose response was lost", async () => {
    const story = draftOf("not shown", { media: [IMAGE], options: { stories: true } });
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(story, progress), secrets)).toBe("unknown");
    standIn.store.posts[0]!.text = "";
    expect(await find(story, progress.saved)).toMatchObject({ id: "17002" });
  });

  test("the post of an earlier attempt with the same container", async () => {
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    await failureOf(publish(photo, progress), secrets);
    const attempt = { attemptedAt: NOW + 600_000, saved: progress.saved };
    expect(await instagram.find!(settings, account, photo, attempt, patient())).toMatchObject({ id: "17002" });
  });

  test("no post without a container, or with one that failed or has expired", async () => {
    expect(await find(photo, {})).toBe("absent");
    for (const state of ["ERROR", "EXPIRED"] as const) {
      standIn.store.next.state = state;
      const progress = progressOf();
      await failureOf(publish(photo, progress), secrets);
      expect(await find(photo, progress.saved)).toBe("absent");
    }
  });

  test("no post if the container was not published, once that is settled", async () => {
    const progress = progressOf();
    standIn.failNext("hang");
    expect(await failureOf(publish(photo, progress, hasty()), secrets)).toBe("unknown");
    expect(await failureOf(find(photo, progress.saved), secrets)).toBe("UNAVAILABLE");
    expect(await find(photo, progress.saved, NOW + 60_000)).toBe("absent");
  });

  test("does not know a published container whose post is not listed, or a container that is gone", async () => {
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    await failureOf(publish(photo, progress), secrets);
    standIn.store.posts.length = 0;
    expect(await find(photo, progress.saved)).toBe("unknown");
    expect(await failureOf(publish(photo, progress), secrets)).toBe("unknown");
    standIn.store.containers.clear();
    expect(await find(photo, progress.saved)).toBe("unknown");
  });
});

describe("delete, refresh and revoke", () => {
  test("Instagram has no call that deletes posts", () => {
    expect(instagram.delete).toBeUndefined();
  });

  test("renews the tokens of user and page", async () => {
    const credentials = await instagram.refresh!(settings, account, contextOf());
    expect(credentials.token).not.toBe(account.credentials.token);
    account = { ...account, credentials };
    await publish(photo);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("removes the app from the user's account, once", async () => {
    await instagram.revoke!(settings, account, contextOf());
    expect(await failureOf(publish(photo), secrets)).toBe("TOKEN 190/463");
    await instagram.revoke!(settings, account, contextOf());
  });
});

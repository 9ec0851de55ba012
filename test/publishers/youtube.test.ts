import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft, NetworkAccount } from "../../src/publishers/publisher.ts";
import { youtube } from "../../src/publishers/youtube.ts";
import { GOOGLE_APP, youtubeError } from "../support/networks/google.ts";
import { startYouTube, type YouTubeStandIn } from "../support/networks/youtube.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, media, NOW, progressOf, TROUBLES } from "./support.ts";

const REDIRECT = "https://game.example/connected";
const VERIFIER = "verifier-of-43-characters-0123456789-0123456";
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
const HOUR = 3_600_000;
const SMALL = { url: "https://media.example/small.mp4", kind: "video" } as const;
const LARGE = { url: "https://media.example/large.mp4", kind: "video" } as const;
/** Two chunks and a part. */
const LARGE_BYTES = Buffer.alloc(9_000_000, "video ");
media.set(SMALL.url, { bytes: Buffer.from("a small video"), type: "video/mp4" });
media.set(LARGE.url, { bytes: LARGE_BYTES, type: "video/mp4" });
const [connecting] = youtube.connecting;
if (connecting?.kind !== "oauth2") throw new Error("YouTube is connected by OAuth 2");

let standIn: YouTubeStandIn;
let account: NetworkAccount;
// biome-ignore lint/suspicious/noExplicitAny: the settings of this network alone.
let settings: any;
let secrets: string[];
let time: number;
beforeEach(async () => {
  time = NOW;
  standIn = await startYouTube(() => time);
  account = standIn.connect();
  settings = standIn.settings;
  secrets = [GOOGLE_APP.clientSecret, account.credentials.token, account.credentials.refreshToken!];
});
afterEach(() => standIn.close());

const context = () => contextOf({ now: () => time });
const small = draftOf("Watch", { media: [SMALL], options: { title: "Trailer" } });
const large = draftOf("Watch", { media: [LARGE], options: { title: "Trailer" } });
const publish = (draft: Draft, progress = progressOf(), within = context()) =>
  youtube.publish(settings, account, draft, within, progress);
const find = (draft: Draft, saved: Record<string, string>, within = context()) =>
  youtube.find!(settings, account, draft, { attemptedAt: NOW, saved }, within);
const puts = () => standIn.server.requests.filter(({ method }) => method === "PUT");

describe("connecting", () => {
  test("returns the channel", async () => {
    const url = connecting.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: CHALLENGE });
    expect(url.searchParams.get("code_challenge")).toBe(CHALLENGE);
    const grant = { code: standIn.issueCode(REDIRECT, CHALLENGE), verifier: VERIFIER, redirectUri: REDIRECT };
    const profiles = await connecting.exchange(settings, grant, context());
    expect(profiles).toMatchObject([{ id: "UC-game", handle: "thegame", displayName: "The Game" }]);
    account = profiles[0]!;
    await publish(small);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("refuses an unknown code, and reports a user without a channel", async () => {
    const grant = { code: "4/unknown", verifier: VERIFIER, redirectUri: REDIRECT };
    expect(await failureOf(connecting.exchange(settings, grant, context()), ["4/unknown"])).toBe("TOKEN invalid_grant");
    const code = standIn.issueCode(REDIRECT, CHALLENGE);
    standIn.server.failNext(youtubeError(401, "youtubeSignupRequired"), ({ path }) => path.endsWith("/channels"));
    const attempt = connecting.exchange(settings, { ...grant, code }, context());
    expect(await failureOf(attempt, [code])).toBe("PERMISSION youtubeSignupRequired");
  });
});

describe("check", () => {
  const title = "Trailer";
  test.each([
    { name: "text only", draft: draftOf("a", { options: { title } }), expected: ["MEDIA_REQUIRED"] },
    { name: "an image", draft: draftOf("a", { media: [IMAGE], options: { title } }), expected: ["MEDIA_UNSUPPORTED"] },
    {
      name: "two videos",
      draft: draftOf("a", { media: [SMALL, SMALL], options: { title } }),
      expected: ["TOO_MANY_MEDIA"],
    },
    { name: "no title", draft: draftOf("a", { media: [SMALL] }), expected: ["OPTION_REQUIRED"] },
    {
      name: "a blank title",
      draft: draftOf("a", { media: [SMALL], options: { title: " " } }),
      expected: ["OPTION_REQUIRED"],
    },
    {
      name: "a long title",
      draft: draftOf("a", { media: [SMALL], options: { title: "x".repeat(101) } }),
      expected: ["OPTION_INVALID"],
    },
    {
      name: "a title in angle brackets",
      draft: draftOf("a", { media: [SMALL], options: { title: "<b>" } }),
      expected: ["OPTION_INVALID"],
    },
    {
      name: "a description with one",
      draft: draftOf("1 < 2", { media: [SMALL], options: { title } }),
      expected: ["TEXT_INVALID"],
    },
    {
      name: "a description of 5,002 bytes",
      draft: draftOf("é".repeat(2_501), { media: [SMALL], options: { title } }),
      expected: ["TEXT_TOO_LONG"],
    },
    {
      name: "a visibility that does not exist",
      draft: draftOf("a", { media: [SMALL], options: { title, visibility: "secret" } }),
      expected: ["OPTION_INVALID"],
    },
    {
      name: "a title of 100 characters",
      draft: draftOf("", { media: [SMALL], options: { title: "😀".repeat(100) } }),
      expected: [],
    },
  ])("$name", ({ draft, expected }) => {
    expect(youtube.check(draft).map(({ code }) => code)).toEqual(expected);
  });
});

describe("publish", () => {
  test("a video, private by default; the session is saved before its bytes are sent", async () => {
    const progress = progressOf();
    let before: number | undefined;
    const save = progress.save.bind(progress);
    progress.save = async (values) => {
      before = puts().length;
      await save(values);
    };
    const post = await publish(small, progress);
    expect(before).toBe(0);
    expect(progress.saved).toEqual({ session: "xa-1", size: "13" });
    expect(post).toEqual({ id: "vid1", url: "https://www.youtube.com/watch?v=vid1", extra: { isVideo: true } });
    const upload = standIn.uploads.get("xa-1")!;
    expect(upload.resource).toEqual({
      snippet: { title: "Trailer", description: "Watch" },
      status: { privacyStatus: "private", selfDeclaredMadeForKids: false },
    });
    expect(upload.received.toString()).toBe("a small video");
    expect(upload.type).toBe("video/mp4");
  });

  test("a large video in chunks, each resumed where YouTube stopped", async () => {
    standIn.cutNextChunk(262_144);
    await publish({ ...large, options: { title: "Long", visibility: "unlisted", tags: ["a", "b"], categoryId: 20 } });
    const upload = standIn.uploads.get("xa-1")!;
    expect(upload.received.equals(LARGE_BYTES)).toBe(true);
    expect(upload.resource).toMatchObject({
      snippet: { tags: ["a", "b"], categoryId: "20" },
      status: { privacyStatus: "unlisted" },
    });
    expect(puts().map(({ headers }) => headers["content-range"])).toEqual([
      "bytes 0-4194303/9000000",
      "bytes 262144-4456447/9000000",
      "bytes 4456448-8650751/9000000",
      "bytes 8650752-8999999/9000000",
    ]);
  });

  test.each([
    { name: "keeps refusing bytes", headers: {} },
    { name: "has all bytes and makes no video", headers: { range: "bytes=0-12" } },
  ])("gives up if YouTube $name", async ({ headers }) => {
    const before = standIn.server.requests.length;
    for (let i = 0; i < 20; i++) standIn.server.failNext({ status: 308, headers }, ({ method }) => method === "PUT");
    expect(await failureOf(publish(small), secrets)).toBe("UNAVAILABLE");
    expect(standIn.server.requests.length - before).toBeLessThan(10);
  });

  test("another attempt resumes the session, and makes one video", async () => {
    const progress = progressOf();
    const isSecond = ({ headers }: { headers: { "content-range"?: string | undefined } }) =>
      headers["content-range"]?.startsWith("bytes 4194304-") ?? false;
    standIn.server.failNext("reset", isSecond);
    expect(await failureOf(publish(large, progress), secrets)).toBe("UNAVAILABLE");
    expect(await find(large, progress.saved)).toBe("absent");
    await publish(large, progress);
    expect(standIn.uploads.size).toBe(1);
    expect(standIn.uploads.get("xa-1")!.received.equals(LARGE_BYTES)).toBe(true);
    expect(standIn.posts()).toHaveLength(1);
  });

  test("opens another session if the saved one has ended, or the file has changed", async () => {
    await publish(small, progressOf({ session: "xa-unknown", size: "13" }));
    expect(standIn.uploads.size).toBe(1);
    const progress = progressOf();
    standIn.failNext("hang");
    expect(await failureOf(publish(small, progress, hasty()), secrets)).toBe("unknown");
    await publish({ ...large }, progress);
    expect(standIn.uploads.get("xa-3")!.received.equals(LARGE_BYTES)).toBe(true);
  });

  test("refuses a video that cannot be read, is too large, or is none", async () => {
    media.set("https://media.example/page.mp4", { bytes: Buffer.from("<html>"), type: "text/html" });
    const of = (url: string) => ({ ...small, media: [{ url, kind: "video" }] }) as Draft;
    expect(await failureOf(publish(of("https://media.example/gone.mp4")), secrets)).toBe("MEDIA");
    expect(await failureOf(publish(of("https://media.example/page.mp4")), secrets)).toBe("MEDIA");
    settings = { ...settings, youtubeMaxVideoBytes: 12 };
    expect(await failureOf(publish(small), secrets)).toBe("MEDIA");
    expect(standIn.uploads.size).toBe(0);
  });

  test("sends the token and the video to the configured server alone", async () => {
    const headers = { location: "http://127.0.0.1:9/upload?upload_id=xa-9" };
    standIn.server.failNext({ headers }, standIn.isOpening);
    expect(await failureOf(publish(small), secrets)).toBe("UNAVAILABLE");
    expect(puts()).toHaveLength(1);
    standIn.server.failNext({ headers: { location: "nonsense" } }, standIn.isOpening);
    expect(await failureOf(publish(small), secrets)).toBe("UNAVAILABLE");
  });

  test.each(TROUBLES)(
    "does not know the outcome if the last chunk ends with $name",
    async ({ trouble, isHasty, expected }) => {
      standIn.server.failNext(trouble, standIn.isPublish);
      expect(await failureOf(publish(small, progressOf(), isHasty ? hasty() : context()), secrets)).toBe(expected);
    },
  );

  test.each(TROUBLES.filter(({ name }) => !/garbage|body/.test(name)))(
    "publishes nothing if opening the session ends with $name",
    async ({ trouble, isHasty }) => {
      standIn.server.failNext(trouble, standIn.isOpening);
      const attempt = publish(small, progressOf(), isHasty ? hasty() : context());
      expect(await failureOf(attempt, secrets)).toBe("UNAVAILABLE");
    },
  );

  test("is unavailable if the connection is refused", async () => {
    await standIn.close();
    expect(await failureOf(publish(small), secrets)).toBe("UNAVAILABLE");
  });

  test.each([
    { status: 403, reason: "quotaExceeded", expected: "RATE quotaExceeded" },
    { status: 400, reason: "uploadLimitExceeded", expected: "RATE uploadLimitExceeded" },
    { status: 403, reason: "forbidden", expected: "PERMISSION forbidden" },
    { status: 403, reason: "insufficientPermissions", expected: "TOKEN insufficientPermissions" },
    { status: 403, reason: "accessNotConfigured", expected: "NOT_CONFIGURED accessNotConfigured" },
    { status: 401, reason: "youtubeSignupRequired", expected: "PERMISSION youtubeSignupRequired" },
    { status: 401, reason: "authError", expected: "TOKEN authError" },
    { status: 400, reason: "invalidTitle", expected: "CONTENT invalidTitle" },
    { status: 400, reason: "invalidDescription", expected: "CONTENT invalidDescription" },
    { status: 400, reason: "mediaBodyRequired", expected: "MEDIA mediaBodyRequired" },
  ])("$status $reason is $expected", async ({ status, reason, expected }) => {
    standIn.server.failNext(youtubeError(status, reason, `no ${account.credentials.token}`), standIn.isOpening);
    expect(await failureOf(publish(small), secrets)).toBe(expected);
  });
});

describe("find", () => {
  test("the video of a lost response, by its session", async () => {
    const progress = progressOf();
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(small, progress), secrets)).toBe("unknown");
    expect(await find(small, progress.saved)).toMatchObject({ id: "vid1", extra: { isVideo: true } });
    expect(await publish(small, progress)).toMatchObject({ id: "vid1" });
    expect(standIn.posts()).toHaveLength(1);
  });

  test("no video without a session or with an incomplete one; an ended one does not say", async () => {
    expect(await find(small, {})).toBe("absent");
    const progress = progressOf();
    standIn.failNext("hang");
    await failureOf(publish(small, progress, hasty()), secrets);
    expect(await find(small, progress.saved)).toBe("absent");
    expect(await find(small, { session: "xa-unknown", size: "13" })).toBe("unknown");
  });

  test("reports a token that has expired, and a server that is down", async () => {
    const progress = progressOf();
    await publish(small, progress);
    time += HOUR;
    expect(await failureOf(find(small, progress.saved), secrets)).toBe("TOKEN authError");
    standIn.server.failNext({ status: 500 });
    expect(await failureOf(find(small, progress.saved), secrets)).toBe("UNAVAILABLE");
  });
});

describe("delete, refresh and revoke", () => {
  test("deletes a video, and has nothing to do for one that is gone", async () => {
    const post = await publish(small);
    await youtube.delete!(settings, account, post, context());
    expect(standIn.posts()).toEqual([]);
    await youtube.delete!(settings, account, post, context());
  });

  test("may not delete another channel's video", async () => {
    standIn.server.failNext(youtubeError(403, "forbidden"));
    const attempt = youtube.delete!(settings, account, { id: "vid9" }, context());
    expect(await failureOf(attempt, secrets)).toBe("PERMISSION forbidden");
  });

  test.each(["hang", "reset", { status: 500 }] as const)(
    "does not know the outcome of a deletion after %j",
    async (trouble) => {
      const post = await publish(small);
      standIn.server.failNext(trouble);
      const attempt = youtube.delete!(settings, account, post, trouble === "hang" ? hasty() : context());
      expect(await failureOf(attempt, secrets)).toBe("unknown");
    },
  );

  test("renews an access token that has expired, until the grant has ended", async () => {
    time += HOUR;
    expect(await failureOf(publish(small), secrets)).toBe("TOKEN authError");
    const credentials = await youtube.refresh!(settings, account, context());
    account = { ...account, credentials: { ...account.credentials, ...credentials } };
    await publish(small);
    await youtube.revoke!(settings, account, context());
    await youtube.revoke!(settings, account, context());
    expect(await failureOf(youtube.refresh!(settings, account, context()), secrets)).toBe("TOKEN invalid_grant");
  });
});

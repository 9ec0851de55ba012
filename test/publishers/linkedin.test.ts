import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linkedin } from "../../src/publishers/linkedin.ts";
import type { NetworkAccount } from "../../src/publishers/publisher.ts";
import {
  apiError,
  type LinkedinStandIn,
  oauthError,
  PAGE,
  PERSON,
  REDIRECT,
  startLinkedin,
} from "../support/networks/linkedin.ts";
import type { NetworkAnswer } from "../support/networks/server.ts";
import { contextOf, draftOf, failureOf, hasty, IMAGE, NOW, progressOf, renewing, TROUBLES } from "./support.ts";

let standIn: LinkedinStandIn;
// biome-ignore lint/suspicious/noExplicitAny: settings of a server, as they are read.
let settings: any;
let account: NetworkAccount;
beforeEach(async () => {
  standIn = await startLinkedin(() => NOW);
  settings = standIn.settings;
  account = standIn.connect();
});
afterEach(() => standIn.close());

const LATER = NOW + 90_000;
const soon = () => contextOf({ sleep: async () => {} });
const secrets = () => [account.credentials.token, account.credentials.refreshToken!, settings.linkedinClientSecret];
const publish = (draft = draftOf("Hello"), context = soon(), as = account, progress = progressOf()) =>
  linkedin.publish(settings, as, draft, context, progress);
const find = (draft = draftOf("Hello"), { attemptedAt = NOW, now = LATER } = {}, as = account) =>
  linkedin.find!(settings, as, draft, { attemptedAt, saved: {} }, contextOf({ now: () => now }));
const refuse = (answer: NetworkAnswer) => standIn.server.failNext(answer);
const paths = () => standIn.server.requests.map(({ method, path }) => `${method} ${path}`);

describe("connecting", () => {
  const [way] = linkedin.connecting;
  if (way?.kind !== "oauth2") throw new Error("not by OAuth 2");
  const exchange = (code: string, with_ = settings) =>
    way.exchange(with_, { code, verifier: "v", redirectUri: REDIRECT }, contextOf());
  const credentials = { token: expect.any(String), refreshToken: expect.any(String), expiresAt: NOW + 5_184_000_000 };
  const grant = `linkedin:${PERSON}`;
  const person = {
    id: PERSON,
    displayName: "Ada L.",
    avatarUrl: "https://media.example/a.jpg",
    facts: { canRead: "false" },
    grant,
    credentials,
  };
  const page = {
    id: PAGE,
    handle: "adas-games",
    displayName: "Ada's games",
    profileUrl: "https://www.linkedin.com/company/adas-games",
    facts: { canRead: "true" },
    grant,
    credentials,
  };

  test("asks for the permissions of the settings", () => {
    const url = way.authorizeUrl(settings, { redirectUri: REDIRECT, state: "s", challenge: "c" });
    expect(url.origin + url.pathname).toBe(`${standIn.url}/oauth/v2/authorization`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "linkedin-client",
      redirect_uri: REDIRECT,
      state: "s",
      scope: "openid profile w_member_social",
    });
  });

  test.each([
    { scope: "openid,profile,w_member_social", profiles: [person] },
    { scope: "openid,profile,w_organization_social,r_organization_social", profiles: [page] },
    { scope: "openid,w_member_social,w_organization_social,r_organization_social", profiles: [person, page] },
  ])("returns the accounts that $scope allows", async ({ scope, profiles }) => {
    expect(await exchange(standIn.code(scope))).toEqual(profiles);
  });

  test.each([
    { name: "an unknown code", code: () => "unknown", expected: "TOKEN invalid_request" },
    { name: "a user who allows no posts", code: () => standIn.code("openid,profile"), expected: "TOKEN" },
    {
      name: "another invalid request",
      answer: oauthError(400, "invalid_request", "A parameter is missing"),
      expected: "UNAVAILABLE invalid_request",
    },
    { name: "garbage", answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE 200" },
  ])("refuses $name", async ({ code = () => standIn.code("w_member_social"), answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(exchange(code()), secrets())).toBe(expected);
  });

  test("reports a wrong client secret as a wrong setting", async () => {
    const wrong = { ...settings, linkedinClientSecret: "another secret" };
    expect(await failureOf(exchange(standIn.code("w_member_social"), wrong), ["another secret"])).toBe(
      "NOT_CONFIGURED invalid_client",
    );
    expect(linkedin.missing!({ ...settings, linkedinClientId: "" })).toBe("linkedinClientId");
    expect(linkedin.missing!({ ...settings, linkedinClientSecret: "" })).toBe("linkedinClientSecret");
    expect(linkedin.missing!(settings)).toBeUndefined();
  });
});

describe("publishing", () => {
  test("creates a post whose text is not markup, except hashtags", async () => {
    const text = "Hi @[Ada](urn:li:person:1) {x|y} <b> *a* _b_ ~c~ a\\b #games";
    const { id, url } = await publish(draftOf(text));
    expect(standIn.posts()).toEqual([{ id, text }]);
    expect(url).toBe(`https://www.linkedin.com/feed/update/${id}/`);
    expect(standIn.created[0]?.commentary).toBe(
      "Hi \\@\\[Ada\\]\\(urn:li:person:1\\) \\{x\\|y\\} \\<b\\> \\*a\\* \\_b\\_ \\~c\\~ a\\\\b #games",
    );
  });

  test("creates a post of a page, for connections, that cannot be shared", async () => {
    const options = { visibility: "CONNECTIONS", disableShare: true };
    await publish(draftOf("Hello", { options }), soon(), { ...account, id: PAGE });
    expect(standIn.server.requests[0]?.json).toEqual({
      author: PAGE,
      commentary: "Hello",
      visibility: "CONNECTIONS",
      distribution: { feedDistribution: "MAIN_FEED", targetEntities: [], thirdPartyDistributionChannels: [] },
      lifecycleState: "PUBLISHED",
      isReshareDisabledByAuthor: true,
    });
  });

  test("uploads an image and waits until it is processed", async () => {
    standIn.processing = 2;
    await publish(draftOf("", { media: [IMAGE] }));
    expect(standIn.created[0]?.content).toEqual({ media: { id: "urn:li:image:C4E0", altText: "A red square" } });
    expect(paths().filter((path) => path.startsWith("GET /rest/images/"))).toHaveLength(3);
  });

  test("a repeated attempt does not upload images again", async () => {
    const progress = progressOf();
    standIn.failNext("rate");
    const draft = draftOf("Look", { media: [IMAGE, IMAGE] });
    expect(await failureOf(publish(draft, soon(), account, progress))).toBe("RATE 101");
    expect(progress.saved).toEqual({ image0: "urn:li:image:C4E0", image1: "urn:li:image:C4E1" });
    await publish(draft, soon(), account, progress);
    expect(standIn.created[0]?.content).toMatchObject({ multiImage: { images: [{ id: "urn:li:image:C4E0" }, {}] } });
    expect(paths().filter((path) => path === "POST /rest/images")).toHaveLength(2);
  });

  test.each([
    { name: "a file that LinkedIn cannot use", processing: "PROCESSING_FAILED" as const, expected: "MEDIA" },
    { name: "a file that is never processed", processing: 1_000, expected: "UNAVAILABLE" },
  ])("$name: $expected", async ({ processing, expected }) => {
    standIn.processing = processing;
    expect(await failureOf(publish(draftOf("", { media: [IMAGE] })), secrets())).toBe(expected);
    expect(standIn.posts()).toEqual([]);
  });

  test.each(["https://evil.example/x", "https://evil-linkedin.com/x", "http://www.linkedin.com/x", "x"])(
    "sends no token to %s",
    async (uploadUrl) => {
      refuse({ body: { value: { uploadUrl, image: "urn:li:image:C4E0" } } });
      const attempt = publish(draftOf("", { media: [IMAGE] }));
      expect(await failureOf(attempt, secrets())).toBe("UNAVAILABLE");
      await expect(attempt).rejects.toThrow(/not LinkedIn's/);
    },
  );

  test.each(TROUBLES)("reports $expected on $name", async ({ trouble, isHasty, expected }) => {
    standIn.server.failNext(trouble);
    expect(await failureOf(publish(draftOf("a"), isHasty ? hasty() : soon()), secrets())).toBe(expected);
  });

  test.each(TROUBLES)("is UNAVAILABLE on $name while it uploads, since nothing is published", async (row) => {
    standIn.server.failNext(row.trouble);
    const attempt = publish(draftOf("a", { media: [IMAGE] }), row.isHasty ? hasty() : soon());
    expect(await failureOf(attempt, secrets())).toBe("UNAVAILABLE");
    expect(standIn.posts()).toEqual([]);
  });

  test.each([{}, { "x-restli-id": "" }, { "x-restli-id": "urn:li:share:1/../2" }])(
    "does not know the outcome if the headers are %o",
    async (headers) => {
      refuse({ status: 201, headers: headers as Record<string, string> });
      expect(await failureOf(publish(), secrets())).toBe("unknown");
    },
  );

  test("is UNAVAILABLE if nothing listens there", async () => {
    await standIn.close();
    expect(await failureOf(publish(), secrets())).toBe("UNAVAILABLE");
  });

  test("the same text again is a duplicate; another's author is not allowed", async () => {
    await publish();
    expect(await failureOf(publish(), secrets())).toBe("DUPLICATE DUPLICATE_POST");
    expect(await failureOf(publish(draftOf("a"), soon(), { ...account, id: "urn:li:organization:1" }))).toBe(
      "PERMISSION ACCESS_DENIED",
    );
  });

  test.each([
    { answer: apiError(401, "REVOKED_ACCESS_TOKEN", 65_601, "revoked"), expected: "TOKEN 65601", canRenew: false },
    { answer: apiError(401, "EXPIRED_ACCESS_TOKEN", 65_602, "expired"), expected: "TOKEN 65602", canRenew: true },
    {
      answer: apiError(403, "ACCESS_DENIED", 100, "Not enough permissions to access: posts.CREATE.20260701"),
      expected: "TOKEN 100",
    },
    { answer: apiError(422, "UNPROCESSABLE_ENTITY", 0, "Text is too long"), expected: "CONTENT UNPROCESSABLE_ENTITY" },
    { answer: apiError(400, "ILLEGAL_ARGUMENT", 0, "wrong"), expected: "CONTENT ILLEGAL_ARGUMENT" },
    { answer: apiError(404, "NOT_FOUND", 0, "gone"), expected: "GONE NOT_FOUND" },
    { answer: { status: 403, body: Buffer.from("<html>") }, expected: "PERMISSION 403" },
  ])("is refused with $expected", async ({ answer, expected, canRenew = false }) => {
    refuse(answer);
    const attempt = publish();
    expect(await failureOf(attempt, secrets())).toBe(expected);
    await expect(attempt).rejects.toMatchObject({ canRenew });
  });

  test("names the setting if LinkedIn has ended this version of its API", async () => {
    settings = { ...settings, linkedinVersion: "202401" };
    const attempt = publish();
    expect(await failureOf(attempt, secrets())).toBe("NOT_CONFIGURED NONEXISTENT_VERSION");
    await expect(attempt).rejects.toThrow(/linkedinVersion/);
  });

  test("too many posts: when to try again", async () => {
    standIn.failNext("rate");
    await expect(publish()).rejects.toMatchObject({ kind: "RATE", retryAfterMs: 3_600_000 });
  });

  test("an expired token can be renewed", async () => {
    standIn.expireAccess();
    const { result, renewed } = await renewing(linkedin, settings, account, (as) =>
      publish(draftOf("Hello"), soon(), as),
    );
    expect(standIn.posts()).toMatchObject([{ id: result.id }]);
    expect(renewed).toMatchObject({ expiresAt: NOW + 5_184_000_000 });
  });

  test("a grant that ended cannot be renewed", async () => {
    standIn.failNext("token");
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 65601");
    expect(await failureOf(linkedin.refresh!(settings, account, contextOf()), secrets())).toBe("TOKEN invalid_request");
  });

  test("an account without a refresh token keeps its token until it has expired", async () => {
    const credentials = { token: "t", expiresAt: NOW + 1 };
    const alone = { ...account, credentials };
    expect(await linkedin.refresh!(settings, alone, contextOf())).toEqual(credentials);
    expect(await failureOf(linkedin.refresh!(settings, alone, contextOf({ now: () => NOW + 1 })))).toBe("TOKEN");
  });
});

describe("finding", () => {
  test("finds a post whose response was lost", async () => {
    const draft = draftOf("Look (here) #games_x @ada");
    standIn.failNext("drop-after-create");
    expect(await failureOf(publish(draft))).toBe("unknown");
    expect(await find(draft)).toMatchObject({ id: standIn.posts()[0]!.id });
  });

  test("a post with another text, of another author, or from before the attempt is another", async () => {
    await publish();
    expect(await find(draftOf("Hell"))).toBe("absent");
    expect(await find(draftOf("Hello"), {}, { ...account, id: PAGE })).toBe("absent");
    const attemptedAt = NOW + 31_000;
    expect(await find(draftOf("Hello"), { attemptedAt, now: attemptedAt + 60_000 })).toBe("absent");
  });

  test("reports a post as absent only when the list must show it", async () => {
    await expect(find(draftOf("a"), { now: NOW })).rejects.toMatchObject({ kind: "UNAVAILABLE", retryAfterMs: 60_000 });
  });

  test("does not know if the user did not allow reading, and makes no call", async () => {
    expect(await find(draftOf("a"), {}, { ...account, facts: { canRead: "false" } })).toBe("unknown");
    expect(standIn.server.requests).toEqual([]);
  });

  test.each([
    { answer: apiError(401, "EXPIRED_ACCESS_TOKEN", 65_602, "x"), expected: "TOKEN 65602" },
    { answer: { status: 500, body: {} }, expected: "UNAVAILABLE" },
    { answer: { body: Buffer.from("<html>") }, expected: "UNAVAILABLE" },
  ])("a response with status $answer.status is $expected", async ({ answer, expected }) => {
    refuse(answer);
    expect(await failureOf(find(), secrets())).toBe(expected);
  });
});

describe("deleting", () => {
  const remove = (id: string) => linkedin.delete!(settings, account, { id }, contextOf());

  test("deletes a post, and an absent one", async () => {
    const { id } = await publish();
    await remove(id);
    expect(standIn.posts()).toEqual([]);
    await remove(id);
    refuse(apiError(404, "NOT_FOUND", 0, "gone"));
    await remove(id);
  });

  test.each([
    { name: "an id of another form", id: "urn:li:person:1", expected: "GONE" },
    {
      name: "a post that may not be deleted",
      answer: apiError(403, "ACCESS_DENIED", 0, "x"),
      expected: "PERMISSION ACCESS_DENIED",
    },
    { name: "an expired token", answer: apiError(401, "EXPIRED_ACCESS_TOKEN", 65_602, "x"), expected: "TOKEN 65602" },
    { name: "status 500", answer: { status: 500, body: {} }, expected: "unknown" },
  ])("refuses $name", async ({ id = "urn:li:share:1", answer, expected }) => {
    if (answer) refuse(answer);
    expect(await failureOf(remove(id), secrets())).toBe(expected);
  });
});

describe("ending the access", () => {
  const revoke = (with_ = settings) => linkedin.revoke!(with_, account, contextOf());

  test("ends a token, and one that has ended", async () => {
    await revoke();
    expect(await failureOf(publish(), secrets())).toBe("TOKEN 65601");
    await revoke();
  });

  test("is refused with a wrong client secret, and unknown without a response", async () => {
    const wrong = { ...settings, linkedinClientSecret: "no" };
    expect(await failureOf(revoke(wrong), secrets())).toBe("NOT_CONFIGURED invalid_client");
    standIn.server.failNext("drop");
    expect(await failureOf(revoke(), secrets())).toBe("unknown");
  });
});

describe("limits", () => {
  test.each([
    { name: "3,000 characters", draft: { text: "a".repeat(3_000) }, codes: [] },
    { name: "3,001 characters", draft: { text: "a".repeat(3_001) }, codes: ["TEXT_TOO_LONG"] },
    { name: "nothing", draft: { text: "" }, codes: ["TEXT_REQUIRED"] },
    { name: "20 images", draft: { text: "", media: Array(20).fill(IMAGE) }, codes: [] },
    { name: "21 images", draft: { text: "", media: Array(21).fill(IMAGE) }, codes: ["TOO_MANY_MEDIA"] },
    {
      name: "a video",
      draft: { text: "a", media: [{ ...IMAGE, kind: "video" as const }] },
      codes: ["MEDIA_UNSUPPORTED"],
    },
    {
      name: "a long alternative text",
      draft: { text: "a", media: [{ ...IMAGE, altText: "a".repeat(4_087) }] },
      codes: ["TEXT_TOO_LONG"],
    },
    { name: "an unknown audience", draft: { text: "a", options: { visibility: "ALL" } }, codes: ["OPTION_INVALID"] },
  ])("$name: $codes", ({ draft, codes }) => {
    expect(linkedin.check({ ...draftOf(""), ...draft }).map(({ code }) => code)).toEqual(codes);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { social } from "../../../src/domains/social/index.ts";
import { CONSUMER } from "../../support/networks/twitter.ts";
import { type AyrshareApp, caller, NO_X_APP, outcomeOf, startAyrshareApp, storedText, studio } from "./support.ts";

const HOUR = 3_600_000;
let world: AyrshareApp;
beforeAll(async () => {
  world = await startAyrshareApp();
});
afterAll(() => world.discard());

const later = (ms: number) => new Date(world.app.clock.now() + ms).toISOString().replace(/\.\d+Z$/, "Z");

describe("createPost refuses", () => {
  const valid = { post: "Hello", platforms: ["bluesky"] };
  it.each([
    ["no body", undefined, "400 163"],
    ["no text", { platforms: ["bluesky"] }, "400 400"],
    ["a text that is a number", { ...valid, post: 7 }, "400 400"],
    ["a text for a network that is a number", { ...valid, post: { bluesky: 7 } }, "400 400"],
    ["no platforms", { post: "Hello" }, "400 163"],
    ["empty platforms", { ...valid, platforms: [] }, "400 163"],
    ["one unknown platform", { ...valid, platforms: ["bluesky", "myspace"] }, "400 163"],
    ["upper case", { ...valid, platforms: ["Bluesky"] }, "400 163"],
    ["platforms as a text", { ...valid, platforms: "bluesky" }, "400 163"],
    ["a network that is not linked", { ...valid, platforms: ["reddit"] }, "400 156"],
    ["a network that the server does not have", { ...valid, platforms: ["pinterest"] }, "400 156"],
    ["a text that is too long", { ...valid, post: "x".repeat(301) }, "400 400"],
    ["neither text nor media", { ...valid, post: "" }, "400 400"],
    ["a post without media for Instagram", { ...valid, platforms: ["instagram"] }, "400 138"],
    ["an http URL", { ...valid, mediaUrls: ["http://cdn.example/a.png"] }, "400 400"],
    ["a URL that is none", { ...valid, mediaUrls: ["/a.png"] }, "400 400"],
    ["a URL with a password", { ...valid, mediaUrls: ["https://a:b@cdn.example/a.png"] }, "400 400"],
    ["too many files", { ...valid, mediaUrls: Array(21).fill("https://cdn.example/a.png") }, "400 400"],
    ["an option that is wrong", { ...valid, blueSkyOptions: { langs: "en" } }, "400 400"],
    ["options that are no object", { ...valid, blueSkyOptions: "en" }, "400 400"],
    ["a local time", { ...valid, scheduleDate: "2030-01-31T18:00:00" }, "400 400"],
    ["another time zone", { ...valid, scheduleDate: "2030-01-31T18:00:00+01:00" }, "400 400"],
    ["a day that does not exist", { ...valid, scheduleDate: "2030-02-31T18:00:00Z" }, "400 400"],
    ["a time as a number", { ...valid, scheduleDate: 1_900_000_000 }, "400 400"],
    ["an empty idempotencyKey", { ...valid, idempotencyKey: "" }, "400 400"],
    ["autoSchedule", { ...valid, autoSchedule: { schedule: true } }, "400 400"],
    ["autoRepost", { ...valid, autoRepost: { repeat: 2, days: 2 } }, "400 400"],
  ])("%s", async (_, body, expected) => {
    const call = caller(world, await studio(world, world.bluesky, world.instagram));
    const response = await call("POST", "/api/post", body);
    expect(outcomeOf(response)).toBe(expected);
    expect(response.body).toMatchObject({ action: "post", status: "error", message: expect.any(String) });
    expect(world.bluesky.posts()).toEqual([]);
  });

  it.each([
    ["no key", undefined, "403 102", {}],
    ["an unknown key", `lp_test_${"a".repeat(16)}_${"b".repeat(43)}`, "403 102", {}],
    ["a key that may only read", "read", "403 403", {}],
    ["an unknown Profile-Key", "all", "403 403", { "profile-key": "nobody" }],
    ["an empty Profile-Key", "all", "403 403", { "profile-key": "" }],
    ["one of the two headers for X", "all", "400 400", { "x-twitter-oauth1-api-key": "k" }],
    ["the other one", "all", "400 400", { "x-twitter-oauth1-api-secret": "s" }],
  ])("%s", async (_, which, expected, headers) => {
    const tenant = await studio(world, world.bluesky);
    const read = await world.keyOf(tenant, "publish:read", "social:write");
    const key = which === "read" ? read : which === "all" ? tenant.key : which;
    const response = await world.send("POST", "/api/post", {
      key,
      headers: headers as Record<string, string>,
      body: valid,
    });
    expect(outcomeOf(response)).toBe(expected);
  });

  it("several Profile-Keys, instead of posting as the primary profile", async () => {
    const { key } = await studio(world, world.bluesky);
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      const outgoing = request(`${world.app.httpUrl}/api/post`, { method: "POST" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.setHeader("authorization", `Bearer ${key}`);
      outgoing.setHeader("content-type", "application/json");
      outgoing.setHeader("profile-key", ["one", "two"]);
      outgoing.end(JSON.stringify(valid));
    });
    expect(status).toBe(400);
    expect(world.bluesky.posts()).toEqual([]);
  });

  it("a path that it does not have, in its envelope", async () => {
    const { key } = world.mine;
    for (const path of ["/api/nothing", "/ayrshare/api/nothing"]) {
      const response = await world.send("GET", path, { key });
      expect(outcomeOf(response)).toBe("404 404");
      expect(response.body.status).toBe("error");
    }
  });
});

describe("an immediate post", () => {
  it("is answered once all networks have it", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const { status, body, headers } = await call("POST", "/api/post", {
      post: "Season 3",
      platforms: ["all"],
      source: "npm",
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: "success",
        errors: [],
        postIds: [
          {
            ...{ status: "success", platform: "bluesky", id: expect.stringMatching(/^at:/) },
            ...{ postUrl: expect.any(String), cid: expect.any(String) },
          },
          { status: "success", platform: "twitter", id: expect.any(String), postUrl: expect.any(String) },
        ],
        id: expect.stringMatching(/^[0-9A-Za-z]{20}$/),
        refId: expect.stringMatching(/^[0-9a-f]{40}$/),
        post: "Season 3",
      },
    });
    expect(headers.get("x-ratelimit-max")).toBe("100000");
    expect(world.bluesky.posts().at(-1)?.text).toBe("Season 3");
    expect(world.twitter.posts().at(-1)?.text).toBe("Season 3");
  });

  it("has a text, media and options per network", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.instagram));
    const { status, body } = await call("POST", "/ayrshare/api/post", {
      post: { instagram: "For Instagram", default: "For others" },
      platforms: ["bluesky", "instagram"],
      mediaUrls: { instagram: ["https://cdn.example/a.jpg"], default: [] },
      blueSkyOptions: { langs: ["en"], unknown: 1 },
      instagramOptions: { altText: ["A sword"] },
    });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: [] });
    expect([...world.bluesky.records.values()].at(-1)).toMatchObject({ text: "For others", langs: ["en"] });
    expect(world.instagram.posts().at(-1)?.text).toBe("For Instagram");
    const form = [...world.instagram.store.containers.values()].at(-1)!.form;
    expect([form.get("image_url"), form.get("alt_text")]).toEqual(["https://cdn.example/a.jpg", "A sword"]);
  });

  it("goes to the other networks if one refuses it before or after it is sent", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const platforms = ["bluesky", "twitter", "reddit"];
    world.twitter.server.failNext(
      { status: 403, body: { type: "https://api.twitter.com/2/problems/duplicate-rules", title: "Forbidden" } },
      ({ method, path }) => path === "/2/tweets" && method === "POST",
    );
    const { status, body } = await call("POST", "/api/post", { post: "Partly", platforms });
    expect(status).toBe(400);
    expect(body.status).toBe("error");
    expect(body.postIds.map((each: { platform: string }) => each.platform)).toEqual(["bluesky"]);
    const errors = body.errors.map(({ platform, code }: { platform: string; code: number }) => [platform, code]);
    expect(errors).toEqual([
      ["reddit", 156],
      ["twitter", 110],
    ]);
    const { body: entry } = await call("GET", `/api/post/${body.id}`);
    expect(entry).toMatchObject({ status: "error", platforms, errors: body.errors, postIds: body.postIds });
  });

  it("refuses an idempotencyKey that was used, also if both calls are simultaneous", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const before = world.bluesky.posts().length;
    const body = { post: "Once", platforms: ["bluesky"], idempotencyKey: "launch" };
    const both = await Promise.all([call("POST", "/api/post", body), call("POST", "/api/post", body)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(outcomeOf(await call("POST", "/api/post", { ...body, post: "Another text" }))).toBe("409 409");
    expect(world.bluesky.posts().length).toBe(before + 1);
    const other = caller(world, await studio(world, world.bluesky));
    expect((await other("POST", "/api/post", body)).status).toBe(200);
  });

  it("refuses the same text within 24 hours, for each network by itself", async () => {
    const tenant = await studio(world, world.bluesky, world.twitter);
    const call = caller(world, tenant);
    expect((await call("POST", "/api/post", { post: "Again", platforms: ["bluesky"] })).status).toBe(200);
    const second = await call("POST", "/api/post", { post: " again ", platforms: ["bluesky"] });
    expect(outcomeOf(second)).toBe("400 137");
    const both = await call("POST", "/api/post", { post: "Again", platforms: ["bluesky", "twitter"] });
    expect(both.status).toBe(400);
    expect(both.body.errors).toMatchObject([{ platform: "bluesky", code: 137 }]);
    expect(both.body.postIds).toMatchObject([{ platform: "twitter", status: "success" }]);
    world.app.clock.advance(25 * HOUR);
    await world.link(tenant, world.bluesky, world.bluesky.connect());
    expect((await call("POST", "/api/post", { post: "Again", platforms: ["bluesky"] })).status).toBe(200);
  });

  it("warns of members that were left out", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const body = { post: "Warned", platforms: ["bluesky"], shortenLinks: true, firstComment: { comment: "x" } };
    expect((await call("POST", "/api/post", body)).body.warnings).toEqual([
      "firstComment is not supported and was left out.",
      "shortenLinks is not supported and was left out.",
    ]);
  });

  it("is tried again by the server if the network cannot take it now", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    world.bluesky.failNext("rate");
    const { status, body } = await call("POST", "/api/post", { post: "Patience", platforms: ["bluesky"] });
    expect({ status, state: body.status, postIds: body.postIds }).toEqual({
      status: 200,
      state: "processing",
      postIds: [],
    });
    world.app.clock.advance(HOUR / 2);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${body.id}`)).body.status).toBe("success");
  });

  it("acts as the profile of a Profile-Key, and repeats its answer for older clients", async () => {
    const tenant = await studio(world);
    const { profile, key } = await world.profileOf(tenant, "Guild");
    await world.link({ profile }, world.bluesky, world.bluesky.connect());
    const call = caller(world, tenant, { "profile-key": key });
    const { body } = await call("POST", "/api/post", { post: "From the guild", platforms: ["bluesky"] });
    const { posts, ...answer } = body;
    expect(posts).toEqual([{ ...answer, profileTitle: "Guild" }]);
    expect(answer).toMatchObject({ status: "success", refId: profile.refId });
    expect(outcomeOf(await caller(world, tenant)("GET", `/api/post/${body.id}`))).toBe("404 221");
    const all = await caller(world, tenant)("GET", `/api/history/${body.id}`, undefined, {
      query: { searchAllPosts: "true" },
    });
    expect(all.body).toMatchObject({ id: body.id, refId: profile.refId });
    const older = { post: "From an older client", platforms: ["bluesky"], profileKey: key };
    const { body: olderAnswer } = await caller(world, tenant)("POST", "/api/post", older);
    expect(olderAnswer).toMatchObject({ refId: profile.refId, posts: [{ profileTitle: "Guild" }] });
  });
});

describe("a scheduled post", () => {
  it("is sent at its time", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const scheduleDate = later(HOUR);
    const body = { post: "At six", platforms: ["bluesky", "twitter"], scheduleDate };
    const made = await call("POST", "/api/post", body);
    const { id } = made.body;
    expect(made).toMatchObject({ status: 200, body: { status: "scheduled", scheduleDate, post: "At six" } });
    world.app.clock.advance(HOUR - 1_000);
    await world.app.poll();
    expect((await call("GET", `/api/history/${id}`)).body.status).toBe("pending");
    world.app.clock.advance(2_000);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/history/${id}`)).body.status).toBe("success");
    expect(world.twitter.posts().at(-1)?.text).toBe("At six");
  });

  it("is sent at once if its time is past", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const body = { post: "Past", platforms: ["bluesky"], scheduleDate: "2020-01-01T00:00:00Z" };
    expect((await call("POST", "/api/post", body)).body.status).toBe("success");
  });

  it("is refused as a whole if one network would refuse it, unless it need not be validated", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const body = { post: "x".repeat(290), platforms: ["bluesky", "twitter"], scheduleDate: later(HOUR) };
    const refused = await call("POST", "/api/post", body);
    expect(outcomeOf(refused)).toBe("400 400");
    expect(refused.body.errors).toMatchObject([{ platform: "twitter" }]);
    expect((await call("POST", "/api/post", { ...body, validateScheduled: false })).body.status).toBe("scheduled");
    const missing = { ...body, platforms: ["bluesky", "reddit"], validateScheduled: false };
    expect(outcomeOf(await call("POST", "/api/post", missing))).toBe("400 156");
  });

  it("waits for its approval", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const made = await call("POST", "/api/post", {
      post: "Approve me",
      platforms: ["bluesky"],
      requiresApproval: true,
    });
    const { id } = made.body;
    expect(made.body.status).toBe("awaiting approval");
    world.app.clock.advance(2 * HOUR);
    await world.app.poll();
    expect((await call("GET", `/api/post/${id}`)).body.status).toBe("awaiting approval");
    expect((await call("PATCH", "/api/post", { id, approved: true })).body).toMatchObject({ status: "success" });
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("success");
    expect(outcomeOf(await call("PATCH", "/api/post", { id, approved: true }))).toBe("409 409");
  });

  it("fails at its time if the account was unlinked, and stays until then", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const made = await call("POST", "/api/post", {
      post: "Too late",
      platforms: ["bluesky"],
      scheduleDate: later(HOUR),
    });
    const { id } = made.body;
    expect((await call("DELETE", "/api/profiles/social", { platform: "bluesky" })).status).toBe(200);
    expect((await call("GET", `/api/post/${id}`)).body.status).toBe("pending");
    world.app.clock.advance(HOUR);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("error");
    expect((await call("GET", `/api/post/${id}`)).body.errors).toMatchObject([{ platform: "bluesky", code: 156 }]);
  });
});

describe("a post to X by the author's own app", () => {
  let own: AyrshareApp;
  beforeAll(async () => {
    own = await startAyrshareApp(NO_X_APP);
  });
  afterAll(() => own.discard());

  const headers = { "x-twitter-oauth1-api-key": CONSUMER.key, "x-twitter-oauth1-api-secret": CONSUMER.secret };
  const oauth1 = async () => {
    const tenant = await own.tenant("X");
    await own.link(tenant, own.twitter, own.twitter.connectOAuth1());
    return tenant;
  };

  it("needs the consumer pair", async () => {
    const tenant = await oauth1();
    const refused = await caller(own, tenant)("POST", "/api/post", { post: "Keys", platforms: ["twitter"] });
    expect(outcomeOf(refused)).toBe("400 419");
    expect(refused.body).toMatchObject({
      action: "x_credentials_required",
      errors: [{ platform: "twitter", code: 419 }],
    });
    const sent = await caller(own, tenant, headers)("POST", "/api/post", { post: "Keys", platforms: ["twitter"] });
    expect(sent.body.status).toBe("success");
  });

  it("keeps it sealed until it was sent, and shows it to nobody", async () => {
    const call = caller(own, await oauth1(), headers);
    const scheduleDate = new Date(own.app.clock.now() + HOUR).toISOString();
    const { body } = await call("POST", "/api/post", { post: "Sealed", platforms: ["twitter"], scheduleDate });
    const posts = () => social(own.store).posts.findOne({ _id: body.id });
    expect((await posts())?.consumer).toMatch(/^v1\./);
    own.app.clock.advance(HOUR);
    await own.app.poll();
    const entry = async () => (await call("GET", `/api/post/${body.id}`)).text;
    await expect.poll(async () => JSON.parse(await entry()).status).toBe("success");
    expect(await posts()).not.toHaveProperty("consumer");
    const everything = [await storedText(own), JSON.stringify(own.app.log), JSON.stringify(body), await entry()].join(
      "\n",
    );
    for (const secret of [CONSUMER.key, CONSUMER.secret, "secret-of-"]) expect(everything).not.toContain(secret);
  });

  it("is destroyed with a post that is deleted before its time", async () => {
    const call = caller(own, await oauth1(), headers);
    const scheduleDate = new Date(own.app.clock.now() + HOUR).toISOString();
    const { body } = await call("POST", "/api/post", { post: "Gone", platforms: ["twitter"], scheduleDate });
    await call("DELETE", "/api/post", { id: body.id });
    expect(await social(own.store).posts.findOne({ _id: body.id })).not.toHaveProperty("consumer");
  });
});

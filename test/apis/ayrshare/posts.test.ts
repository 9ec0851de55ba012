import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AyrshareApp, caller, outcomeOf, startAyrshareApp, studio } from "./support.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let world: AyrshareApp;
beforeAll(async () => {
  world = await startAyrshareApp();
});
afterAll(() => world.discard());

type Call = ReturnType<typeof caller>;
const at = (ms: number) => new Date(world.app.clock.now() + ms).toISOString().replace(/\.\d+Z$/, "Z");

async function scheduled(call: Call, post: string, ms: number, more: Record<string, unknown> = {}): Promise<string> {
  const body = { post, platforms: ["bluesky"], scheduleDate: at(ms), ...more };
  return (await call("POST", "/api/post", body)).body.id;
}

describe("updatePost", () => {
  it.each([
    ["no id", {}, "400 400"],
    ["an unknown id", { id: "x" }, "400 114"],
    ["another time zone", { scheduleDate: "2030-01-01T00:00:00+02:00" }, "400 400"],
    ["an approval that is none", { approved: false }, "400 400"],
    ["an approval of a post that needs none", { approved: true }, "409 409"],
  ])("refuses %s", async (_, body, expected) => {
    const call = caller(world, await studio(world, world.bluesky));
    const id = await scheduled(call, "Update", HOUR);
    const own = Object.keys(body).length > 0 ? { id, ...body } : body;
    expect(outcomeOf(await call("PATCH", "/api/post", own))).toBe(expected);
  });

  it("moves a post, pauses and resumes it, and changes its notes", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const id = await scheduled(call, "Move", HOUR);
    const moved = await call("PATCH", "/api/post", { id, scheduleDate: at(2 * HOUR), notes: "Moved" });
    expect(moved.body).toMatchObject({ status: "success", id, scheduleDate: at(2 * HOUR), postStatus: "pending" });
    expect((await call("PUT", "/api/post", { id, scheduledPause: true })).body.postStatus).toBe("paused");
    world.app.clock.advance(6 * HOUR);
    await world.app.poll();
    expect((await call("GET", `/api/post/${id}`)).body).toMatchObject({ status: "paused", notes: "Moved" });
    // Its time has passed: it is sent at once, not missed.
    expect((await call("PATCH", "/api/post", { id, scheduledPause: false })).body.postStatus).toBe("pending");
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("success");
    expect(outcomeOf(await call("PATCH", "/api/post", { id, scheduleDate: at(HOUR) }))).toBe("409 409");
  });
});

describe("retryPost", () => {
  const isCreate = ({ method, path }: { method: string; path: string }) => path === "/2/tweets" && method === "POST";

  it.each([
    ["an unknown id", "unknown", "400 114"],
    ["a post that did not fail", "published", "409 409"],
    ["a post that the network refused for good", "refused", "409 409"],
  ])("refuses %s", async (_, which, expected) => {
    const call = caller(world, await studio(world, world.twitter));
    if (which === "refused") world.twitter.server.failNext({ status: 403, body: { title: "No" } }, isCreate);
    const { body } = await call("POST", "/api/post", { post: `Retry ${which}`, platforms: ["twitter"] });
    const id = which === "unknown" ? "unknown" : body.id;
    expect(outcomeOf(await call("PUT", "/api/post/retry", { id }))).toBe(expected);
  });

  it("sends a post that was missed, once", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const id = await scheduled(call, "Missed", HOUR);
    world.app.clock.advance(3 * HOUR);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("error");
    expect((await call("GET", `/api/post/${id}`)).body.errors).toMatchObject([{ retryAvailable: true }]);
    const both = await Promise.all([call("PUT", "/api/post/retry", { id }), call("PUT", "/api/post/retry", { id })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(world.bluesky.posts().filter(({ text }) => text === "Missed")).toHaveLength(1);
    expect(outcomeOf(await call("PUT", "/api/post/retry", { id }))).toBe("409 409");
  });

  it("refuses a post that was sent again before, and failed in the same way", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const id = await scheduled(call, "Again and again", HOUR);
    world.app.clock.advance(3 * HOUR);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("error");
    world.bluesky.failNext("rate");
    expect((await call("PUT", "/api/post/retry", { id })).body.status).toBe("processing");
    world.bluesky.failNext("rate");
    world.app.clock.advance(3 * HOUR);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("error");
    const [error] = (await call("GET", `/api/post/${id}`)).body.errors;
    expect(error).toMatchObject({ code: 429 });
    expect(error).not.toHaveProperty("retryAvailable");
    expect(outcomeOf(await call("PUT", "/api/post/retry", { id }))).toBe("409 409");
  });

  it("refuses a post whose account was unlinked", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const id = await scheduled(call, "Unlinked", HOUR);
    world.app.clock.advance(3 * HOUR);
    await world.app.poll();
    await expect.poll(async () => (await call("GET", `/api/post/${id}`)).body.status).toBe("error");
    await call("DELETE", "/api/profiles/social", { platform: "bluesky" });
    expect(outcomeOf(await call("PUT", "/api/post/retry", { id }))).toBe("400 156");
  });
});

describe("validatePost", () => {
  it("says what each network would refuse, and posts nothing", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const before = world.bluesky.posts().length;
    const valid = await call("POST", "/api/validate/post", { post: "Valid", platforms: ["all"] });
    expect(valid).toMatchObject({ status: 200, body: { status: "success", errors: [] } });
    const body = { post: "x".repeat(290), platforms: ["bluesky", "twitter", "reddit"] };
    const refused = await call("POST", "/api/validate/post", body);
    expect(refused).toMatchObject({ status: 400, body: { status: "error" } });
    expect(refused.body.errors).toMatchObject([
      { platform: "twitter", code: 400 },
      { platform: "reddit", code: 156 },
    ]);
    expect(outcomeOf(await call("POST", "/api/validate/post", { post: "x", platforms: [] }))).toBe("400 163");
    expect((await call("GET", "/api/history")).status).toBe(404);
    expect(world.bluesky.posts().length).toBe(before);
  });
});

describe("getPost", () => {
  it("returns what Ayrshare's history has", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const mediaUrls = ["https://cdn.example/clip.mp4"];
    const id = await scheduled(call, "One", HOUR, { mediaUrls, validateScheduled: false, notes: "For later" });
    const created = at(0);
    const { body } = await call("GET", `/api/post/${id}`);
    expect(body).toMatchObject({
      ...{ id, post: "One", platforms: ["bluesky"], status: "pending", type: "scheduled", created, mediaUrls },
      ...{ postIds: [], errors: [], notes: "For later", shortenLinks: false },
      scheduleDate: { utc: at(HOUR), _seconds: Date.parse(at(HOUR)) / 1000, _nanoseconds: 0 },
    });
    expect((await call("GET", `/api/history/${id}`)).body).toEqual(body);
    expect(outcomeOf(await call("GET", "/api/post/unknown"))).toBe("404 221");
  });
});

describe("listHistory", () => {
  let call: Call;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    call = caller(world, await studio(world, world.bluesky, world.twitter));
    const old = await call("POST", "/api/post", { post: "Old", platforms: ["bluesky"] });
    world.app.clock.advance(40 * DAY);
    const again = await world.tenant("unused");
    expect(again).toBeDefined();
    ids["old"] = old.body.id;
    ids["waiting"] = await scheduled(call, "Waiting", HOUR);
    ids["approval"] = (
      await call("POST", "/api/post", { post: "Approval", platforms: ["twitter"], requiresApproval: true })
    ).body.id;
    ids["deleted"] = await scheduled(call, "Deleted", 2 * HOUR);
    await call("DELETE", "/api/post", { id: ids["deleted"] });
  });

  const found = async (query: Record<string, string>) => {
    const { body } = await call("GET", "/api/history", undefined, { query });
    const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]));
    return Array.isArray(body.history) ? body.history.map(({ id }: { id: string }) => names[id]) : body.history.code;
  };

  it.each([
    [{}, ["waiting", "approval"]],
    [{ lastDays: "0" }, ["waiting", "approval", "old"]],
    [{ lastDays: "60", limit: "1" }, ["waiting"]],
    [{ lastDays: "0", type: "immediate" }, ["approval", "old"]],
    [{ type: "scheduled" }, ["waiting"]],
    [{ status: "pending" }, ["waiting"]],
    [{ status: "awaiting approval" }, ["approval"]],
    [{ status: "success", lastDays: "0" }, ["old"]],
    [{ status: "error" }, 221],
    [{ status: "deleted" }, ["deleted"]],
    [{ platforms: "twitter" }, ["approval"]],
    [{ "platforms[0]": "twitter", "platforms[1]": "bluesky" }, ["waiting", "approval"]],
    [{ platforms: "twitter,reddit" }, ["approval"]],
    [{ startDate: "2000-01-01", endDate: "2000-12-31" }, 221],
    [{ startDate: "2000-01-01T00:00:00Z" }, ["waiting", "approval", "old"]],
    [{ autoRepostId: "any" }, 221],
  ])("%o", async (query, expected) => {
    expect(await found(query as Record<string, string>)).toEqual(expected);
  });

  it("is inclusive", async () => {
    const { body } = await call("GET", `/api/post/${ids["waiting"]}`);
    const { utc } = body.scheduleDate;
    expect(await found({ startDate: utc, endDate: utc })).toEqual(["waiting"]);
  });

  it.each([
    [{ limit: "0" }, "400 400"],
    [{ limit: "1001" }, "400 400"],
    [{ limit: "many" }, "400 400"],
    [{ lastDays: "-1" }, "400 400"],
    [{ status: "done" }, "400 400"],
    [{ type: "both" }, "400 400"],
    [{ platforms: "myspace" }, "400 163"],
    [{ startDate: "yesterday" }, "400 400"],
    [{ endDate: "2030-01-01T00:00:00+01:00" }, "400 400"],
    [{ endDate: "2030-02-31" }, "400 400"],
  ])("refuses %o", async (query, expected) => {
    const response = await call("GET", "/api/history", undefined, { query: query as Record<string, string> });
    expect(outcomeOf(response)).toBe(expected);
  });

  it("names the empty history as live clients read it", async () => {
    const { status, body } = await caller(world, await studio(world))("GET", "/api/history");
    expect({ status, body }).toMatchObject({
      status: 404,
      body: { code: 221, history: { code: 221, status: "error" } },
    });
  });

  it("is cut at the size of a response", async () => {
    const own = await startAyrshareApp({ maxResponseBytes: 4_096 });
    const mine = caller(own, await studio(own, own.bluesky));
    for (let i = 0; i < 20; i++) {
      const scheduleDate = new Date(own.app.clock.now() + HOUR).toISOString();
      await mine("POST", "/api/post", { post: `${i} ${"x".repeat(290)}`, platforms: ["bluesky"], scheduleDate });
    }
    const { text, body } = await mine("GET", "/api/history");
    expect(body.isCut).toBe(true);
    expect(body.history.length).toBeGreaterThan(1);
    expect(text.length).toBeLessThan(5_000);
    await own.discard();
  });
});

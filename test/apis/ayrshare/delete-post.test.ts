import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONSUMER } from "../../support/networks/twitter.ts";
import { type AyrshareApp, caller, NO_X_APP, outcomeOf, startAyrshareApp, studio } from "./support.ts";

const HOUR = 3_600_000;
const PICTURE = ["https://cdn.example/a.jpg"];
let world: AyrshareApp;
beforeAll(async () => {
  world = await startAyrshareApp();
});
afterAll(() => world.discard());

let count = 0;
const text = () => `Post number ${++count}`;
const later = () => new Date(world.app.clock.now() + HOUR).toISOString();

type Call = ReturnType<typeof caller>;

async function posted(call: Call, platforms: string[], more: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await call("POST", "/api/post", { post: text(), platforms, ...more });
  expect({ status, errors: body.errors ?? [] }).toEqual({ status: 200, errors: [] });
  return body.id;
}

const deletions = () => world.twitter.server.requests.filter(({ method }) => method === "DELETE").length;
const isDelete = ({ method }: { method: string }) => method === "DELETE";

describe("deletePost refuses", () => {
  it.each([
    ["nothing to delete", {}, "400 400"],
    ["an unknown id", { id: "x".repeat(20) }, "400 114"],
    ["an id that is no text", { id: { $gt: "" } }, "400 400"],
    ["no ids", { bulk: [] }, "400 400"],
    ["too many ids", { bulk: Array(101).fill("x") }, "400 400"],
  ])("%s", async (_, body, expected) => {
    const call = caller(world, await studio(world));
    const response = await call("DELETE", "/api/post", body);
    expect(outcomeOf(response)).toBe(expected);
    expect(response.body).toMatchObject({
      action: "delete",
      status: "error",
      ...("id" in body && expected.endsWith("114") && { id: body.id }),
    });
  });

  it("a post of another profile, and of another organization", async () => {
    const tenant = await studio(world, world.bluesky);
    const id = await posted(caller(world, tenant), ["bluesky"]);
    const { key } = await world.profileOf(tenant, "Other");
    expect(outcomeOf(await caller(world, tenant, { "profile-key": key })("DELETE", "/api/post", { id }))).toBe(
      "400 114",
    );
    expect(outcomeOf(await caller(world, world.theirs)("DELETE", "/api/post", { id }))).toBe("400 114");
    expect(world.bluesky.posts().length).toBeGreaterThan(0);
  });

  it("a key that may only read", async () => {
    const key = await world.keyOf(world.mine, "publish:read");
    expect(outcomeOf(await world.send("DELETE", "/api/post", { key, body: { id: "x" } }))).toBe("403 403");
  });
});

describe("a scheduled post", () => {
  it("is deleted and never sent", async () => {
    const call = caller(world, await studio(world, world.bluesky));
    const before = world.bluesky.posts().length;
    const id = await posted(call, ["bluesky"], { scheduleDate: later() });
    expect((await call("DELETE", "/api/delete", { id })).body).toEqual({ status: "success", id, code: 200 });
    world.app.clock.advance(HOUR);
    await world.app.poll();
    expect(world.bluesky.posts().length).toBe(before);
    expect((await call("GET", `/api/post/${id}`)).body.status).toBe("deleted");
    const again = await call("DELETE", "/api/post", { id });
    expect({ status: again.status, body: again.body }).toEqual({
      status: 400,
      body: { action: "delete", status: "error", code: 383, message: expect.any(String), id },
    });
  });

  it("is deleted with all others that wait, and no others", async () => {
    const tenant = await studio(world, world.bluesky);
    const call = caller(world, tenant);
    const sent = await posted(call, ["bluesky"]);
    await posted(call, ["bluesky"], { scheduleDate: later() });
    await posted(call, ["bluesky"], { requiresApproval: true });
    const { body } = await call("DELETE", "/api/post", { deleteAllScheduled: true, id: sent, bulk: [sent] });
    expect(body).toEqual({ status: "success", deleted: 2 });
    for (const ignored of [{}, { bulk: [] }, { bulk: ["unknown"], id: "" }]) {
      expect((await call("DELETE", "/api/post", { deleteAllScheduled: true, ...ignored })).body.deleted).toBe(0);
    }
    expect((await call("DELETE", "/api/post", { bulk: [] })).status).toBe(400);
    expect((await call("GET", `/api/post/${sent}`)).body.status).toBe("success");
  });
});

describe("a published post", () => {
  it("is deleted on its networks", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const id = await posted(call, ["bluesky", "twitter"]);
    const { body: entry } = await call("GET", `/api/post/${id}`);
    const { status, body } = await call("DELETE", "/api/post", { id });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        bluesky: { action: "delete", status: "success", id: entry.postIds[0].id },
        twitter: { action: "delete", status: "success", id: entry.postIds[1].id },
        status: "success",
        id,
        code: 200,
      },
    });
    expect(world.twitter.posts().filter((post) => post.id === entry.postIds[1].id)).toEqual([]);
    expect((await call("GET", `/api/post/${id}`)).body.status).toBe("deleted");
  });

  it("is deleted with one call, however often the request is sent", async () => {
    const call = caller(world, await studio(world, world.twitter));
    const id = await posted(call, ["twitter"]);
    const before = deletions();
    const both = await Promise.all([call("DELETE", "/api/post", { id }), call("DELETE", "/api/post", { id })]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(outcomeOf(await call("DELETE", "/api/post", { id }))).toBe("400 383");
    expect(deletions()).toBe(before + 1);
  });

  it("stays on Instagram, which has no call for it, until a person has deleted it there", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.instagram));
    const id = await posted(call, ["bluesky", "instagram"], { mediaUrls: { instagram: PICTURE, default: [] } });
    const refused = await call("DELETE", "/api/post", { id });
    expect(outcomeOf(refused)).toBe("400 400");
    expect(refused.body).toMatchObject({
      status: "error",
      bluesky: { action: "delete", status: "success" },
      instagram: {
        action: "delete",
        status: "error",
        code: 400,
        message: expect.stringContaining("markManualDeleted"),
      },
      id,
    });
    const present = await call("DELETE", "/api/post", { id, markManualDeleted: true });
    expect({ status: present.status, body: present.body }).toEqual({
      status: 400,
      body: {
        ...{ action: "delete", status: "error", code: 382 },
        message: expect.any(String),
        id,
        markManualDeleted: true,
      },
    });
    world.instagram.store.posts.pop();
    world.app.clock.advance(10 * 60_000);
    const marked = await call("DELETE", "/api/post", { id, markManualDeleted: true });
    expect({ status: marked.status, body: marked.body }).toEqual({ status: 200, body: { status: "success", id } });
    expect(outcomeOf(await call("DELETE", "/api/post", { id, markManualDeleted: true }))).toBe("400 383");
  });

  it("is marked without a call that deletes", async () => {
    const call = caller(world, await studio(world, world.twitter));
    const id = await posted(call, ["twitter"]);
    const before = deletions();
    expect(outcomeOf(await call("DELETE", "/api/post", { id, markManualDeleted: true }))).toBe("400 382");
    world.twitter.created.pop();
    expect((await call("DELETE", "/api/post", { id, markManualDeleted: true })).body).toEqual({
      status: "success",
      id,
    });
    expect(deletions()).toBe(before);
  });

  it("is marked on TikTok, which neither deletes posts nor says whether they are gone", async () => {
    const call = caller(world, await studio(world, world.tiktok));
    const id = await posted(call, ["tiktok"], { mediaUrls: ["https://media.example/clip.mp4"] });
    const refused = await call("DELETE", "/api/post", { id });
    expect(refused.body).toMatchObject({ status: "error", tiktok: { action: "delete", status: "error", code: 400 } });
    expect((await call("DELETE", "/api/post", { id, markManualDeleted: true })).body).toEqual({
      status: "success",
      id,
    });
  });

  it("is deleted on the other networks if one refuses, which is tried again by the next call", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    const id = await posted(call, ["bluesky", "twitter"]);
    world.twitter.server.failNext({ status: 403, body: { title: "Forbidden", detail: "Not yours." } }, isDelete);
    const refused = await call("DELETE", "/api/post", { id });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ bluesky: { status: "success" }, twitter: { status: "error", code: 403 } });
    expect((await call("GET", `/api/post/${id}`)).body.status).toBe("success");
    const again = await call("DELETE", "/api/post", { id });
    expect(again.body).toMatchObject({ twitter: { status: "success" }, status: "success" });
    expect(again.body).not.toHaveProperty("bluesky");
  });

  it("is not called deleted if the network did not answer", async () => {
    const call = caller(world, await studio(world, world.twitter));
    const id = await posted(call, ["twitter"]);
    world.twitter.server.failNext("drop", isDelete);
    expect((await call("DELETE", "/api/post", { id })).body).toMatchObject({ twitter: { status: "error", code: 500 } });
    expect((await call("DELETE", "/api/post", { id })).body).toMatchObject({ twitter: { status: "success" } });
  });

  it("that failed everywhere is deleted without a call", async () => {
    const call = caller(world, await studio(world, world.twitter));
    const before = deletions();
    world.twitter.server.failNext(
      { status: 403, body: { title: "Forbidden", detail: "You may not." } },
      ({ method, path }) => path === "/2/tweets" && method === "POST",
    );
    const { body } = await call("POST", "/api/post", { post: text(), platforms: ["twitter"] });
    expect(body.status).toBe("error");
    expect((await call("DELETE", "/api/post", { id: body.id })).body).toEqual({
      status: "success",
      id: body.id,
      code: 200,
    });
    expect(deletions()).toBe(before);
  });

  it("whose other network is still tried is deleted, and that one never gets it", async () => {
    const call = caller(world, await studio(world, world.bluesky, world.twitter));
    world.bluesky.failNext("rate");
    const before = world.bluesky.posts().length;
    const { body } = await call("POST", "/api/post", { post: text(), platforms: ["bluesky", "twitter"] });
    expect(body.status).toBe("processing");
    expect((await call("DELETE", "/api/post", { id: body.id })).status).toBe(200);
    world.app.clock.advance(HOUR);
    await world.app.poll();
    expect(world.bluesky.posts().length).toBe(before);
    await expect.poll(async () => (await call("GET", `/api/post/${body.id}`)).body.status).toBe("deleted");
  });
});

describe("a post that is being sent", () => {
  it("is not deleted, and the wait for it is bounded", async () => {
    const own = await startAyrshareApp({ publishTimeoutMs: 500 } as never);
    const call = caller(own, await studio(own, own.twitter));
    own.twitter.failNext("hang");
    const { status, body } = await call("POST", "/api/post", { post: "Slow", platforms: ["twitter"] });
    expect({ status, state: body.status }).toEqual({ status: 200, state: "processing" });
    expect((await call("GET", `/api/post/${body.id}`)).body.status).toBe("processing");
    for (const markManualDeleted of [false, true]) {
      expect(outcomeOf(await call("DELETE", "/api/post", { id: body.id, markManualDeleted }))).toBe("409 409");
    }
    const look = async () => {
      own.app.clock.advance(20_000);
      await own.app.poll();
      return (await call("GET", `/api/post/${body.id}`)).body.status;
    };
    await expect.poll(look).toBe("success");
    expect(own.twitter.posts()).toHaveLength(1);
    await own.discard();
  });
});

describe("bulk", () => {
  it("has an answer for each id", async () => {
    const call = caller(world, await studio(world, world.twitter));
    const published = await posted(call, ["twitter"]);
    const waiting = await posted(call, ["twitter"], { scheduleDate: later() });
    const { status, body } = await call("DELETE", "/api/post", { bulk: [published, waiting, waiting] });
    expect({ status, state: body.status }).toEqual({ status: 200, state: "success" });
    expect(body.bulk).toMatchObject([
      { id: published, twitter: { status: "success" } },
      { id: waiting, status: "success" },
    ]);
    const again = await call("DELETE", "/api/post", { bulk: [published, "unknown"] });
    expect(again.status).toBe(400);
    expect(again.body.bulk).toMatchObject([
      { action: "delete", status: "error", code: 383, id: published },
      { action: "delete", status: "error", code: 114, id: "unknown" },
    ]);
  });
});

describe("a post on X by the author's own app", () => {
  it("is deleted with the consumer pair of the call", async () => {
    const own = await startAyrshareApp(NO_X_APP);
    const tenant = await own.tenant("X");
    await own.link(tenant, own.twitter, own.twitter.connectOAuth1());
    const keys = { "x-twitter-oauth1-api-key": CONSUMER.key, "x-twitter-oauth1-api-secret": CONSUMER.secret };
    const { body } = await caller(own, tenant, keys)("POST", "/api/post", { post: "Mine", platforms: ["twitter"] });
    const refused = await caller(own, tenant)("DELETE", "/api/post", { id: body.id });
    expect(outcomeOf(refused)).toBe("400 419");
    expect(refused.body).toMatchObject({ action: "x_credentials_required", id: body.id });
    expect((await caller(own, tenant, keys)("DELETE", "/api/post", { id: body.id })).body.twitter.status).toBe(
      "success",
    );
    await own.discard();
  });
});

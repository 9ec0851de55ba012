import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disconnectAccount } from "../../../src/domains/accounts/index.ts";
import { listAudit } from "../../../src/domains/audit/index.ts";
import { type PostDocument, type SocialAccountDocument, social } from "../../../src/domains/social/index.ts";
import {
  addVideoOf,
  HOUR_MS,
  type HookedApp,
  integrationIdOf,
  scheduleOf,
  startHookedApp,
  VIDEO_URL,
} from "./support.ts";

let world: HookedApp;
let youtube: SocialAccountDocument;
let videoId: string;
beforeAll(async () => {
  world = await startHookedApp();
  youtube = await world.account(world.mine, "youtube");
  videoId = await addVideoOf(world, world.mine);
});
afterAll(() => world.app.discard());

const inMs = (ms: number) => new Date(world.app.clock.now() + ms).toISOString();
const valid = (more: object = {}) => ({
  videoId,
  integrationId: integrationIdOf(youtube),
  scheduledDateTime: inMs(HOUR_MS),
  platformData: { title: "The harbour race", description: "Out now." },
  ...more,
});
const create = (body: object) => world.hooked("POST", "/v1/schedule/create", { body });
const get = (id: string) => world.hooked("GET", `/v1/schedule/${id}`);
const storedOf = (id: string) => social(world.store).posts.findOne({ _id: id.slice("post_".length) });
const invalid = (field: string) => ({ status: 400, body: { code: "invalid_request", details: { field } } });
const UNKNOWN = `post_${"a".repeat(20)}`;
const setStatus = (post: PostDocument, status: PostDocument["status"]) =>
  social(world.store).posts.updateOne({ _id: post._id }, { $set: { status } });

describe("listSchedules and getSchedule", () => {
  it("show the posts of the team by status and platform, counted", async () => {
    const tenant = await world.tenant("Schedules");
    const account = await world.account(tenant, "youtube");
    const other = await world.account(tenant, "tiktok");
    const posts: Record<string, PostDocument> = {};
    for (const status of [
      "queued",
      "publishing",
      "published",
      "failed",
      "draft",
      "paused",
      "canceled",
      "deleted",
    ] as const) {
      posts[status] = await scheduleOf(world, tenant, status === "published" ? other : account);
      await setStatus(posts[status], status);
    }
    await world.post(tenant, [account], "layers");
    const list = async (query: Record<string, string> = {}) => {
      const { status, body } = await world.hooked("GET", "/v1/schedule/list", { key: tenant.key, query });
      expect(status).toBe(200);
      const { scheduledPosts, ...counts } = body.data;
      return { ids: scheduledPosts.map(({ id }: { id: string }) => id).sort(), ...counts };
    };
    const ids = (...names: string[]) => names.map((name) => `post_${posts[name]!._id}`).sort();
    const page = { limit: 50, offset: 0 };
    expect(await list()).toEqual({
      ids: ids("queued", "publishing", "published", "failed", "draft", "paused", "canceled"),
      total: 7,
      ...page,
    });
    expect(await list({ status: "pending" })).toEqual({ ids: ids("queued", "publishing"), total: 2, ...page });
    expect(await list({ status: "published" })).toEqual({ ids: ids("published"), total: 1, ...page });
    expect(await list({ status: "failed" })).toEqual({ ids: ids("failed", "canceled"), total: 2, ...page });
    expect(await list({ status: "draft" })).toEqual({ ids: ids("draft", "paused"), total: 2, ...page });
    expect(await list({ platform: "tiktok" })).toEqual({ ids: ids("published"), total: 1, ...page });
    expect(await list({ platform: "tiktok", status: "failed" })).toMatchObject({ ids: [], total: 0 });
    expect(await list({ limit: "3", offset: "6" })).toMatchObject({ ids: [expect.any(String)], total: 7, limit: 3 });
    const { body } = await world.hooked("GET", "/v1/schedule/list", { key: tenant.key, query: { platform: "tiktok" } });
    const one = await world.hooked("GET", `/v1/schedule/post_${posts["published"]!._id}`, { key: tenant.key });
    expect(body.data.scheduledPosts).toEqual([one.body.data]);
    expect(one.body.data).toMatchObject({
      status: "published",
      platform: "tiktok",
      scheduledDateTime: expect.stringMatching(/\.\d{3}Z$/),
      integration: { id: integrationIdOf(other), type: "tiktok", account: { username: "ada" } },
      video: { name: "Trailer", url: VIDEO_URL, thumbnail: null, durationInSeconds: 42 },
    });
  });

  it("say of a post that another API's disconnect canceled that it failed", async () => {
    const account = await world.account(world.mine, "youtube");
    const post = await scheduleOf(world, world.mine, account);
    const options = { by: { door: "layers" }, now: world.app.clock.now(), reason: "revoked_by_partner" } as const;
    await world.store.transaction((tx) => disconnectAccount(tx, account, { ...options, queued: "cancel" }));
    const shown = { status: "failed", errorMessage: "It was canceled: revoked_by_partner." };
    expect((await get(`post_${post._id}`)).body.data).toMatchObject(shown);
  });

  it.each([
    ["an unknown status", { status: "queued" }, "status"],
    ["an unknown platform", { platform: "gamecenter" }, "platform"],
    ["too high a limit", { limit: "101" }, "limit"],
    ["a limit of none", { limit: "0" }, "limit"],
    ["a negative offset", { offset: "-1" }, "offset"],
  ])("refuse %s", async (_, query, field) => {
    expect(await world.hooked("GET", "/v1/schedule/list", { query: query as Record<string, string> })).toMatchObject(
      invalid(field),
    );
  });
});

describe("updateSchedule", () => {
  const patch = (id: string, body: unknown, key?: string) => world.hooked("PATCH", `/v1/schedule/${id}`, { body, key });

  it("moves a post, and merges what the platform shows", async () => {
    const { body: created } = await create(valid());
    const { scheduleId } = created.data;
    const later = inMs(2 * HOUR_MS);
    expect(await patch(scheduleId, { scheduledDateTime: later })).toMatchObject({
      status: 200,
      body: { success: true, data: { id: scheduleId, status: "pending", scheduledDateTime: later } },
    });
    const changed = await patch(scheduleId, { platformData: { title: "New", privacyStatus: "private" } });
    expect(changed.body.data).toEqual({
      id: scheduleId,
      status: "pending",
      scheduledDateTime: later,
      platformData: { title: "New", description: "Out now.", privacyStatus: "private" },
    });
    expect(await storedOf(scheduleId)).toMatchObject({
      due: new Date(later),
      text: "Out now.",
      options: { youtube: { title: "New", visibility: "private" } },
    });
  });

  it("twice at once merges both", async () => {
    for (let round = 0; round < 5; round++) {
      const { scheduleId } = (await create(valid())).body.data;
      const both = [{ title: "New" }, { description: "Later." }];
      const all = await Promise.all(both.map((platformData) => patch(scheduleId, { platformData })));
      expect(all.map(({ status }) => status)).toEqual([200, 200]);
      expect((await get(scheduleId)).body.data.platformData).toMatchObject({ title: "New", description: "Later." });
    }
  });

  it.each([
    ["nothing to change", {}, ""],
    ["only unknown members", { title: "x" }, ""],
    ["the past", { scheduledDateTime: "2020-01-01T00:00:00Z" }, "scheduledDateTime"],
    ["a time without zone", { scheduledDateTime: "2027-01-01T00:00:00" }, "scheduledDateTime"],
    ["what the platform refuses", { platformData: { description: "<b>" } }, "platformData"],
    ["a long title", { platformData: { title: "x".repeat(101) } }, "platformData.title"],
  ])("refuses %s", async (_, body, field) => {
    const post = await scheduleOf(world, world.mine, youtube);
    expect(await patch(`post_${post._id}`, body)).toMatchObject(invalid(field));
    expect(await storedOf(`post_${post._id}`)).toMatchObject({ scheduledFor: post.scheduledFor, text: "Out now." });
  });

  it.each(["publishing", "published", "failed", "canceled", "draft"] as const)(
    "refuses one that is %s",
    async (status) => {
      const post = await scheduleOf(world, world.mine, youtube);
      await setStatus(post, status);
      expect(await patch(`post_${post._id}`, { platformData: { title: "New" } })).toMatchObject({
        status: 409,
        body: { code: "conflict", details: { status } },
      });
    },
  );
});

describe("deleteSchedule", () => {
  const remove = (id: string) => world.hooked("DELETE", `/v1/schedule/${id}`);

  it("deletes a pending post, which is never sent nor shown", async () => {
    const post = await scheduleOf(world, world.mine, youtube);
    const id = `post_${post._id}`;
    expect(await remove(id)).toMatchObject({ status: 200, body: { success: true, data: { id, deleted: true } } });
    expect(await get(id)).toMatchObject({ status: 404 });
    expect(await remove(id)).toMatchObject({ status: 404 });
    await world.pass(2 * HOUR_MS);
    expect(await storedOf(id)).toMatchObject({ status: "deleted", targets: [{ status: "deleted" }] });
    const records = await listAudit(world.store, { action: "post.deleted", subject: post._id, limit: 2 });
    expect(records).toMatchObject([{ door: "hooked" }]);
  });

  it("of a disconnected account too", async () => {
    const account = await world.account(world.mine, "youtube");
    const post = await scheduleOf(world, world.mine, account);
    await world.hooked("DELETE", `/v1/integration/${integrationIdOf(account)}`);
    expect(await remove(`post_${post._id}`)).toMatchObject({ status: 200 });
  });

  it("sent many times at once does it once", async () => {
    const post = await scheduleOf(world, world.mine, youtube);
    const all = await Promise.all(Array.from({ length: 8 }, () => remove(`post_${post._id}`)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
  });

  it("and a change at the same moment: the post is deleted", async () => {
    for (let round = 0; round < 10; round++) {
      const id = `post_${(await scheduleOf(world, world.mine, youtube))._id}`;
      const [deleted, changed] = await Promise.all([
        remove(id),
        world.hooked("PATCH", `/v1/schedule/${id}`, { body: { scheduledDateTime: inMs(2 * HOUR_MS) } }),
      ]);
      expect(deleted.status).toBe(200);
      expect([200, 404]).toContain(changed.status);
      const stored = await storedOf(id);
      expect(stored).toMatchObject({ status: "deleted" });
      expect(stored).not.toHaveProperty("due");
    }
  });

  it("at the moment at which the post is due: it is deleted, or it is too late", async () => {
    for (let round = 0; round < 5; round++) {
      const post = await scheduleOf(world, world.mine, youtube);
      const [deleted] = await Promise.all([remove(`post_${post._id}`), world.pass(HOUR_MS)]);
      expect([200, 409]).toContain(deleted.status);
      await expect
        .poll(async () => (await storedOf(`post_${post._id}`))!.status)
        .toBe(deleted.status === 200 ? "deleted" : "failed");
    }
  });

  it.each(["publishing", "published", "failed", "canceled"] as const)("refuses one that is %s", async (status) => {
    const post = await scheduleOf(world, world.mine, youtube);
    await setStatus(post, status);
    expect(await remove(`post_${post._id}`)).toMatchObject({
      status: 409,
      body: { code: "conflict", details: { status } },
    });
  });
});

describe.each([
  ["getSchedule", "GET", undefined],
  ["updateSchedule", "PATCH", { platformData: { title: "t" } }],
  ["deleteSchedule", "DELETE", undefined],
])("%s refuses", (_, method, body) => {
  const send = (id: string) => world.hooked(method, `/v1/schedule/${id}`, { body });
  it.each([
    ["an unknown id", UNKNOWN],
    ["an id of another form", "1"],
    ["an id without its prefix", "a".repeat(20)],
    ["an operator", "$ne"],
  ])("%s", async (__, id) => {
    expect(await send(id)).toMatchObject({
      status: 404,
      body: { code: "not_found", details: { resource_id: id, resource_type: "ScheduledPost" } },
    });
  });

  it("another API's post, and another team's", async () => {
    const layers = await world.post(world.mine, [youtube], "layers");
    expect(await send(`post_${layers._id}`)).toMatchObject({ status: 404 });
    const theirs = await scheduleOf(world, world.theirs, await world.account(world.theirs, "youtube"));
    expect(await send(`post_${theirs._id}`)).toMatchObject({ status: 403, body: { code: "forbidden", details: {} } });
    expect(await storedOf(`post_${theirs._id}`)).toMatchObject({ status: "queued" });
  });
});

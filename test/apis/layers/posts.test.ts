import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { social } from "../../../src/domains/social/index.ts";
import { type ApisApp, startApisApp } from "../../support/apis.ts";
import { gameKey, issues, linkedPlayer, refusal } from "./support.ts";

let world: ApisApp;
beforeEach(async () => {
  world = await startApisApp();
});
afterEach(() => world.discard());

const WHEN = "2026-12-24T18:00:00Z";
const MEDIA = ["https://cdn.example/a.mp4"];
const isoIn = (ms: number) => new Date(world.app.clock.now() + ms).toISOString();

const call = (method: string, path: string, body?: unknown, query = {}) =>
  world.send(method, path, { key: world.mine.key, query, ...(body !== undefined && { body }) });
const create = (body: unknown = {}) =>
  call("POST", `/v1/projects/${world.mine.project._id}/content`, {
    caption: "Hello",
    mediaUrls: MEDIA,
    ...(body as object),
  });
const content = async (more = {}): Promise<string> => (await create(more)).body.containerId;
const target = async (network: Parameters<ApisApp["account"]>[1] = "tiktok") => ({
  socialAccountId: `sa_${(await world.account(world.mine, network))._id}`,
});
const schedule = (id: string, body: object) =>
  call("POST", `/v1/content/${id}/schedule`, { scheduledFor: WHEN, ...body });
const publish = (id: string, body: object) => call("POST", `/v1/content/${id}/publish`, body);
const scheduled = async (more = {}) => {
  const { body } = await schedule(await content(more), { targets: [await target()] });
  return body.scheduledPosts[0];
};
const stored = (id: string) => social(world.store).posts.findOne({ _id: id.slice(3) });
const set = (id: string, values: object) => social(world.store).posts.updateOne({ _id: id.slice(3) }, { $set: values });

describe("createContent, getContent and listContent", () => {
  it("stores text and media; files that end like videos are videos", async () => {
    const { status, body } = await create({ mediaUrls: [...MEDIA, "https://cdn.example/b.jpg?x=.mp4"], name: "A" });
    expect([status, body.approvalStatus]).toEqual([201, "approved"]);
    const document = await social(world.store).contents.findOne({ _id: body.containerId });
    expect(document?.media.map(({ kind }) => kind)).toEqual(["video", "image"]);
    expect((await call("GET", `/v1/content/${body.containerId}`)).body).toEqual(body);
    const pending = await content({ approval: "pending" });
    const shown = await call("GET", `/v1/projects/${world.mine.project._id}/content`, undefined, {
      approvalStatus: "pending",
    });
    expect(shown.body.items.map(({ containerId }: { containerId: string }) => containerId)).toEqual([pending]);
  });

  it.each([
    [{ caption: " ", mediaUrls: [] }, "caption"],
    [{ caption: "x".repeat(10_001) }, "caption"],
    [{ mediaUrls: ["http://cdn.example/a.png"] }, "mediaUrls.0"],
    [{ mediaUrls: ["https://user:pw@cdn.example/a.png"] }, "mediaUrls.0"],
    [{ mediaUrls: ["https://"] }, "mediaUrls.0"],
    [{ mediaUrls: Array.from({ length: 36 }, () => MEDIA[0]) }, "mediaUrls"],
    [{ approval: "rejected" }, "approval"],
    [{ colour: "red" }, "colour"],
  ])("createContent refuses %j", async (body, path) => {
    const response = await create(body);
    expect([response.status, issues(response)]).toEqual([422, [path]]);
  });

  it("refuse what belongs to others", async () => {
    const { key } = world.theirs;
    const id = await content();
    const project = `/v1/projects/${world.mine.project._id}/content`;
    for (const [method, path, body] of [
      ["GET", `/v1/content/${id}`],
      ["GET", project],
      ["POST", project, { caption: "Hello" }],
      ["POST", `/v1/content/${id}/approve`],
      ["POST", `/v1/content/${id}/reject`],
      ["POST", `/v1/content/${id}/schedule`, { scheduledFor: WHEN, targets: [await target()] }],
      ["POST", `/v1/content/${id}/publish`, { targets: [await target()] }],
    ] as const) {
      const { status } = await world.send(method, path, { key, ...(body && { body }) });
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

describe("scheduleContent", () => {
  it("makes one post for each target, with its own caption", async () => {
    const targets = [
      await target(),
      { ...(await target("instagram")), captionOverride: "For Instagram", mode: "reels" },
    ];
    const { status, body } = await schedule(await content(), { targets });
    expect([status, body.gateStatus, body.scheduledPosts.length]).toEqual([200, "open", 2]);
    const [first, second] = body.scheduledPosts;
    expect([first.status, first.mode, first.platform, first.scheduledFor]).toEqual([
      "queued",
      "publish",
      "tiktok",
      "2026-12-24T18:00:00.000Z",
    ]);
    expect(second.mode).toBe("reels");
    expect(await stored(second.id)).toMatchObject({ text: "For Instagram", due: new Date(WHEN), api: "layers" });
  });

  it("stores none if one account is not connected", async () => {
    const [one, gone] = [await target(), await target()];
    await call("DELETE", `/v1/social-accounts/${gone.socialAccountId}`);
    const response = await schedule(await content(), { targets: [one, gone] });
    expect(refusal(response)).toEqual([
      409,
      "CONFLICT",
      { accountId: gone.socialAccountId.slice(3), platform: "tiktok" },
    ]);
    expect(await social(world.store).posts.countDocuments({})).toBe(0);
  });

  it("holds posts of content that is not approved: approveContent queues and rejectContent cancels them", async () => {
    for (const [verb, status, due] of [
      ["approve", "queued", true],
      ["reject", "canceled", false],
    ] as const) {
      const id = await content({ approval: "pending" });
      const { status: code, body } = await schedule(id, { targets: [await target()] });
      expect([code, body.gateStatus]).toEqual([202, "blocked_on_approval"]);
      const [post] = body.scheduledPosts;
      expect([post.status, (await stored(post.id))?.due]).toEqual(["queued", undefined]);
      expect((await call("POST", `/v1/content/${id}/${verb}`)).status).toBe(200);
      expect((await call("POST", `/v1/content/${id}/${verb}`)).status).toBe(200);
      const after = await call("GET", `/v1/scheduled-posts/${post.id}`);
      expect([after.body.status, after.body.gateStatus, (await stored(post.id))?.due !== undefined]).toEqual([
        status,
        "open",
        due,
      ]);
    }
  });

  it("and approveContent at once leave no post that waits for nothing", async () => {
    for (let round = 0; round < 10; round++) {
      const id = await content({ approval: "pending" });
      const targets = [await target()];
      const [{ body }] = await Promise.all([schedule(id, { targets }), call("POST", `/v1/content/${id}/approve`)]);
      expect(await stored(body.scheduledPosts[0].id)).toMatchObject({ status: "queued", due: new Date(WHEN) });
    }
  });

  it("rejectContent is final: posts that wait are canceled, and later ones refused", async () => {
    const post = await scheduled();
    expect((await call("POST", `/v1/content/${post.containerId}/reject`)).status).toBe(200);
    expect((await stored(post.id))?.status).toBe("canceled");
    const targets = [await target()];
    const details = { containerId: post.containerId, approvalStatus: "rejected" };
    expect(refusal(await schedule(post.containerId, { targets }))).toEqual([409, "CONTENT_REJECTED", details]);
    expect(refusal(await publish(post.containerId, { targets }))).toEqual([409, "CONTENT_REJECTED", details]);
    expect(refusal(await call("POST", `/v1/content/${post.containerId}/approve`)).slice(0, 2)).toEqual([
      409,
      "CONFLICT",
    ]);
  });

  it.each([
    ["now less 31 s", () => isoIn(-31_000)],
    ["no zone", () => "2026-12-24T18:00:00"],
    ["an offset", () => "2026-12-24T18:00:00+01:00"],
    ["no such day", () => "2026-02-30T18:00:00Z"],
    ["no such month", () => "2026-13-01T18:00:00Z"],
    ["a number", () => 1_798_135_200_000],
    ["nothing", () => undefined],
  ])("refuses as time %s", async (_, scheduledFor) => {
    const response = await schedule(await content(), { targets: [await target()], scheduledFor: scheduledFor() });
    expect([response.status, response.body.error.code, issues(response)]).toEqual([
      422,
      "VALIDATION",
      ["scheduledFor"],
    ]);
  });

  it("tolerates a clock that is 30 seconds late", async () => {
    const { status, body } = await schedule(await content(), {
      targets: [await target()],
      scheduledFor: isoIn(-30_000),
    });
    expect([status, body.scheduledPosts[0].scheduledFor]).toEqual([200, isoIn(0)]);
  });

  it.each([
    ["no target", async () => [], "targets"],
    [
      "51 targets",
      async () => Array.from({ length: 51 }, () => ({ socialAccountId: `sa_${randomUUID()}` })),
      "targets",
    ],
    ["a malformed id", async () => [{ socialAccountId: "x" }], "targets.0.socialAccountId"],
    ["a network's draft", async () => [{ ...(await target()), mode: "draft" }], "targets.0.mode"],
    [
      "a long caption",
      async () => [{ ...(await target()), captionOverride: "x".repeat(4001) }],
      "targets.0.captionOverride",
    ],
    ["a comment", async () => [{ ...(await target()), firstCommentOverride: "x" }], "targets.0.firstCommentOverride"],
    [
      "an account twice",
      async () => {
        const one = await target();
        return [one, one];
      },
      "targets.1.socialAccountId",
    ],
  ])("refuses %s", async (_, targets, path) => {
    const response = await schedule(await content(), { targets: await targets() });
    expect([response.status, issues(response)]).toEqual([422, [path]]);
  });

  it("refuses what a network would refuse, with an issue for each target, and stores nothing", async () => {
    const id = await content({ mediaUrls: [] });
    const response = await schedule(id, {
      targets: [await target("facebook"), await target("tiktok"), await target("reddit")],
    });
    expect(response.status).toBe(422);
    expect(new Set(issues(response))).toEqual(new Set(["targets.1", "targets.2"]));
    expect(await social(world.store).posts.countDocuments({})).toBe(0);
  });

  it("refuses accounts of others, of other projects, and of systems without posts", async () => {
    const theirs = await world.account(world.theirs);
    const id = await content();
    for (const socialAccountId of [`sa_${theirs._id}`, `sa_${randomUUID()}`]) {
      expect(refusal(await schedule(id, { targets: [{ socialAccountId }] })).slice(0, 2)).toEqual([404, "NOT_FOUND"]);
    }
    const other = await call("POST", "/v1/projects", { name: "Other" });
    const elsewhere = await call("POST", `/v1/projects/${other.body.projectId}/content`, { caption: "Hello" });
    const response = await schedule(elsewhere.body.containerId, { targets: [await target()] });
    expect(response.status).toBe(404);
  });

  it("sends to a player's link, as to any account of the project", async () => {
    const { socialAccountId } = await linkedPlayer(world, "1001", "password");
    const key = await gameKey(world, "*");
    const made = await world.send("POST", "/v1/projects/prj_game/content", { key, body: { caption: "Hello" } });
    const body = { scheduledFor: WHEN, targets: [{ socialAccountId }] };
    const response = await world.send("POST", `/v1/content/${made.body.containerId}/schedule`, { key, body });
    expect(response.status).toBe(200);
  });
});

describe("publishContent", () => {
  it("queues posts that can be canceled for 30 seconds", async () => {
    const { status, body } = await publish(await content(), { targets: [await target()] });
    const [post] = body.scheduledPosts;
    expect([status, post.status, post.scheduledFor]).toEqual([202, "queued", isoIn(30_000)]);
    expect((await call("DELETE", `/v1/scheduled-posts/${post.id}`)).status).toBe(200);
    await world.app.poll();
    expect((await stored(post.id))?.status).toBe("canceled");
  });

  it("refuses content that is not approved", async () => {
    const id = await content({ approval: "pending" });
    const response = await publish(id, { targets: [await target()] });
    expect(refusal(response)).toEqual([403, "APPROVAL_REQUIRED", { containerId: id, approvalStatus: "pending" }]);
  });

  it("refuses a time, as it has none", async () => {
    const response = await publish(await content(), { targets: [await target()], scheduledFor: WHEN });
    expect(issues(response)).toEqual(["scheduledFor"]);
  });
});

describe("listScheduledPosts and getScheduledPost", () => {
  const list = (query = {}) => call("GET", `/v1/projects/${world.mine.project._id}/scheduled-posts`, undefined, query);
  const ids = ({ body }: Awaited<ReturnType<typeof list>>) => body.items.map(({ id }: { id: string }) => id);

  it("filter by status, account and time; the latest is first", async () => {
    const id = await content();
    const one = await target();
    const made: string[] = [];
    for (const day of ["01", "02", "03"]) {
      const { body } = await schedule(id, { targets: [one], scheduledFor: `2026-06-${day}T00:00:00Z` });
      made.push(body.scheduledPosts[0].id);
    }
    const [first, second, third] = made as [string, string, string];
    await set(first, { status: "published", "targets.0.status": "published" });
    await set(second, { status: "failed", "targets.0.status": "failed" });
    await world.post(world.mine, [await world.account(world.mine)], "ayrshare");
    expect(ids(await list())).toEqual([third, second, first]);
    expect(ids(await list({ status: "queued" }))).toEqual([third]);
    const path = `/v1/projects/${world.mine.project._id}/scheduled-posts?status=published&status=failed`;
    expect(ids(await call("GET", path))).toEqual([second, first]);
    expect(ids(await list({ since: "2026-06-02T00:00:00Z", until: "2026-06-02T00:00:00Z" }))).toEqual([second]);
    expect(ids(await list({ socialAccountId: `sa_${randomUUID()}` }))).toEqual([]);
    const page = await list({ limit: "2" });
    expect(ids(await list({ cursor: page.body.nextCursor }))).toEqual([first]);
  });

  it.each([
    [{ status: "gone" }, "status.0"],
    [{ since: "2026-06-02" }, "since"],
    [{ until: "2026-02-30T00:00:00Z" }, "until"],
    [{ limit: "101" }, "limit"],
    [{ socialAccountId: "x" }, "socialAccountId"],
  ])("refuse %j", async (query, path) => {
    expect(issues(await list(query))).toEqual([path]);
  });

  it.each([
    [{ status: "published" }, { status: "published" }],
    [{ status: "publishing" }, { status: "publishing" }],
    [{ status: "paused" }, { status: "queued" }],
    [{ status: "deleted" }, { status: "canceled" }],
    [
      { status: "failed", "targets.0.error": { code: "TOKEN", message: "The grant has ended." } },
      { status: "failed", lastError: { code: "CREDENTIAL_INVALID", message: "The grant has ended." } },
    ],
    [
      { status: "failed", "targets.0.error": { code: "CONTENT", message: "Too long." } },
      { status: "failed", lastError: { code: "PLATFORM_ERROR", message: "Too long." } },
    ],
    [
      { status: "failed", "targets.0.error": { code: "OUTCOME_UNKNOWN", message: "No response." } },
      { status: "failed", lastError: { code: "OUTCOME_UNKNOWN", message: "No response." } },
    ],
  ])("show a post with %j", async (values, shown) => {
    const { id } = await scheduled();
    await set(id, values);
    expect((await call("GET", `/v1/scheduled-posts/${id}`)).body).toMatchObject(shown);
  });

  it("refuse posts of others and of other APIs", async () => {
    const { profile } = world.theirs;
    const theirs = await world.post({ profile }, [await world.account({ profile })], "layers");
    const hooked = await world.post(world.mine, [await world.account(world.mine)], "hooked");
    for (const id of [`sp_${theirs._id}`, `sp_${hooked._id}`, `sp_${"a".repeat(20)}`]) {
      for (const [method, path, body] of [
        ["GET", ""],
        ["DELETE", ""],
        ["POST", "/reschedule", { scheduledFor: WHEN }],
      ] as const) {
        expect((await call(method, `/v1/scheduled-posts/${id}${path}`, body)).status).toBe(404);
      }
    }
    expect((await call("GET", "/v1/scheduled-posts/x")).status).toBe(400);
  });
});

describe("reschedulePost and cancelScheduledPost", () => {
  it("change a queued post", async () => {
    const { id } = await scheduled();
    world.app.clock.advance(1000);
    const moved = await call("POST", `/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: "2026-12-25T18:00:00Z" });
    expect(moved.body).toEqual({ id, status: "queued", scheduledFor: "2026-12-25T18:00:00.000Z", updatedAt: isoIn(0) });
    expect((await stored(id))?.due).toEqual(new Date("2026-12-25T18:00:00Z"));
    const canceled = await call("DELETE", `/v1/scheduled-posts/${id}`, { reason: "The event was moved." });
    expect(canceled.body).toEqual({ id, status: "canceled", canceledAt: isoIn(0) });
    expect(await stored(id)).toMatchObject({ status: "canceled", cancelReason: "The event was moved." });
    expect((await call("GET", `/v1/scheduled-posts/${id}`)).body.status).toBe("canceled");
  });

  it.each(["publishing", "published", "failed", "canceled", "deleted"])("refuse a post that is %s", async (status) => {
    const { id } = await scheduled();
    await set(id, { status, "targets.0.status": status });
    const refused = [409, "CONFLICT", { status: expect.any(String) }];
    expect(refusal(await call("POST", `/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: WHEN }))).toEqual(
      refused,
    );
    expect(refusal(await call("DELETE", `/v1/scheduled-posts/${id}`))).toEqual(refused);
  });

  it("refuse times and reasons that scheduleContent would refuse", async () => {
    const { id } = await scheduled();
    const path = `/v1/scheduled-posts/${id}`;
    expect(issues(await call("POST", `${path}/reschedule`, { scheduledFor: isoIn(-31_000) }))).toEqual([
      "scheduledFor",
    ]);
    expect(issues(await call("POST", `${path}/reschedule`, {}))).toEqual(["scheduledFor"]);
    expect(issues(await call("DELETE", path, { reason: "x".repeat(1025) }))).toEqual(["reason"]);
  });

  it("keep a post that waits for approval waiting", async () => {
    const { id } = await scheduled({ approval: "pending" });
    expect(
      (await call("POST", `/v1/scheduled-posts/${id}/reschedule`, { scheduledFor: "2026-12-25T18:00:00Z" })).status,
    ).toBe(200);
    expect(await stored(id)).toMatchObject({ status: "awaiting approval" });
    expect((await stored(id))?.due).toBeUndefined();
  });
});

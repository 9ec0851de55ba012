import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/index.ts";
import { type AuditDocument, listAudit } from "../../../src/domains/audit/index.ts";
import { leaseAccount, social } from "../../../src/domains/social/index.ts";
import { objectIdOf } from "../../../src/ids.ts";
import { type ApisApp, startApisApp } from "../../support/apis.ts";
import { gameKey, linkedPlayer, refusal } from "./support.ts";

let world: ApisApp;
beforeEach(async () => {
  world = await startApisApp();
});
afterEach(() => world.discard());

const by = { door: "command line" } as const;
const disconnect = (id: string, key = world.mine.key, more = {}) =>
  world.send("DELETE", `/v1/social-accounts/${id}`, { key, ...more });
const auditOf = (id: string): Promise<AuditDocument[]> => listAudit(world.store, { subject: id, limit: 100 });

describe("disconnectSocialAccount", () => {
  it("deletes the token, cancels queued posts, leaves others, and records it, in one answer", async () => {
    const { mine, store, app } = world;
    const account = await world.account(mine);
    const other = await world.account(mine);
    const queued = [await world.post(mine, [account], "layers"), await world.post(mine, [account], "hooked")];
    const both = await world.post(mine, [account, other], "ayrshare");
    const sent = await world.post(mine, [account], "layers");
    await social(store).posts.updateOne(
      { _id: sent._id },
      { $set: { status: "published", "targets.0.status": "published" }, $unset: { due: "" } },
    );

    const { status, body, headers } = await disconnect(`sa_${account._id}`);
    const disconnectedAt = new Date(app.clock.now()).toISOString();
    expect([status, body]).toEqual([
      200,
      {
        socialAccountId: `sa_${account._id}`,
        status: "disconnected",
        disconnectedReason: "revoked_by_partner",
        canceledScheduledPosts: 3,
        disconnectedAt,
      },
    ]);
    expect(headers.get("x-ratelimit-endpoint-class")).toBe("write-light");
    const after = await social(store).accounts.findOne({ _id: account._id });
    expect(after).not.toHaveProperty("credentials");
    expect(after).not.toHaveProperty("tokenExpires");
    const posts = social(store).posts;
    for (const { _id } of queued) expect(await posts.findOne({ _id })).toMatchObject({ status: "canceled" });
    const part = await posts.findOne({ _id: both._id });
    expect(part!.status).toBe("queued");
    expect(part!.targets.map((target) => target.status)).toEqual(["canceled", "queued"]);
    expect(await posts.findOne({ _id: sent._id })).toMatchObject({ status: "published" });
    const record = (await auditOf(account._id)).find(({ action }) => action === "account.disconnected");
    expect(record).toMatchObject({
      action: "account.disconnected",
      door: "layers",
      requestId: headers.get("x-request-id"),
      data: { reason: "revoked_by_partner", canceledPosts: 3 },
    });
  });

  it.each([
    ["sa_", 400, "VALIDATION"],
    ["sa_123", 400, "VALIDATION"],
    [randomUUID(), 400, "VALIDATION"],
    [`int_tiktok_${randomUUID()}`, 400, "VALIDATION"],
    [`sa_${randomUUID()}0`, 400, "VALIDATION"],
    [`sa_${randomUUID()}`, 404, "NOT_FOUND"],
  ])("of %s is refused", async (id, status, code) => {
    const { body, ...response } = await disconnect(id);
    expect([response.status, body.error.code]).toEqual([status, code]);
    expect(body.error.requestId).toBe(response.headers.get("x-request-id"));
  });

  it("of another organization's account is refused as if it did not exist", async () => {
    const account = await world.account(world.theirs);
    const [theirs, nothing] = [await disconnect(`sa_${account._id}`), await disconnect(`sa_${randomUUID()}`)];
    const shown = ({ body: { error } }: typeof theirs) => ({ ...error, requestId: "" });
    expect([theirs.status, shown(theirs)]).toEqual([404, shown(nothing)]);
    expect(await social(world.store).accounts.findOne({ _id: account._id })).toMatchObject({ status: "connected" });
  });

  it("again returns the account as it is and cancels nothing", async () => {
    const account = await world.account(world.mine);
    await world.post(world.mine, [account], "layers");
    const first = await disconnect(`sa_${account._id}`);
    world.app.clock.advance(60_000);
    const again = await disconnect(`sa_${account._id}`);
    expect([again.status, again.body]).toEqual([200, { ...first.body, canceledScheduledPosts: 0 }]);
    expect(await auditOf(account._id)).toHaveLength(2);
  });

  it("leaves the lease of a leased account", async () => {
    const account = await world.account(world.mine);
    await world.store.transaction((tx) => leaseAccount(tx, account, { by, now: world.app.clock.now() }));
    expect((await disconnect(`sa_${account._id}`)).status).toBe(200);
    const after = await social(world.store).accounts.findOne({ _id: account._id });
    expect(after).toMatchObject({ status: "disconnected", leasedAt: expect.any(Date) });
  });

  it("accepts an id in upper case, and the path of the API's own prefix", async () => {
    const account = await world.account(world.mine);
    const path = `/layers/v1/social-accounts/sa_${account._id.toUpperCase()}`;
    const { status, body } = await world.send("DELETE", path, { key: world.mine.key });
    expect([status, body.socialAccountId]).toEqual([200, `sa_${account._id}`]);
  });

  it("accepts a JSON content type without a body, and a body, which it ignores", async () => {
    for (const more of [{ headers: { "content-type": "application/json" } }, { body: { a: 1 } }, { body: "{" }]) {
      const account = await world.account(world.mine);
      expect((await disconnect(`sa_${account._id}`, world.mine.key, more)).status).toBe(200);
    }
  });

  it("by ten calls at once happens once: one of them cancels the posts", async () => {
    const account = await world.account(world.mine);
    for (let i = 0; i < 3; i++) await world.post(world.mine, [account], "layers");
    const all = await Promise.all(Array.from({ length: 10 }, () => disconnect(`sa_${account._id}`)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(all.map(({ body }) => body.canceledScheduledPosts).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    const records = await auditOf(account._id);
    expect(records.filter(({ action }) => action === "account.disconnected")).toHaveLength(1);
  });

  it("with an Idempotency-Key is answered alike, also for another account's twin with a conflict", async () => {
    const [account, other] = [await world.account(world.mine), await world.account(world.mine)];
    await world.post(world.mine, [account], "layers");
    const headers = { "idempotency-key": randomUUID() };
    const first = await disconnect(`sa_${account._id}`, world.mine.key, { headers });
    const again = await disconnect(`sa_${account._id}`, world.mine.key, { headers, body: { ignored: true } });
    expect(first.body.canceledScheduledPosts).toBe(1);
    expect(again.body).toEqual(first.body);
    const conflict = await disconnect(`sa_${other._id}`, world.mine.key, { headers });
    expect(refusal(conflict)).toEqual([409, "IDEMPOTENCY_CONFLICT", undefined]);
    expect(await social(world.store).accounts.findOne({ _id: other._id })).toMatchObject({ status: "connected" });
  });
});

describe("disconnectSocialAccount of a player's link", () => {
  it("removes the link of a player who has another way to log in", async () => {
    const { player, account, socialAccountId } = await linkedPlayer(world, "1001", "password");
    expect((await disconnect(socialAccountId, await gameKey(world, "social:write"))).status).toBe(200);
    expect(await accounts(world.store).links.findOne({ accountId: account._id })).toBeNull();
    expect((await accounts(world.store).players.findOne({ _id: objectIdOf(player) }))?.externalIds).toEqual({});
  });

  it.each([
    ["none", { password: "NOT_SET" }],
    ["derived userName", { userName: "CHANGE_REQUIRED" }],
  ] as const)("is refused by its guards: %s", async (way, reason) => {
    const { account, socialAccountId } = await linkedPlayer(world, "1001", way);
    const response = await disconnect(socialAccountId, await gameKey(world, "social:write"));
    const cure = expect.stringMatching(/by ChangeUserDetailsRequest first\.$/);
    expect(refusal(response)).toEqual([409, "CONFLICT", { reason, cure }]);
    expect(await accounts(world.store).links.findOne({ accountId: account._id })).not.toBeNull();
  });

  it("can be forced by a key that may, which the audit says", async () => {
    const { account, socialAccountId } = await linkedPlayer(world, "1001", "none");
    const force = { query: { force: "true" } };
    const refused = await disconnect(socialAccountId, await gameKey(world, "social:write"), force);
    expect(refusal(refused)).toEqual([403, "FORBIDDEN_SCOPE", { requiredScope: "social:force" }]);
    const forcing = await gameKey(world, "social:write", "social:force");
    expect((await disconnect(socialAccountId, forcing)).status).toBe(409);
    expect((await disconnect(socialAccountId, forcing, force)).status).toBe(200);
    const record = (await auditOf(account._id)).find(({ action }) => action === "account.disconnected");
    expect(record).toMatchObject({ action: "account.disconnected", data: { forced: true } });
  });

  it("is not found by a key of another organization", async () => {
    const { socialAccountId } = await linkedPlayer(world, "1001", "password");
    expect((await disconnect(socialAccountId)).status).toBe(404);
  });
});

describe("disconnectSocialAccount and scheduleContent at once", () => {
  it("leave no queued post to a disconnected account", async () => {
    const { mine, send, store } = world;
    const content = { caption: "Hello", mediaUrls: ["https://cdn.example/a.mp4"] };
    const { body: container } = await send("POST", `/v1/projects/${mine.project._id}/content`, {
      key: mine.key,
      body: content,
    });
    const outcomes = new Set<number>();
    for (let round = 0; round < 15; round++) {
      const account = await world.account(mine);
      const target = { socialAccountId: `sa_${account._id}` };
      const schedule = () =>
        send("POST", `/v1/content/${container.containerId}/schedule`, {
          key: mine.key,
          body: { scheduledFor: "2026-12-24T18:00:00Z", targets: [target] },
        });
      const order =
        round % 2 === 0
          ? [schedule(), disconnect(`sa_${account._id}`), schedule()]
          : [disconnect(`sa_${account._id}`), schedule(), schedule()];
      const answers = await Promise.all(order);
      const gone = answers.find(({ body }) => body.status === "disconnected")!;
      const made = answers.filter(({ body }) => body.scheduledPosts).length;
      for (const answer of answers) {
        outcomes.add(answer.status);
        if (answer.status === 409)
          expect(answer.body.error).toMatchObject({ code: "CONFLICT", details: { accountId: account._id } });
      }
      expect(gone.body.canceledScheduledPosts).toBe(made);
      const posts = await social(store).posts.find({ "targets.accountId": account._id }).toArray();
      expect(posts.map(({ status }) => status)).toEqual(Array.from({ length: made }, () => "canceled"));
    }
    expect(outcomes).toEqual(new Set([200, 409]));
  });
});

import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireReauthorization, social } from "../../../src/domains/social/index.ts";
import { type ApisApp, startApisApp, type Tenant } from "../../support/apis.ts";
import { gameKey, issues, linkedPlayer, refusal } from "./support.ts";

let world: ApisApp;
beforeEach(async () => {
  world = await startApisApp();
});
afterEach(() => world.discard());

const list = (query = {}, { project, key }: Tenant = world.mine, what = "social-accounts") =>
  world.send("GET", `/v1/projects/${project._id}/${what}`, { key, query });
const ids = (response: Awaited<ReturnType<typeof list>>): string[] =>
  response.body.items.map(({ socialAccountId }: { socialAccountId: string }) => socialAccountId.slice(3));

describe("listSocialAccounts", () => {
  it("filters by platform, status and lease", async () => {
    const [tiktok, instagram, leased] = [
      await world.account(world.mine, "tiktok"),
      await world.account(world.mine, "instagram"),
      await world.account(world.mine, "instagram"),
    ];
    await world.account(world.theirs);
    const { key, project } = world.mine;
    const body = { socialAccountId: `sa_${leased._id}` };
    expect((await world.send("POST", `/v1/projects/${project._id}/leased-accounts`, { key, body })).status).toBe(201);
    await world.send("DELETE", `/v1/social-accounts/sa_${tiktok._id}`, { key });
    await world.store.transaction((tx) => requireReauthorization(tx, instagram, world.app.clock.now()));
    const all = [tiktok, instagram, leased].map(({ _id }) => _id).sort();
    for (const [query, expected] of [
      [{}, all],
      [{ platform: "tiktok" }, [tiktok._id]],
      [{ platform: "gamecenter" }, []],
      [{ status: "disconnected" }, [tiktok._id]],
      [{ status: "reauth_required" }, [instagram._id]],
      [{ status: "connected", platform: "instagram" }, [leased._id]],
      [{ leased: "true" }, [leased._id]],
      [{ leased: "false" }, [tiktok._id, instagram._id]],
    ] as const) {
      expect(ids(await list(query)).sort(), JSON.stringify(query)).toEqual([...expected].sort());
    }
    const [gone] = (await list({ status: "disconnected" })).body.items;
    expect(gone.tokenExpiresAt).toBeNull();
  });

  it("returns each account once over its pages, also those of one moment", async () => {
    const connected: string[] = [];
    for (let i = 0; i < 7; i++) {
      connected.push((await world.account(world.mine))._id);
      if (i % 3 === 0) world.app.clock.advance(1000);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const response = await list({ limit: "2", ...(cursor && { cursor }) });
      seen.push(...ids(response));
      cursor = response.body.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(connected));
    const [newest] = (await list()).body.items;
    expect(ids(await list({ cursor: newest.connectedAt }))).not.toContain(newest.socialAccountId.slice(3));
  });

  it("shows when the token of a player's link expires", async () => {
    const { socialAccountId } = await linkedPlayer(world, "1001", "password");
    const key = await gameKey(world, "social:read");
    const { body } = await world.send("GET", "/v1/projects/prj_game/social-accounts", { key });
    const tokenExpiresAt = new Date(world.app.clock.now() + 86_400_000).toISOString();
    expect(body.items).toMatchObject([{ socialAccountId, platform: "facebook", tokenExpiresAt }]);
  });

  it.each([
    [{ platform: "myspace" }, "platform"],
    [{ status: "gone" }, "status"],
    [{ leased: "perhaps" }, "leased"],
    [{ limit: "0" }, "limit"],
    [{ limit: "201" }, "limit"],
    [{ limit: "1.5" }, "limit"],
    [{ limit: "true" }, "limit"],
    [{ leased: "1" }, "leased"],
    [{ cursor: "x" }, "cursor"],
    [{ cursor: "2026-13-01T00:00:00.000Z" }, "cursor"],
  ])("refuses %j", async (query, path) => {
    const response = await list(query);
    expect([response.status, response.body.error.code, issues(response)]).toEqual([422, "VALIDATION", [path]]);
  });

  it("refuses projects that do not exist or belong to others", async () => {
    const { key } = world.mine;
    expect((await list({}, { ...world.theirs, key })).status).toBe(404);
    expect((await world.send("GET", "/v1/projects/prj_nothing/social-accounts", { key })).status).toBe(404);
    expect((await world.send("GET", "/v1/projects/nothing/social-accounts", { key })).status).toBe(400);
  });
});

describe("getSocialAccountHealth", () => {
  const health = (id: string) => world.send("GET", `/v1/social-accounts/${id}/health`, { key: world.mine.key });

  it("says whether posts can be sent, and how many wait", async () => {
    const account = await world.account(world.mine);
    await world.post(world.mine, [account], "layers");
    const shown = async () => {
      const { body } = await health(`sa_${account._id}`);
      return [body.status, body.healthy, body.queuedPosts];
    };
    expect(await shown()).toEqual(["connected", true, 1]);
    world.app.clock.advance(31 * 86_400_000);
    expect(await shown()).toEqual(["connected", false, 1]);
    await world.send("DELETE", `/v1/social-accounts/sa_${account._id}`, { key: world.mine.key });
    expect(await shown()).toEqual(["disconnected", false, 0]);
  });

  it("refuses other accounts", async () => {
    const theirs = await world.account(world.theirs);
    expect((await health(`sa_${theirs._id}`)).status).toBe(404);
    expect((await health("sa_1")).status).toBe(400);
  });
});

describe("leases", () => {
  const lease = (socialAccountId: unknown, project = world.mine.project._id) =>
    world.send("POST", `/v1/projects/${project}/leased-accounts`, { key: world.mine.key, body: { socialAccountId } });
  const release = (id: string, more = {}) =>
    world.send("DELETE", `/v1/leased-accounts/${id}`, { key: world.mine.key, ...more });

  it("releaseLeasedAccount ends the lease, disconnects and cancels; listLeasedAccounts follows", async () => {
    const account = await world.account(world.mine);
    const id = `sa_${account._id}`;
    expect((await lease(id)).body).toMatchObject({ socialAccountId: id, status: "assigned" });
    await world.post(world.mine, [account], "layers");
    expect(ids(await list({ status: "assigned" }, world.mine, "leased-accounts"))).toEqual([account._id]);
    const released = await release(id, { body: { reason: "The campaign has ended." } });
    expect(released.body).toMatchObject({
      status: "disconnected",
      disconnectedReason: "released_by_partner",
      canceledScheduledPosts: 1,
    });
    expect(ids(await list({}, world.mine, "leased-accounts"))).toEqual([]);
    expect(refusal(await release(id))[0]).toBe(404);
  });

  it("releaseLeasedAccount of a disconnected account releases it, and says why it was disconnected", async () => {
    const account = await world.account(world.mine);
    await lease(`sa_${account._id}`);
    await world.send("DELETE", `/v1/social-accounts/sa_${account._id}`, { key: world.mine.key });
    expect(ids(await list({ status: "disconnected" }, world.mine, "leased-accounts"))).toEqual([account._id]);
    const { status, body } = await release(`sa_${account._id}`);
    expect([status, body.disconnectedReason]).toEqual([200, "revoked_by_partner"]);
    const after = await social(world.store).accounts.findOne({ _id: account._id });
    expect(after).not.toHaveProperty("leasedAt");
  });

  it("leaseAccount refuses accounts that cannot be leased", async () => {
    const account = await world.account(world.mine);
    const theirs = await world.account(world.theirs);
    await lease(`sa_${account._id}`);
    expect(refusal(await lease(`sa_${account._id}`)).slice(0, 2)).toEqual([409, "CONFLICT"]);
    expect((await lease(`sa_${theirs._id}`)).status).toBe(404);
    expect((await lease(`sa_${randomUUID()}`)).status).toBe(404);
    expect(issues(await lease("x"))).toEqual(["socialAccountId"]);
    expect(issues(await lease(undefined))).toEqual(["socialAccountId"]);
    expect((await lease(`sa_${account._id}`, "prj_nothing")).status).toBe(404);
  });

  it("leaseAccount refuses a player's own account", async () => {
    const { socialAccountId } = await linkedPlayer(world, "1001", "password");
    const key = await gameKey(world, "*");
    const response = await world.send("POST", "/v1/projects/prj_game/leased-accounts", {
      key,
      body: { socialAccountId },
    });
    expect(refusal(response).slice(0, 2)).toEqual([409, "CONFLICT"]);
  });

  it.each([
    ["a plain account", async () => `sa_${(await world.account(world.mine))._id}`, 404],
    ["another organization's", async () => `sa_${(await world.account(world.theirs))._id}`, 404],
    ["a malformed id", async () => "sa_x", 400],
  ])("releaseLeasedAccount refuses %s", async (_, id, status) => {
    expect((await release(await id())).status).toBe(status);
  });

  it("releaseLeasedAccount refuses a long reason", async () => {
    const account = await world.account(world.mine);
    expect(issues(await release(`sa_${account._id}`, { body: { reason: "x".repeat(1025) } }))).toEqual(["reason"]);
  });
});

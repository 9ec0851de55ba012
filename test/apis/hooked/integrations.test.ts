import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAudit } from "../../../src/domains/audit/index.ts";
import {
  createKey,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  requireReauthorization,
  type Scope,
  social,
} from "../../../src/domains/social/index.ts";
import { ok, startSocialApp } from "../../support/social.ts";
import { HOUR_MS, type HookedApp, integrationIdOf, scheduleOf, startHookedApp } from "./support.ts";

let world: HookedApp;
beforeAll(async () => {
  world = await startHookedApp();
});
afterAll(() => world.app.discard());

const UNKNOWN = `int_youtube_${"4f1c8f5a2f6b4c0e9a3d7b1e5c2d8f90"}`;
const notFound = (id: string) => ({
  status: 404,
  body: {
    code: "not_found",
    message: "Integration not found.",
    details: { resource_id: id, resource_type: "Integration" },
  },
});
const FORBIDDEN = { status: 403, body: { code: "forbidden", message: expect.any(String), details: {} } };

describe("listIntegrations", () => {
  it("has the connected accounts of the key's project alone, the latest first", async () => {
    const tenant = await world.tenant("List");
    const older = await world.account(tenant, "youtube");
    world.app.clock.advance(1_000);
    const newer = await world.account(tenant, "tiktok");
    const gone = await world.account(tenant, "instagram");
    await world.hooked("DELETE", `/v1/integration/${integrationIdOf(gone)}`, { key: tenant.key });
    const list = async (query: Record<string, string> = {}) => {
      const { status, body } = await world.hooked("GET", "/v1/integration/list", { key: tenant.key, query });
      expect(status).toBe(200);
      return body.data.integrations.map(({ id }: { id: string }) => id);
    };
    expect(await list()).toEqual([integrationIdOf(newer), integrationIdOf(older)]);
    expect(await list({ platform: "youtube" })).toEqual([integrationIdOf(older)]);
    expect(await list({ limit: "1" })).toEqual([integrationIdOf(newer)]);
    expect(await list({ limit: "1", offset: "1" })).toEqual([integrationIdOf(older)]);
    expect(await list({ offset: "2" })).toEqual([]);
  });

  it.each([
    ["an unknown platform", { platform: "myspace" }, "platform"],
    ["no platform but an operator", { "platform[$ne]": "x", platform: "$ne" }, "platform"],
    ["a limit of none", { limit: "0" }, "limit"],
    ["too high a limit", { limit: "1001" }, "limit"],
    ["a limit that is no number", { limit: "many" }, "limit"],
    ["a negative offset", { offset: "-1" }, "offset"],
  ])("refuses %s", async (_, query, field) => {
    const refused = await world.hooked("GET", "/v1/integration/list", { query: query as Record<string, string> });
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request", details: { field } } });
  });
});

describe("getIntegration", () => {
  it("returns what the account is, and whether it can be used", async () => {
    const account = await world.account(world.mine, "youtube");
    const id = integrationIdOf(account);
    const get = () => world.hooked("GET", `/v1/integration/${id}`);
    const now = new Date(world.app.clock.now()).toISOString();
    expect(id).toMatch(/^int_youtube_[0-9a-f]{32}$/);
    expect(await get()).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          id,
          type: "youtube",
          identifier: "ada",
          account: { id: account.externalId, name: "Ada", username: "ada", avatarUrl: null },
          health: { status: "healthy", tokenValid: true, lastChecked: now },
          createdAt: account.connectedAt.toISOString(),
        },
      },
    });
    await world.store.transaction((tx) => requireReauthorization(tx, account, world.app.clock.now()));
    expect((await get()).body.data.health).toMatchObject({ status: "expired", tokenValid: false });
    expect((await get()).text).not.toContain("sealed");
  });
});

describe("deleteIntegration", () => {
  it("disconnects the account, drops its token and keeps its history", async () => {
    const account = await world.account(world.mine, "youtube");
    const id = integrationIdOf(account);
    expect(await world.hooked("DELETE", `/v1/integration/${id}`)).toMatchObject({
      status: 200,
      body: { success: true, message: expect.any(String), data: { id, type: "youtube", deleted: true } },
    });
    expect(await world.hooked("GET", `/v1/integration/${id}`)).toMatchObject(notFound(id));
    expect(await world.hooked("DELETE", `/v1/integration/${id}`)).toMatchObject(notFound(id));
    const stored = await social(world.store).accounts.findOne({ _id: account._id });
    expect(stored).toMatchObject({ status: "disconnected", disconnectedReason: "revoked_by_partner" });
    expect(stored).not.toHaveProperty("credentials");
    const [record] = await listAudit(world.store, { subject: account._id, action: "account.disconnected", limit: 1 });
    expect(record).toMatchObject({ door: "hooked", requestId: expect.stringMatching(/^req_/) });
  });

  it("leaves its posts pending, which fail with a message when their time comes", async () => {
    const account = await world.account(world.mine, "youtube");
    const post = await scheduleOf(world, world.mine, account);
    const get = async () => (await world.hooked("GET", `/v1/schedule/post_${post._id}`)).body.data;
    await world.hooked("DELETE", `/v1/integration/${integrationIdOf(account)}`);
    expect(await get()).toMatchObject({ status: "pending", errorMessage: null });
    await world.pass(HOUR_MS - 1);
    expect(await get()).toMatchObject({ status: "pending" });
    await world.pass(1);
    await expect.poll(async () => (await get()).status).toBe("failed");
    expect(await get()).toMatchObject({
      errorMessage: "The account is not connected.",
      integration: { id: integrationIdOf(account), account: { username: "ada" } },
      video: { name: "Trailer", durationInSeconds: 42 },
    });
  });

  it("gives the same account a new id when it is connected again", async () => {
    const account = await world.account(world.mine, "youtube");
    await world.hooked("DELETE", `/v1/integration/${integrationIdOf(account)}`);
    const again = await world.account(world.mine, "youtube");
    expect(integrationIdOf(again)).not.toBe(integrationIdOf(account));
    expect((await world.hooked("GET", `/v1/integration/${integrationIdOf(again)}`)).status).toBe(200);
  });

  it("sent many times at once does it once", async () => {
    const account = await world.account(world.mine, "youtube");
    const path = `/v1/integration/${integrationIdOf(account)}`;
    const all = await Promise.all(Array.from({ length: 8 }, () => world.hooked("DELETE", path)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(404)]);
    const records = await listAudit(world.store, { subject: account._id, action: "account.disconnected", limit: 9 });
    expect(records).toHaveLength(1);
  });

  it("and a post that is scheduled at the same moment: the post waits for a connected account, or there is none", async () => {
    for (let round = 0; round < 10; round++) {
      const account = await world.account(world.mine, "tiktok");
      const { body: video } = await world.hooked("POST", "/v1/video", { body: { url: "https://media.example/v.mp4" } });
      const scheduledDateTime = new Date(world.app.clock.now() + HOUR_MS).toISOString();
      const body = { videoId: video.data.id, integrationId: integrationIdOf(account), scheduledDateTime };
      const [created, deleted] = await Promise.all([
        world.hooked("POST", "/v1/schedule/create", { body }),
        world.hooked("DELETE", `/v1/integration/${integrationIdOf(account)}`),
      ]);
      expect(deleted.status).toBe(200);
      expect([200, 404]).toContain(created.status);
      expect(await social(world.store).posts.countDocuments({ "targets.accountId": account._id })).toBe(
        created.status === 200 ? 1 : 0,
      );
    }
  });
});

describe.each([
  ["getIntegration", "GET"],
  ["deleteIntegration", "DELETE"],
])("%s refuses", (_, method) => {
  it.each([
    ["an unknown id", UNKNOWN],
    ["an id of another form", "int_youtube_1"],
    ["an id of another API", `sa_${UNKNOWN.slice(12)}`],
    ["an unknown platform", UNKNOWN.replace("youtube", "myspace")],
    ["an operator", "$ne"],
  ])("%s", async (_, id) => {
    expect(await world.hooked(method, `/v1/integration/${id}`)).toMatchObject(notFound(id));
  });

  it("the id of an account under another platform's name", async () => {
    const account = await world.account(world.mine, "youtube");
    const id = integrationIdOf(account).replace("youtube", "tiktok");
    expect(await world.hooked(method, `/v1/integration/${id}`)).toMatchObject(notFound(id));
  });

  it("another team's account", async () => {
    const path = `/v1/integration/${integrationIdOf(await world.account(world.theirs))}`;
    expect(await world.hooked(method, path)).toMatchObject(FORBIDDEN);
    expect((await world.hooked("GET", path, { key: world.theirs.key })).status).toBe(200);
  });
});

describe("deleteIntegration of a player's link", () => {
  it("obeys the rules of the player's account, unless it is forced", async () => {
    const game = await startSocialApp();
    const { app } = game;
    const store = await app.services.stores.open("preview");
    const keyOf = (...scopes: (Scope | "*")[]) =>
      store.transaction(async (tx) => {
        const key = { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "k", scopes };
        return (await createKey(tx, "preview", key, { by: { door: "command line" }, now: app.clock.now() })).text;
      });
    const send = (method: string, path: string, key: string) =>
      fetch(`${app.httpUrl}${path}`, { method, headers: { "x-api-key": key } }).then(async (response) => ({
        status: response.status,
        // biome-ignore lint/suspicious/noExplicitAny: tests read the members that they expect.
        body: (await response.json()) as any,
      }));
    const connected = async (id: string) => {
      const client = await app.client();
      await ok(client.request("FacebookConnectRequest", { accessToken: game.facebookUser(id) }));
      return client;
    };
    const all = await keyOf("*");
    const writer = await keyOf("social:read", "social:write");
    const first = await connected("ada");
    const { body } = await send("GET", "/v1/integration/list", writer);
    const [{ id }] = body.data.integrations;
    expect(id).toMatch(/^int_facebook_/);

    const path = `/v1/integration/${id}`;
    expect(await send("DELETE", path, writer)).toMatchObject({
      status: 409,
      body: { code: "conflict", details: { reason: { userName: "CHANGE_REQUIRED" }, cure: expect.any(String) } },
    });
    await ok(first.request("ChangeUserDetailsRequest", { userName: "ada" }));
    expect(await send("DELETE", path, writer)).toMatchObject({
      status: 409,
      body: { code: "conflict", details: { reason: { password: "NOT_SET" } } },
    });
    expect(await send("DELETE", `${path}?force=true`, writer)).toMatchObject({
      status: 403,
      body: { code: "forbidden", details: { required_scope: "social:force" } },
    });
    expect(await send("GET", path, writer)).toMatchObject({ status: 200 });
    expect(await send("DELETE", `${path}?force=yes`, all)).toMatchObject({
      status: 400,
      body: { code: "invalid_request", details: { field: "force" } },
    });
    expect(await send("DELETE", `${path}?force=true`, all)).toMatchObject({ status: 200, body: { success: true } });
    expect(await first.request("SocialStatusRequest")).toMatchObject({ statuses: [] });
    const [record] = await listAudit(store, { action: "account.disconnected", limit: 1 });
    expect(record).toMatchObject({ door: "hooked", data: { forced: true } });

    // A player with another way to log in.
    const second = await game.device();
    await ok(second.request("FacebookConnectRequest", { accessToken: game.facebookUser("grace") }));
    const [link] = (await send("GET", "/v1/integration/list", writer)).body.data.integrations;
    expect(await send("DELETE", `/v1/integration/${link.id}`, writer)).toMatchObject({ status: 200 });
    expect(await second.request("SocialDisconnectRequest", { systemId: "FB" })).toMatchObject({
      error: { systemId: "NOT_CONNECTED" },
    });
    await game.discard();
  });
});

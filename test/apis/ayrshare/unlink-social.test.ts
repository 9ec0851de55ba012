import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { areFriends } from "../../../src/domains/accounts/index.ts";
import { listAudit } from "../../../src/domains/audit/index.ts";
import { social } from "../../../src/domains/social/index.ts";
import type { PlayerId } from "../../../src/ids.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Received } from "../../support/apis.ts";
import type { TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";
import { type AyrshareApp, caller, gameKey, outcomeOf, startAyrshareApp, studio } from "./support.ts";

describe("unlinkSocial", () => {
  let world: AyrshareApp;
  beforeAll(async () => {
    world = await startAyrshareApp();
  });
  afterAll(() => world.discard());

  it.each([
    ["no body", undefined, "400 163"],
    ["no platform", {}, "400 163"],
    ["an unknown platform", { platform: "myspace" }, "400 163"],
    ["upper case", { platform: "Twitter" }, "400 163"],
    ["a platform that is an operator", { platform: { $ne: "" } }, "400 163"],
    ["several platforms", { platform: ["twitter"] }, "400 163"],
    ["an unknown profileKey", { platform: "bluesky", profileKey: "nobody" }, "403 403"],
    ["force that is a text", { platform: "bluesky", force: "true" }, "400 400"],
  ])("refuses %s", async (_, body, expected) => {
    const tenant = await studio(world, world.bluesky);
    const call = caller(world, tenant);
    const response = await call("DELETE", "/api/profiles/social", body);
    expect(outcomeOf(response)).toBe(expected);
    expect(response.body).toMatchObject({ action: "unlink", status: "error" });
    expect((await call("GET", "/api/user")).body.activeSocialAccounts).toEqual(["bluesky"]);
  });

  it("refuses a key that may only read, and force without its scope", async () => {
    const tenant = await studio(world, world.bluesky);
    const path = "/api/profiles/social";
    const read = await world.keyOf(tenant, "social:read", "publish:write");
    const refused = await world.send("DELETE", path, { key: read, body: { platform: "bluesky" } });
    expect(outcomeOf(refused)).toBe("403 403");
    expect(refused.body.details).toEqual({ requiredScope: "social:write" });
    const write = await world.keyOf(tenant, "social:write");
    const forced = await world.send("DELETE", path, { key: write, body: { platform: "bluesky", force: true } });
    expect(forced.body.details).toEqual({ requiredScope: "social:force" });
  });

  it("unlinks the account and drops its credentials, and says the same if none is linked", async () => {
    const tenant = await studio(world, world.bluesky, world.twitter);
    const call = caller(world, tenant);
    for (const path of ["/api/profiles/social", "/ayrshare/api/profiles/social"]) {
      const { status, body } = await call("DELETE", path, { platform: "twitter", source: "npm" });
      expect({ status, body }).toEqual({
        status: 200,
        body: { status: "success", platform: "twitter", refId: tenant.profile.refId },
      });
    }
    expect((await call("DELETE", "/api/profiles/social", { platform: "gamecenter" })).status).toBe(200);
    expect((await call("GET", "/api/user")).body.activeSocialAccounts).toEqual(["bluesky"]);
    const account = await social(world.store).accounts.findOne({ profileId: tenant.profile._id, platform: "twitter" });
    expect(account).toMatchObject({ status: "disconnected", disconnectedReason: "unlinked_by_user" });
    expect(account).not.toHaveProperty("credentials");
  });

  it("acts as the profile of a Profile-Key, and leaves those of others", async () => {
    const tenant = await studio(world, world.bluesky);
    const { profile, key } = await world.profileOf(tenant, "Guild");
    await world.link({ profile }, world.bluesky, world.bluesky.connect());
    const guild = caller(world, tenant, { "profile-key": key });
    expect((await guild("DELETE", "/api/profiles/social", { platform: "bluesky" })).body.refId).toBe(profile.refId);
    expect((await guild("GET", "/api/user")).body.activeSocialAccounts).toEqual([]);
    expect((await caller(world, tenant)("GET", "/api/user")).body.activeSocialAccounts).toEqual(["bluesky"]);
    // A key of another project is no key here.
    const other = caller(world, world.theirs, { "profile-key": key });
    expect(outcomeOf(await other("DELETE", "/api/profiles/social", { platform: "bluesky" }))).toBe("403 403");
  });

  it("refuses to choose among several accounts, so that a repeated call cannot unlink another one", async () => {
    const tenant = await studio(world);
    await world.account(tenant, "tiktok");
    await world.account(tenant, "tiktok");
    const call = caller(world, tenant);
    expect(outcomeOf(await call("DELETE", "/api/profiles/social", { platform: "tiktok" }))).toBe("409 409");
    expect((await call("GET", "/api/user")).body.activeSocialAccounts).toEqual(["tiktok"]);
  });

  it("unlinks once if the call is sent several times at once", async () => {
    const tenant = await studio(world, world.bluesky);
    const call = caller(world, tenant);
    const all = await Promise.all([1, 2, 3].map(() => call("DELETE", "/api/profiles/social", { platform: "bluesky" })));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    const records = await listAudit(world.store, {
      projectId: tenant.project._id,
      action: "account.disconnected",
      limit: 10,
    });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ door: "ayrshare", requestId: expect.stringMatching(/^req_/) });
  });
});

describe("unlinkSocial for a player", () => {
  let world: SocialApp;
  let key: string;
  let store: Store;
  beforeAll(async () => {
    world = await startSocialApp();
    store = await world.app.services.stores.open("preview");
    key = await gameKey({ app: world.app, store } as never, "social:write", "org:admin");
  });
  afterAll(() => world.discard());

  async function send(method: string, path: string, body: unknown, headers = {}, own = key): Promise<Received> {
    const response = await fetch(`${world.app.httpUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${own}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }

  const playerOf = async (client: TestClient) => {
    const { userId } = await ok(client.request("AccountDetailsRequest", {}));
    return userId as PlayerId;
  };
  const profileKeyOf = async (playerId: string) => {
    const { body } = await send("POST", "/api/profiles", { title: `Player ${playerId}`, playerId });
    return { "profile-key": body.profileKey as string };
  };
  const externalIds = async (client: TestClient) =>
    (await ok(client.request("AccountDetailsRequest", {})))["externalIds"];

  it("removes the link, and the friends that came by it on both sides", async () => {
    const ada = await world.registered();
    const grace = await world.registered();
    await ok(ada.request("FacebookConnectRequest", { accessToken: world.facebookUser("ada", ["grace"]) }));
    await ok(grace.request("FacebookConnectRequest", { accessToken: world.facebookUser("grace", ["ada"]) }));
    const [one, other] = [await playerOf(ada), await playerOf(grace)];
    expect(await areFriends(store, one, other)).toBe(true);
    const headers = await profileKeyOf(one);
    const { status, body } = await send("DELETE", "/api/profiles/social", { platform: "facebook" }, headers);
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: "success", platform: "facebook", refId: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
    expect(await externalIds(ada)).toEqual({});
    expect(await externalIds(grace)).toEqual({ FB: "grace" });
    expect(await areFriends(store, one, other)).toBe(false);
    expect((await send("DELETE", "/api/profiles/social", { platform: "facebook" }, headers)).status).toBe(200);
  });

  it("refuses while the player could no longer log in, and only then", async () => {
    const client = await world.app.client();
    await ok(client.request("FacebookConnectRequest", { accessToken: world.facebookUser("lone") }));
    const player = await playerOf(client);
    const headers = await profileKeyOf(player);
    const unlink = (body = {}, own = key) =>
      send("DELETE", "/api/profiles/social", { platform: "facebook", ...body }, headers, own);
    const first = await unlink();
    expect(outcomeOf(first)).toBe("409 409");
    expect(first.body.details).toMatchObject({ reason: { userName: "CHANGE_REQUIRED" }, cure: expect.any(String) });
    await ok(client.request("ChangeUserDetailsRequest", { userName: "lone player" }));
    const second = await unlink();
    expect(second.body).toMatchObject({
      action: "unlink",
      status: "error",
      details: { reason: { password: "NOT_SET" } },
    });
    expect(await externalIds(client)).toEqual({ FB: "lone" });
    expect(outcomeOf(await unlink({ force: true }))).toBe("403 403");
    const strong = await gameKey({ app: world.app, store } as never, "social:write", "social:force");
    expect((await unlink({ force: true }, strong)).status).toBe(200);
    const [record] = await listAudit(store, { action: "account.disconnected", player, limit: 1 });
    expect(record).toMatchObject({ door: "ayrshare", data: { forced: true, reason: "unlinked_by_user" } });
  });

  it("unlinks other systems than networks too", async () => {
    const client = await world.registered();
    await ok(client.request("FacebookConnectRequest", { accessToken: world.facebookUser("both") }));
    const headers = await profileKeyOf(await playerOf(client));
    expect((await send("DELETE", "/api/profiles/social", { platform: "steam" }, headers)).status).toBe(200);
    expect(await externalIds(client)).toEqual({ FB: "both" });
  });

  it("unlinks a link of an earlier version, which has no social account", async () => {
    const client = await world.registered();
    await ok(client.request("FacebookConnectRequest", { accessToken: world.facebookUser("early") }));
    const player = await playerOf(client);
    const headers = await profileKeyOf(player);
    await social(store).accounts.deleteMany({ profileId: `player:${player}` });
    await store.collection("externalAuthentication").updateMany({}, { $unset: { accountId: "" } });
    expect((await send("DELETE", "/api/profiles/social", { platform: "facebook" }, headers)).status).toBe(200);
    expect(await externalIds(client)).toEqual({});
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import type { Role } from "../../../src/domains/admins/index.ts";
import type { AnyFrame, TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";
import { MANY, op, signInAll } from "./support.ts";

let social: SocialApp;
let cookies: Record<Role, string>;
beforeAll(async () => {
  social = await startSocialApp(MANY);
  cookies = await signInAll(social.app);
});
afterAll(() => social.discard());

const run = (name: string, args: Record<string, unknown>, role: Role = "admin") =>
  op(social.app, cookies[role], name, args);
const connect = (client: TestClient, user: string, friends: string[] = []) =>
  ok(client.request("FacebookConnectRequest", { accessToken: social.facebookUser(user, friends) }));
const isTermination = (frame: AnyFrame) => frame["@class"] === ".SessionTerminatedMessage";
const nobody = new ObjectId().toHexString();

describe("players search", () => {
  it.each<[string, (ada: TestClient) => string, string]>([
    ["an id", (ada) => ada.userId!, "id"],
    ["an id in capitals", (ada) => ada.userId!.toUpperCase(), "id"],
    ["an external id", () => "searched at facebook", "externalId"],
    ["a userName", () => "searched", "userName"],
    ["the beginning of a userName", () => "sear", "userName"],
    ["the beginning of a displayName", () => "Searched for", "displayName"],
  ])("finds by %s", async (_, text, by) => {
    const ada = await searched;
    const { body } = await run("players search", { text: text(ada) }, "read");
    expect(body.data).toContainEqual(expect.objectContaining({ id: ada.userId, by, online: true }));
    expect(body.data.filter((row: { id: string }) => row.id === ada.userId)).toHaveLength(1);
  });
  let searched: Promise<TestClient>;
  beforeAll(async () => {
    searched = (async () => {
      const client = await social.device();
      await connect(client, "searched at facebook");
      const details = { userName: "searched", displayName: "Searched for", newPassword: "a password" };
      await ok(client.request("ChangeUserDetailsRequest", details));
      return client;
    })();
    await searched;
  });

  it.each([
    ["a pattern", ".*"],
    ["an operator", '{"$gt":""}'],
    ["another case", "SEARCHED"],
    ["the end of a name", "arched"],
  ])("finds nothing by %s", async (_, text) => {
    expect((await run("players search", { text })).body.data).toEqual([]);
  });

  it.each([
    ["an empty text", { text: "" }],
    ["an object", { text: { $gt: "" } }],
    ["lines", { text: "a\nb" }],
    ["too many at once", { text: "a", limit: 201 }],
  ])("refuses %s", async (_, args) => {
    expect((await run("players search", args)).status).toBe(400);
  });

  it("is bounded", async () => {
    for (let count = 0; count < 3; count++) await social.registered();
    expect((await run("players search", { text: "user-", limit: 2 })).body.data).toHaveLength(2);
  });
});

describe("players show", () => {
  it("has facts, links, friends with what each came by, sockets, messages and changes, and no secret", async () => {
    const ada = await social.device();
    const grace = await social.device();
    await connect(grace, "shown grace", ["shown ada"]);
    await connect(ada, "shown ada", ["shown grace"]);
    const { body, text } = await run("players show", { id: ada.userId }, "read");
    expect(body.data).toMatchObject({
      player: { id: ada.userId, userNameSource: "DEVICE", hasPassword: false, devices: [{ os: "IOS", active: true }] },
      links: [{ system: "FB", externalId: "shown ada", token: "stored", status: "connected" }],
      friends: [{ id: grace.userId, via: ["FB"] }],
      friendCount: 1,
      sessions: { online: true, sockets: 1 },
      currencies: expect.arrayContaining([{ code: "currency1", name: "currency1", balance: 0, reserved: 0 }]),
    });
    expect(body.data.audit).toContainEqual(expect.objectContaining({ action: "account.connected" }));
    expect(text).not.toContain("token-shown-ada");
    expect(text).not.toMatch(/v1\.[\w-]{8}\./);
  });

  it.each(["players show", "players disconnect-preview", "players disconnect", "players sign-out", "players export"])(
    "%s refuses an unknown player",
    async (name) => {
      const args = { id: nobody, ...(name.includes("disconnect") && { system: "FB" }) };
      expect(await run(name, args)).toMatchObject({ status: 409, body: { error: { code: "REFUSED" } } });
      expect((await run(name, { ...args, id: { $gt: "" } })).status).toBe(400);
      expect((await run(name, { ...args, id: "x".repeat(24) })).status).toBe(400);
    },
  );
});

describe("a disconnect", () => {
  it("is previewed without changing anything, and does then what was previewed", async () => {
    const ada = await social.device();
    const [grace, kept] = [await social.device(), await social.device()];
    await connect(grace, "p grace", ["p ada"]);
    await connect(kept, "p kept", ["p ada"]);
    await connect(ada, "p ada", ["p grace", "p kept"]);
    const store = await social.app.services.stores.open("preview");
    const pair = [ada.userId!, kept.userId!].sort().join(":");
    await store.collection("friendship").updateOne({ _id: pair }, { $addToSet: { via: "team:t" } });
    const before = JSON.stringify((await run("players show", { id: ada.userId })).body);

    const preview = await run("players disconnect-preview", { id: ada.userId, system: "FB" }, "support");
    expect(preview.body.data).toEqual({
      ...{ system: "FB", externalId: "p ada", friendsLost: 1, friendsKept: 1, postsCanceled: 0, waysLeft: ["device"] },
      friendsLostSample: [expect.objectContaining({ id: grace.userId })],
    });
    expect(JSON.stringify((await run("players show", { id: ada.userId })).body)).toBe(before);

    const done = await run("players disconnect", { id: ada.userId, system: "FB" }, "support");
    expect(done.body.data).toEqual({
      ...{ id: ada.userId, system: "FB", externalId: "p ada", friendsLost: 1, postsCanceled: 0 },
    });
    const after = (await run("players show", { id: ada.userId })).body.data;
    expect(after).toMatchObject({ links: [], friends: [{ id: kept.userId, via: ["team:t"] }] });
    const audited = { action: "account.disconnected", door: "console", admin: "support", adminRole: "support" };
    expect(after.audit).toContainEqual(expect.objectContaining(audited));
  });

  it("shows which guard refuses and its cure; force is for admins, and is recorded", async () => {
    const client = await social.app.client();
    await connect(client, "guarded");
    const args = { id: client.userId, system: "FB" };
    const preview = async () => (await run("players disconnect-preview", args)).body.data;
    expect(await preview()).toMatchObject({ refused: { key: "userName", value: "CHANGE_REQUIRED" }, waysLeft: [] });
    await ok(client.request("ChangeUserDetailsRequest", { userName: "guarded one" }));
    expect(await preview()).toMatchObject({
      refused: { key: "password", value: "NOT_SET", cure: expect.stringMatching(/password/) },
    });
    expect(await run("players disconnect", args, "support")).toMatchObject({
      status: 409,
      body: { error: { code: "NOT_SET", message: expect.stringMatching(/no other way to log in.*Set a password/) } },
    });
    const forced = await run("players disconnect", { ...args, force: "yes" }, "support");
    expect(forced).toMatchObject({ status: 403, body: { error: { code: "ROLE" } } });
    expect((await run("players disconnect", { ...args, force: "yes" })).status).toBe(200);
    const { audit } = (await run("players show", { id: client.userId })).body.data;
    const data = expect.objectContaining({ forced: true });
    expect(audit).toContainEqual(expect.objectContaining({ action: "account.disconnected", admin: "admin", data }));
  });

  it.each([
    ["a system that is not connected", { system: "GC" }, 409],
    ["an unknown system", { system: "??" }, 400],
    ["a prototype's member", { system: "__proto__" }, 400],
    ["another force", { system: "FB", force: "no" }, 400],
  ])("refuses %s", async (_, args, status) => {
    const { userId: id } = await social.device();
    expect((await run("players disconnect", { id, ...args })).status).toBe(status);
    if (!("force" in args)) expect((await run("players disconnect-preview", { id, ...args })).status).toBe(status);
  });
});

describe("an operator", () => {
  it("sets a password, which unlocks the player and signs it out everywhere", async () => {
    const player = await social.registered();
    const { userName } = (await run("players show", { id: player.userId })).body.data.player;
    const guess = async (password: string) =>
      (await social.app.client()).request("AuthenticationRequest", { userName, password });
    for (let count = 0; count < 5; count++) await guess("wrong");
    expect((await guess("password"))["error"]).toEqual({ DETAILS: "LOCKED" });
    expect((await run("players show", { id: player.userId })).body.data.player.lockedUntil).toMatch(/^2026/);
    const set = await run("players password", { id: player.userId, password: "a new password" }, "support");
    expect(set.status).toBe(200);
    expect(set.text).not.toContain("a new password");
    expect(await player.next(isTermination)).toMatchObject({ authToken: "0" });
    expect((await guess("a new password"))["error"]).toBeUndefined();
    const reconnected = await social.app.client({ authToken: player.authToken! });
    expect(reconnected.userId).toBeUndefined();
  });

  it("ends sessions", async () => {
    const player = await social.registered();
    expect((await run("players sign-out", { id: player.userId }, "support")).status).toBe(200);
    expect(await player.next(isTermination)).toBeDefined();
    expect((await run("players show", { id: player.userId })).body.data).toMatchObject({
      sessions: { online: false, sockets: 0 },
      player: { authTokens: 0 },
    });
  });

  it("deletes a player by name only", async () => {
    const player = await social.registered();
    const { confirmBy } = (await run("players show", { id: player.userId })).body.data.player;
    for (const name of [`${confirmBy} `, confirmBy.toUpperCase(), player.userId]) {
      expect(await run("players delete", { id: player.userId, name })).toMatchObject({ status: 409 });
    }
    expect((await run("players show", { id: player.userId })).status).toBe(200);
    expect((await run("players delete", { id: player.userId, name: confirmBy })).status).toBe(200);
    expect((await run("players show", { id: player.userId })).status).toBe(409);
    expect(await player.request("AccountDetailsRequest")).toMatchObject({
      error: { authentication: "NOTAUTHORIZED" },
    });
  });

  it("exports what is stored without secrets, which is recorded", async () => {
    const player = await social.registered();
    await connect(player, "exported");
    const { body, text } = await run("players export", { id: player.userId });
    expect(body.data).toMatchObject({
      player: { _id: player.userId },
      hasPassword: true,
      externalAuthentication: [{ systemId: "FB", externalId: "exported" }],
      socialAccount: [{ externalId: "exported" }],
      truncated: [],
    });
    expect(text).not.toContain("token-exported");
    expect(text).not.toContain("argon2id");
    expect(text).not.toMatch(/v1\.[\w-]{8}\./);
    const { audit } = (await run("players show", { id: player.userId })).body.data;
    expect(audit).toContainEqual(expect.objectContaining({ action: "player.exported", admin: "admin" }));
  });
});

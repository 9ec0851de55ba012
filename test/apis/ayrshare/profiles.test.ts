import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { social } from "../../../src/domains/social/index.ts";
import type { Tenant } from "../../support/apis.ts";
import { type AyrshareApp, caller, gameKey, outcomeOf, startAyrshareApp, storedText, studio } from "./support.ts";

let world: AyrshareApp;
beforeAll(async () => {
  world = await startAyrshareApp();
});
afterAll(() => world.discard());

const create = (tenant: Pick<Tenant, "key">, body: unknown) => caller(world, tenant)("POST", "/api/profiles", body);

describe("createProfile", () => {
  it.each([
    ["no title", {}, "400 400"],
    ["an empty title", { title: "" }, "400 400"],
    ["a long title", { title: "x".repeat(201) }, "400 400"],
    ["networks that are no list", { title: "T", disableSocial: "twitter" }, "400 400"],
    ["a player with a key of another project", { title: "T", playerId: "0".repeat(24) }, "403 403"],
  ])("refuses %s", async (_, body, expected) => {
    expect(outcomeOf(await create(await world.tenant("P"), body))).toBe(expected);
  });

  it("refuses a Profile-Key, a key without the scope, and an unknown player", async () => {
    const tenant = await world.tenant("P");
    const { key: profileKey } = await world.profileOf(tenant, "Own");
    const headers = { "profile-key": profileKey };
    expect(outcomeOf(await caller(world, tenant, headers)("POST", "/api/profiles", { title: "T" }))).toBe("400 400");
    const key = await world.keyOf(tenant, "social:write");
    expect(outcomeOf(await create({ key }, { title: "T" }))).toBe("403 403");
    const game = await gameKey(world, "*");
    for (const playerId of ["0".repeat(24), "nobody"]) {
      expect(outcomeOf(await create({ key: game }, { title: "T", playerId }))).toBe("400 400");
    }
  });

  it("returns the key this once, by all spellings", async () => {
    const tenant = await world.tenant("P");
    for (const path of ["/api/profiles", "/api/profiles/profile", "/ayrshare/api/profiles/create-profile"]) {
      const { status, body } = await caller(world, tenant)("POST", path, {
        title: path,
        disableSocial: ["twitter", "other"],
      });
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          ...{ status: "success", title: path, refId: expect.stringMatching(/^[0-9a-f]{40}$/) },
          profileKey: expect.stringMatching(/^[\w-]{40}$/),
        },
      });
      expect(await storedText(world)).not.toContain(body.profileKey);
      const user = await caller(world, tenant, { "profile-key": body.profileKey })("GET", "/api/user");
      expect(user.body).toMatchObject({ title: path, refId: body.refId, activeSocialAccounts: [], displayNames: [] });
    }
    const { body } = await caller(world, tenant)("GET", "/api/profiles");
    expect(JSON.stringify(body)).not.toContain("key");
    expect(outcomeOf(await create(tenant, { title: "/api/profiles" }))).toBe("400 146");
    expect((await create(await world.tenant("Q"), { title: "/api/profiles" })).status).toBe(200);
  });

  it("replaces the key of a player's profile, and keeps the profile", async () => {
    const game = { key: await gameKey(world, "*") };
    const client = await world.app.client();
    const { userId: playerId } = await client.request("RegistrationRequest", {
      ...{ userName: "ada", password: "password", displayName: "Ada" },
    });
    const first = await create(game, { title: "Ada", playerId, tags: ["vip"] });
    const second = await create(game, { title: "Ada", playerId });
    expect(second.body.refId).toBe(first.body.refId);
    const as = (key: string) => caller(world, game, { "profile-key": key })("GET", "/api/user");
    expect((await as(first.body.profileKey)).status).toBe(403);
    expect((await as(second.body.profileKey)).status).toBe(200);
    const { body } = await caller(world, game)("GET", "/api/profiles", undefined, { query: { title: "Ada" } });
    expect(body.profiles).toMatchObject([{ title: "Ada", playerId }]);
    expect(await social(world.store).profiles.findOne({ title: "Ada" })).toMatchObject({ tags: ["vip"] });
  });
});

describe("updateProfile", () => {
  it("changes the profile of the key", async () => {
    const tenant = await world.tenant("P");
    await world.profileOf(tenant, "Taken");
    const { profile, key } = await world.profileOf(tenant, "Before");
    const call = caller(world, tenant, { "profile-key": key });
    const changed = await call("PATCH", "/api/profiles", { title: "After", displayTitle: "Shown" });
    expect(changed).toMatchObject({ status: 200, body: { status: "success", refId: profile.refId } });
    expect((await call("GET", "/api/user")).body.title).toBe("After");
    const byBody = { displayTitle: "By body", profileKey: key };
    expect((await caller(world, tenant)("PUT", "/api/profiles/profile", byBody)).status).toBe(200);
    expect(await social(world.store).profiles.findOne({ _id: profile._id })).toMatchObject({ displayTitle: "By body" });
    expect(outcomeOf(await call("PATCH", "/api/profiles", { title: "Taken" }))).toBe("400 146");
    expect(outcomeOf(await call("PATCH", "/api/profiles", { title: "" }))).toBe("400 400");
    expect(outcomeOf(await caller(world, tenant)("PATCH", "/api/profiles", { title: "X" }))).toBe("400 400");
  });
});

describe("deleteProfile", () => {
  beforeAll(async () => {
    await world.profileOf(world.theirs, "Theirs");
  });

  it("ends its key, its accounts and its posts", async () => {
    const tenant = await studio(world);
    const { profile, key } = await world.profileOf(tenant, "Short-lived");
    await world.link({ profile }, world.bluesky, world.bluesky.connect());
    const call = caller(world, tenant, { "profile-key": key });
    const scheduleDate = new Date(world.app.clock.now() + 3_600_000).toISOString();
    await call("POST", "/api/post", { post: "Never", platforms: ["bluesky"], scheduleDate });
    expect((await call("DELETE", "/api/profiles")).body).toEqual({ status: "success", refId: profile.refId });
    expect((await call("GET", "/api/user")).status).toBe(403);
    world.app.clock.advance(3_600_000);
    await world.app.poll();
    expect(world.bluesky.posts().filter(({ text }) => text === "Never")).toEqual([]);
  });

  it.each([
    ["neither key nor title", {}, "400 400"],
    ["an unknown title", { title: "Nobody" }, "404 404"],
    ["a title in another case", { title: "own" }, "404 404"],
    ["a title that is an operator", { title: { $ne: "" } }, "400 400"],
    ["an unknown key", { profileKey: "nobody" }, "403 403"],
    ["the primary profile", { title: "Season 3" }, "409 409"],
    ["a profile of another organization", { title: "Theirs" }, "404 404"],
  ])("refuses %s", async (_, body, expected) => {
    const tenant = await world.tenant("P");
    await world.profileOf(tenant, "Own");
    expect(outcomeOf(await caller(world, tenant)("DELETE", "/api/profiles", body))).toBe(expected);
    expect((await caller(world, tenant)("GET", "/api/profiles")).body.count).toBe(1);
  });

  it("finds it by its title", async () => {
    const tenant = await world.tenant("P");
    const { profile } = await world.profileOf(tenant, "By title");
    const { body } = await caller(world, tenant)("DELETE", "/api/profiles/delete-profile", { title: "By title" });
    expect(body).toEqual({ status: "success", refId: profile.refId });
  });
});

describe("listProfiles", () => {
  let tenant: Tenant;
  const keys: string[] = [];
  const refIds: string[] = [];
  beforeAll(async () => {
    tenant = await studio(world, world.bluesky);
    for (const title of ["A", "B", "C"]) {
      const { profile, key } = await world.profileOf(tenant, title);
      keys.push(key);
      refIds.push(profile.refId);
      if (title !== "C") await world.link({ profile }, world.twitter, world.twitter.connect());
      if (title === "A") await world.link({ profile }, world.bluesky, world.bluesky.connect());
    }
  });

  const list = (query: Record<string, string>) => caller(world, tenant)("GET", "/api/profiles", undefined, { query });
  const titles = async (query: Record<string, string>) =>
    (await list(query)).body.profiles.map(({ title }: { title: string }) => title).sort();

  it.each([
    [{}, ["A", "B", "C"]],
    [{ title: "B" }, ["B"]],
    [{ title: "b" }, []],
    [{ hasActiveSocialAccounts: "true" }, ["A", "B"]],
    [{ hasActiveSocialAccounts: "false" }, ["C"]],
    [{ includesActiveSocialAccounts: "bluesky" }, ["A"]],
    [{ "includesActiveSocialAccounts[0]": "twitter", "includesActiveSocialAccounts[1]": "reddit" }, ["A", "B"]],
    [{ refId: "none" }, []],
  ])("%o", async (query, expected) => {
    expect(await titles(query as Record<string, string>)).toEqual(expected);
  });

  it("finds profiles by refId and by keys", async () => {
    expect(await titles({ refId: refIds[1]! })).toEqual(["B"]);
    expect(await titles({ "profileKeys[0]": keys[0]!, "profileKeys[1]": keys[2]!, "profileKeys[2]": "x" })).toEqual([
      "A",
      "C",
    ]);
  });

  it("has pages", async () => {
    const first = await list({ limit: "2" });
    expect(first.body.pagination).toEqual({ hasMore: true, nextCursor: expect.any(String), limit: 2 });
    const second = await list({ limit: "2", cursor: first.body.pagination.nextCursor });
    expect(second.body.pagination).toMatchObject({ hasMore: false, nextCursor: null });
    const all = [...first.body.profiles, ...second.body.profiles].map(({ title }) => title);
    expect(all.sort()).toEqual(["A", "B", "C"]);
    expect(second.body.profiles[0]).toMatchObject({ status: "active", createdUTC: expect.stringMatching(/Z$/) });
  });

  it.each([[{ limit: "0" }], [{ limit: "5001" }], [{ hasActiveSocialAccounts: "maybe" }]])(
    "refuses %o",
    async (query) => {
      expect(outcomeOf(await list(query as Record<string, string>))).toBe("400 400");
    },
  );
});

describe("getUser", () => {
  it("lists the linked accounts without their credentials", async () => {
    const tenant = await studio(world, world.bluesky, world.twitter);
    const { status, body, text } = await caller(world, tenant)("GET", "/api/user");
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        activeSocialAccounts: ["bluesky", "twitter"],
        displayNames: [
          { platform: "bluesky", id: expect.any(String), displayName: "Ada at bluesky", username: "ada.test" },
          { platform: "twitter", displayName: "Ada at twitter", username: "ada", refreshDaysRemaining: 0 },
        ],
        ...{ refId: tenant.profile.refId, title: tenant.profile.title, created: { utc: expect.any(String) } },
      },
    });
    expect(text).not.toContain("twitter-token-");
    expect(text).not.toContain("credentials");
    const key = await world.keyOf(tenant, "publish:write");
    expect(outcomeOf(await world.send("GET", "/api/user", { key }))).toBe("403 403");
  });
});

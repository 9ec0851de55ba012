import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hookedAccountId, layersAccountId, newAccountId } from "../../../src/domains/social/ids.ts";
import {
  accessOf,
  allows,
  createKey,
  createOrganization,
  createProfile,
  createProject,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  getProject,
  parseHookedAccountId,
  parseKey,
  parseLayersAccountId,
  profileOfKey,
  revokeKey,
  social,
  suspendOrganization,
  switchOff,
} from "../../../src/domains/social/index.ts";
import { newPlayerId } from "../../../src/ids.ts";
import type { Store } from "../../../src/store/store.ts";
import { BY, codeOf, newProfile, prepareSocial } from "../../support/social-store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

describe("ids of accounts", () => {
  it("have two forms that name the same account", () => {
    const id = newAccountId();
    expect(parseLayersAccountId(layersAccountId(id))).toBe(id);
    expect(parseHookedAccountId(hookedAccountId(id, "youtube"))).toEqual({ id, platform: "youtube" });
  });

  it.each([
    "",
    "sa_",
    "sa_1",
    "int_facebook_1",
    `sa_${"0".repeat(36)}`,
    `SA_${newAccountId()}`,
    `sa_${newAccountId()} `,
  ])("refuse %j as Layers' form", (text) => expect(parseLayersAccountId(text)).toBeUndefined());

  it.each([
    "",
    "int__",
    "int_facebook_",
    "int_constructor_00000000000000000000000000000000",
    `int_facebook_${newAccountId()}`,
  ])("refuse %j as Hooked's form", (text) => expect(parseHookedAccountId(text)).toBeUndefined());
});

describe.each(engines)("organizations and keys on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
  });
  afterEach(() => opened.discard());

  const values = {
    organizationId: GAME_ORGANIZATION,
    projectId: GAME_PROJECT,
    name: "partner",
    scopes: ["social:read"],
  };
  const newKey = () => store.transaction((tx) => createKey(tx, "preview", values, BY));
  const access = async (text: string) => accessOf(store, parseKey(text)!);

  it("prepares the game's own organization once, also when two servers start at once", async () => {
    await Promise.all([prepareSocial(store), prepareSocial(store)]);
    const { organizations, projects, profiles } = social(store);
    for (const each of [organizations, projects, profiles]) expect(await each.countDocuments({})).toBe(1);
  });

  it("finds a key by its text, whose secret is not stored", async () => {
    const { key, text } = await newKey();
    expect(text).toMatch(/^lp_test_[0-9a-z]{16}_[\w-]{43}$/);
    expect(await access(text)).toMatchObject({ key: { _id: key._id }, organization: { _id: GAME_ORGANIZATION } });
    expect(parseKey(text)).toMatchObject({ stage: "preview" });
    const stored = JSON.stringify(await social(store).keys.find({}).toArray());
    expect(stored).not.toContain(parseKey(text)!.secret);
  });

  it.each([
    ["another secret", (text: string) => `${text.slice(0, -3)}AAA`],
    ["another id", (text: string) => text.replace(/_[0-9a-z]{16}_/, "_0000000000000000_")],
  ])("finds no key for %s", async (_, change) => {
    const { text } = await newKey();
    expect(await access(change(text))).toBeUndefined();
  });

  it.each(["", "lp_test_", "lp_prod_0000000000000000_x", "Bearer x", `lp_live_${"0".repeat(16)}_${"A".repeat(44)}`])(
    "%j is no key",
    (text) => expect(parseKey(text)).toBeUndefined(),
  );

  it("a revoked key is unknown; one that was killed says so", async () => {
    const [revoked, killed] = [await newKey(), await newKey()];
    expect(await store.transaction((tx) => revokeKey(tx, revoked.key._id, BY))).toBe(true);
    expect(await store.transaction((tx) => revokeKey(tx, revoked.key._id, BY))).toBe(false);
    await store.transaction((tx) => revokeKey(tx, killed.key._id, { ...BY, kill: true }));
    expect(await access(revoked.text)).toBeUndefined();
    expect(await access(killed.text)).toMatchObject({ killed: "key" });
  });

  it("the switches stop and resume keys: organization, then all", async () => {
    const { text } = await newKey();
    const suspend = (on: boolean) => store.transaction((tx) => suspendOrganization(tx, GAME_ORGANIZATION, on, BY));
    expect(await suspend(true)).toBe(true);
    expect(await suspend(true)).toBe(false);
    expect(await access(text)).toMatchObject({ killed: "organization" });
    await store.transaction((tx) => switchOff(tx, true, BY));
    expect(await access(text)).toMatchObject({ killed: "global" });
    await store.transaction((tx) => switchOff(tx, false, BY));
    await suspend(false);
    expect((await access(text))!.killed).toBeUndefined();
  });

  it.each([
    [[], false],
    [["social:read"], false],
    [["social:write"], true],
    [["*"], true],
  ])("a key with the scopes %j may write: %s", (scopes, expected) => {
    expect(allows({ scopes }, "social:write")).toBe(expected);
  });

  it("refuses a key for another organization's project", async () => {
    const organization = await store.transaction((tx) => createOrganization(tx, { name: "Other" }, BY));
    const foreign = { ...values, organizationId: organization._id };
    expect(await codeOf(store.transaction((tx) => createKey(tx, "live", foreign, BY)))).toBe("NOT_FOUND");
    const made = await store.transaction((tx) =>
      createProject(tx, { organizationId: organization._id, name: "P" }, BY),
    );
    expect(await codeOf(getProject(store, GAME_ORGANIZATION, made._id))).toBe("NOT_FOUND");
  });

  it("a profile's title is unique in its project, also for ten callers at once", async () => {
    const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(newProfile(store, "same"))));
    expect(codes.filter((code) => code === "not refused")).toHaveLength(1);
    expect(codes.filter((code) => code === "DUPLICATE")).toHaveLength(9);
  });

  it("a player is one profile; a second key replaces the first", async () => {
    const project = await getProject(store, GAME_ORGANIZATION, GAME_PROJECT);
    const player = newPlayerId();
    const make = () => store.transaction((tx) => createProfile(tx, project, { title: "Ada", player }, BY));
    const [first, second] = [await make(), await make()];
    expect(second.profile._id).toBe(first.profile._id);
    expect(second.profile.refId).toBe(first.profile.refId);
    expect(await profileOfKey(store, GAME_PROJECT, first.key)).toBeUndefined();
    expect(await profileOfKey(store, GAME_PROJECT, second.key)).toMatchObject({ _id: `player:${player}` });
    expect(await profileOfKey(store, "prj_other", second.key)).toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProfile, GAME_ORGANIZATION, GAME_PROJECT, getProject } from "../../src/domains/social/index.ts";
import { parsePlayerId } from "../../src/ids.ts";
import { ok } from "../support/social.ts";
import { Browser, linkIn, shown } from "./browser.ts";
import { expectSafe, startPlayersApp } from "./support.ts";

let server: Awaited<ReturnType<typeof startPlayersApp>>;
beforeAll(async () => {
  server = await startPlayersApp();
});
afterAll(() => server.discard());

/** A player's page, once the player is a profile. */
async function pageOf(userId: string) {
  const project = await getProject(server.store, GAME_ORGANIZATION, GAME_PROJECT);
  const player = parsePlayerId(userId)!;
  const by = { by: { door: "admin" }, now: 0 } as const;
  const { key, profile } = await createProfile(server.store, project, { title: `Player ${userId}`, player }, by);
  const browser = new Browser();
  const page = await browser.get(await server.grid({}, { "profile-key": key }));
  return { browser, page, profileId: profile._id };
}

describe("a player's Facebook link on the page", () => {
  it("whose user name came from it shows what to change first", async () => {
    const client = await server.players.app.client();
    const accessToken = server.players.facebookUser("anna");
    const { userId } = await ok(client.request("FacebookConnectRequest", { accessToken }));
    const { browser, page, profileId } = await pageOf(userId);
    expect(shown(page)).toContain("Connected: Name of anna");
    const refused = await browser.submit(page);
    expect(refused.status).toBe(409);
    expectSafe(refused);
    expect(shown(refused)).toContain("Choose another user name in the game first");
    expect(linkIn(refused, "Back")).toBe(page.url.split("?")[0]);
    expect((await server.accounts(profileId)).map(({ status }) => status)).toEqual(["connected"]);
  });

  it("that is the only way to log in shows how to get another", async () => {
    const client = await server.players.app.client();
    const accessToken = server.players.facebookUser("bert");
    const { userId } = await ok(client.request("FacebookConnectRequest", { accessToken }));
    await ok(client.request("ChangeUserDetailsRequest", { userName: "bert-in-the-game" }));
    const { browser, page, profileId } = await pageOf(userId);
    const refused = await browser.submit(page);
    expect(shown(refused)).toContain("Set a password in the game or connect another account there first");
    expect((await server.accounts(profileId)).map(({ status }) => status)).toEqual(["connected"]);
  });

  it("of a player with a password is disconnected, with its link", async () => {
    const client = await server.players.registered();
    const accessToken = server.players.facebookUser("carl");
    await ok(client.request("FacebookConnectRequest", { accessToken }));
    const { browser, page, profileId } = await pageOf(client.userId!);
    expect(shown(await browser.submit(page))).toContain("Facebook Not connected");
    const [account] = await server.accounts(profileId);
    expect(account).toMatchObject({ status: "disconnected", disconnectedReason: "unlinked_by_user" });
    const links = server.store.collection("externalAuthentication");
    expect(await links.countDocuments({ externalId: "carl" })).toBe(0);
    const [record] = await server.store
      .collection("audit")
      .find({ action: "account.disconnected" }, { sort: { _id: -1 }, limit: 1 })
      .toArray();
    expect(record).toMatchObject({ door: "link page", keyId: server.key._id });
  });
});

it("connecting an account of a player leaves the player's links of that network", async () => {
  const client = await server.players.registered();
  const accessToken = server.players.facebookUser("dora");
  await ok(client.request("FacebookConnectRequest", { accessToken }));
  const { profileId } = await pageOf(client.userId!);
  const { connectAccount, social } = await import("../../src/domains/social/index.ts");
  const profile = await social(server.store).profiles.findOne({ _id: profileId });
  const found = { id: "page-1", credentials: { token: "t" } };
  const by = { by: { door: "link page" }, now: 1 } as const;
  await server.store.transaction((tx) =>
    connectAccount(tx, profile!, { network: "facebook", found, credentials: "sealed", exclusive: true }, by),
  );
  expect((await server.accounts(profileId)).map(({ externalId, status }) => `${externalId} ${status}`).sort()).toEqual([
    "dora connected",
    "page-1 connected",
  ]);
});

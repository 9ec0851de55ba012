import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

const MANY = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"]));

/** What all connect requests share is tested with Facebook's. */
describe("GameCenterConnectRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  const identity = (id: string) => ({ ...social.gameCenter.signIdentity(id), displayName: `Name of ${id}` });
  const connect = (client: TestClient, fields: Record<string, unknown>) =>
    client.request("GameCenterConnectRequest", fields);

  it("makes a player of a signed identity, and finds it again", async () => {
    const made = await ok(connect(await social.app.client(), identity("G:1")));
    expect(made).toMatchObject({ "@class": ".AuthenticationResponse", displayName: "Name of G:1", newPlayer: true });
    const client = await social.app.client();
    expect(await ok(connect(client, identity("G:1")))).toMatchObject({ userId: made["userId"], newPlayer: false });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ externalIds: { GC: "G:1" } });
  });

  it("takes the timestamp as text, as some SDKs send numbers", async () => {
    const signed = identity("G:text");
    await ok(connect(await social.app.client(), { ...signed, timestamp: String(signed.timestamp) }));
  });

  it("refuses a second account of the player", async () => {
    const client = await social.app.client();
    await ok(connect(client, identity("G:2")));
    expect((await connect(client, identity("G:3")))["error"]).toEqual({ externalPlayerId: "ACCOUNT_ALREADY_LINKED" });
  });

  it.each([
    ["no publicKeyUrl", { publicKeyUrl: undefined }, { publicKeyUrl: "REQUIRED" }],
    ["no timestamp", { timestamp: undefined }, { timestamp: "REQUIRED" }],
    ["no signature", { signature: undefined }, { signature: "REQUIRED" }],
    ["no salt", { salt: "" }, { salt: "REQUIRED" }],
    ["no externalPlayerId", { externalPlayerId: undefined }, { externalPlayerId: "REQUIRED" }],
    ["no displayName", { displayName: undefined }, { displayName: "REQUIRED" }],
    ["another player's signature", { externalPlayerId: "G:other" }, { signature: "NOTAUTHENTICATED" }],
    ["what is no player id", { externalPlayerId: "G 1\n" }, { externalPlayerId: "NOTAUTHENTICATED" }],
    ["a certificate of another host", { publicKeyUrl: "https://example.org/a.cer" }, { signature: "NOTAUTHENTICATED" }],
    ["a new account with doNotCreateNewPlayer", { doNotCreateNewPlayer: true }, { externalPlayerId: "UNRECOGNISED" }],
    ["segments that are none", { segments: { a: {} } }, { segments: "INVALID" }],
    ["too many segments", { segments: MANY }, { segments: "TOO_MANY" }],
  ])("refuses %s", async (_, fields, error) => {
    const refused = await connect(await social.app.client(), { ...identity("G:refused"), ...fields });
    expect(refused["error"]).toEqual(error);
  });

  it("refuses an old signature", async () => {
    const timestamp = social.app.clock.now() - 600_000;
    const old = { ...social.gameCenter.signIdentity("G:old", { timestamp }), displayName: "Old" };
    expect((await connect(await social.app.client(), old))["error"]).toEqual({ timestamp: "EXPIRED" });
  });

  it("refuses a credential that COPPA restricts", async () => {
    const client = await TestClient.connect(social.app.socketUrl("coppa"), { secret: "coppa secret" });
    expect((await connect(client, identity("G:1")))["error"]).toEqual({ authentication: "COPPA restricted" });
    await client.close();
  });

  it("refuses while Apple's certificate cannot be had, and works again afterwards", async () => {
    const other = await startSocialApp();
    other.gameCenter.failWith({ kind: "reset" });
    const signed = { ...other.gameCenter.signIdentity("G:1"), displayName: "One" };
    expect((await connect(await other.app.client(), signed))["error"]).toEqual({ authentication: "UNAVAILABLE" });
    other.gameCenter.heal();
    await ok(connect(await other.app.client(), signed));
    await other.discard();
  });

  it("refuses where the game is not set up for Game Center", async () => {
    const app = await startTestApp();
    expect((await connect(await app.client(), identity("G:1")))["error"]).toEqual({ GAMECENTER: "NOT_CONFIGURED" });
    await app.discard();
  });
});

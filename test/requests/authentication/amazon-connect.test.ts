import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { HASTY, ok, type SocialApp, startSocialApp } from "../../support/social.ts";

/** What all connect requests share is tested with Facebook's. */
const MANY = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"]));

describe("AmazonConnectRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
    for (const id of ["one", "two", "revoked", "late"]) {
      social.amazon.addUser({ id: `amzn1.account.${id}`, name: `Name of ${id}`, accessTokens: [`token-${id}`] });
    }
  });
  afterAll(() => social.discard());

  const connect = (client: TestClient, accessToken?: string, flags: Record<string, unknown> = {}) =>
    client.request("AmazonConnectRequest", { accessToken, ...flags });

  it("makes a player, finds it again, and links it", async () => {
    const made = await ok(connect(await social.app.client(), "token-one"));
    expect(made).toMatchObject({ "@class": ".AuthenticationResponse", displayName: "Name of one", newPlayer: true });
    const client = await social.app.client();
    expect(await ok(connect(client, "token-one"))).toMatchObject({ userId: made["userId"], newPlayer: false });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ externalIds: { AM: "amzn1.account.one" } });
  });

  it("refuses a second account of the player", async () => {
    const client = await social.app.client();
    await ok(connect(client, "token-one"));
    expect((await connect(client, "token-two"))["error"]).toEqual({ accessToken: "ACCOUNT_ALREADY_LINKED" });
  });

  it.each([
    ["no token", undefined, {}, { accessToken: "REQUIRED" }],
    ["a token that Amazon does not know", "unknown", {}, { accessToken: "NOTAUTHENTICATED" }],
    [
      "a new account with doNotCreateNewPlayer",
      "token-two",
      { doNotCreateNewPlayer: true },
      { accessToken: "UNRECOGNISED" },
    ],
    ["segments that are none", "token-two", { segments: { a: {} } }, { segments: "INVALID" }],
    ["too many segments", "token-two", { segments: MANY }, { segments: "TOO_MANY" }],
  ])("refuses %s", async (_, token, flags, error) => {
    expect((await connect(await social.app.client(), token, flags))["error"]).toEqual(error);
  });

  it("refuses a token that the customer revoked", async () => {
    social.amazon.revoke("token-revoked");
    expect((await connect(await social.app.client(), "token-revoked"))["error"]).toEqual({
      accessToken: "NOTAUTHENTICATED",
    });
  });

  it("refuses a credential that COPPA restricts", async () => {
    const client = await TestClient.connect(social.app.socketUrl("coppa"), { secret: "coppa secret" });
    expect((await connect(client, "token-one"))["error"]).toEqual({ authentication: "COPPA restricted" });
    await client.close();
  });

  it("refuses while Amazon cannot be reached, and works again afterwards", async () => {
    social.amazon.failWith({ kind: "reset" });
    expect((await connect(await social.app.client(), "token-late"))["error"]).toEqual({
      authentication: "UNAVAILABLE",
    });
    social.amazon.heal();
    await ok(connect(await social.app.client(), "token-late"));
  });

  it("refuses while Amazon says nothing", async () => {
    const hasty = await startSocialApp(HASTY);
    hasty.amazon.failWith({ kind: "hang" });
    expect((await connect(await hasty.app.client(), "token-late"))["error"]).toEqual({ authentication: "UNAVAILABLE" });
    await hasty.discard();
  });

  it("refuses where the game is not set up for Amazon", async () => {
    const app = await startTestApp();
    expect((await connect(await app.client(), "token"))["error"]).toEqual({ AMAZON: "NOT_CONFIGURED" });
    await app.discard();
  });
});

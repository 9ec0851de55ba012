import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import type { Documents } from "../../../src/store/store.ts";
import type { TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

const HOUR_MS = 3_600_000;
const SCRIPT = { type: "event", shortCode: "DELETE", source: "Spark.getPlayer().deletePlayer();" };

describe("the token of an account that is disconnected", () => {
  let social: SocialApp;
  let store: Documents;
  beforeEach(async () => {
    social = await startSocialApp({ scriptHosts: 1 }, { embeddedScripts: [SCRIPT] });
    store = await social.app.services.stores.open("preview");
  });
  afterEach(() => social.discard());

  const connected = async (token = social.facebookUser("ada")) => {
    const client = await social.device();
    await ok(client.request("FacebookConnectRequest", { accessToken: token }));
    return client;
  };
  const disconnect = (client: TestClient, systemId = "FB") =>
    ok(client.request("SocialDisconnectRequest", { systemId }));
  const poll = async () => {
    await social.app.poll();
    await social.app.services.jobs.settled();
  };
  const jobs = () => accounts(store).tokenRevocations.find({}).toArray();
  const removals = () => social.facebook.requests.filter(({ method }) => method === "DELETE");
  const logged = (part: string) => social.app.log.filter(({ msg }) => String(msg).includes(part));

  it("is revoked at the provider after the disconnect", async () => {
    const client = await connected();
    await disconnect(client);
    expect(removals()).toEqual([]);
    const job = { _id: "FB:ada", systemId: "FB", externalId: "ada", token: expect.stringMatching(/^v1\./) };
    expect(await jobs()).toEqual([{ ...job, due: expect.any(Date) }]);
    await poll();
    expect(removals()).toMatchObject([{ path: "/me/permissions", query: { access_token: "token-ada" } }]);
    expect(await jobs()).toEqual([]);
    const refused = await (await social.device()).request("FacebookConnectRequest", { accessToken: "token-ada" });
    expect(refused["error"]).toEqual({ accessToken: "NOTAUTHENTICATED" });
  });

  it("is revoked if the player is deleted", async () => {
    const client = await connected();
    await client.request("LogEventRequest", { eventKey: "DELETE" });
    await poll();
    expect(removals()).toHaveLength(1);
    expect(await jobs()).toEqual([]);
  });

  it("is not revoked if the disconnect is refused", async () => {
    const client = await social.app.client();
    await ok(client.request("FacebookConnectRequest", { accessToken: social.facebookUser("only") }));
    expect((await client.request("SocialDisconnectRequest", { systemId: "FB" }))["error"]).toBeDefined();
    expect(await jobs()).toEqual([]);
  });

  it("is not revoked if the account is connected again first, which would end the new connection", async () => {
    const client = await connected();
    await disconnect(client);
    await ok(client.request("FacebookConnectRequest", { accessToken: "token-ada" }));
    await poll();
    expect([await jobs(), removals()]).toEqual([[], []]);
    expect(await client.request("SocialStatusRequest")).toMatchObject({ statuses: [{ systemId: "FB", active: true }] });
  });

  it("needs no call if it has expired or was revoked already", async () => {
    const client = await connected();
    social.facebook.revoke("token-ada");
    await disconnect(client);
    await poll();
    expect([await jobs(), removals().length]).toEqual([[], 1]);
    expect(logged("revoked")).toEqual([]);
  });

  it("is forgotten with systems that cannot revoke", async () => {
    const client = await social.device();
    await ok(
      client.request("GameCenterConnectRequest", { ...social.gameCenter.signIdentity("G:1"), displayName: "A" }),
    );
    await disconnect(client, "GC");
    social.amazon.addUser({ id: "amzn1.account.1", name: "Ada", accessTokens: ["Atza|1"] });
    await ok(client.request("AmazonConnectRequest", { accessToken: "Atza|1" }));
    await disconnect(client, "AM");
    expect(await jobs()).toEqual([]);
  });

  it("is tried again while the provider is down, for some hours, and then given up with a warning", async () => {
    const client = await connected();
    social.facebook.failWith({ kind: "answer", answer: { status: 500, body: { error: "token-ada" } } });
    await disconnect(client);
    const startedAt = social.app.clock.now();
    for (let tries = 0; (await jobs()).length > 0; tries++) {
      expect(tries).toBeLessThan(100);
      await poll();
      social.app.clock.advance(HOUR_MS / 4);
    }
    expect(logged("job failed; it will be retried")).toHaveLength(12);
    expect(social.app.clock.now() - startedAt).toBeGreaterThan(3 * HOUR_MS);
    expect(logged("could not be revoked")).toMatchObject([{ level: 40, systemId: "FB", externalId: "ada" }]);
    expect(JSON.stringify(social.app.log)).not.toContain("token-ada");
  });

  it("is revoked once the provider is available again", async () => {
    const client = await connected();
    social.facebook.failWith({ kind: "reset" });
    await disconnect(client);
    await poll();
    expect(await jobs()).toHaveLength(1);
    social.facebook.heal();
    social.app.clock.advance(60_000);
    await poll();
    expect(await jobs()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

const HOUR_S = 3_600;

describe("SocialStatusRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  it("lists the links, whether their tokens still work, and until when", async () => {
    const client = await social.device();
    const statuses = async () => (await ok(client.request("SocialStatusRequest")))["statuses"];
    expect(await statuses()).toEqual([]);

    const expiresAt = Math.floor(social.app.clock.now() / 1000) + 2 * HOUR_S;
    social.facebook.addUser({ id: "status", name: "Ada", accessTokens: ["token-status"], expiresAt });
    await ok(client.request("FacebookConnectRequest", { accessToken: "token-status" }));
    const signed = { ...social.gameCenter.signIdentity("G:status"), displayName: "Ada" };
    await ok(client.request("GameCenterConnectRequest", signed));
    const facebook = { systemId: "FB", active: true, expires: "2026-01-02T05:04Z" };
    expect(await statuses()).toEqual([facebook, { systemId: "GC", active: true }]);

    social.facebook.failWith({ kind: "reset" });
    expect(await statuses()).toEqual([facebook, { systemId: "GC", active: true }]);
    social.facebook.heal();

    social.facebook.revoke("token-status");
    expect(await statuses()).toEqual([
      { ...facebook, active: false },
      { systemId: "GC", active: true },
    ]);
  });

  it("does not ask about a token that is past its time", async () => {
    const client = await social.device();
    const expiresAt = Math.floor(social.app.clock.now() / 1000) + HOUR_S;
    social.facebook.addUser({ id: "short", name: "Ada", accessTokens: ["token-short"], expiresAt });
    await ok(client.request("FacebookConnectRequest", { accessToken: "token-short" }));
    social.app.clock.advance(HOUR_S * 1000);
    const asked = social.facebook.requests.length;
    expect(await client.request("SocialStatusRequest")).toMatchObject({
      statuses: [{ systemId: "FB", active: false }],
    });
    expect(social.facebook.requests).toHaveLength(asked);
  });

  it("is refused for who has not signed in", async () => {
    const refused = await (await social.app.client()).request("SocialStatusRequest");
    expect(refused["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});

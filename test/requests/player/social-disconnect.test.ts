import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestClient } from "../../support/client.ts";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

/** The rule itself, its races and its crashes are tested in `test/domains/accounts/disconnect*.test.ts`. */
describe("SocialDisconnectRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  const connect = (client: TestClient, accessToken: string) =>
    ok(client.request("FacebookConnectRequest", { accessToken }));
  const disconnect = (client: TestClient, fields: Record<string, unknown> = { systemId: "FB" }) =>
    client.request("SocialDisconnectRequest", fields);

  it("takes the account and its friends away, on both sides, and lets it be connected again", async () => {
    const ada = await social.device();
    const grace = await social.device();
    const adaAtFacebook = social.facebookUser("ada", ["grace"]);
    await connect(grace, social.facebookUser("grace", ["ada"]));
    await connect(ada, adaAtFacebook);
    const friends = async (client: TestClient) => (await ok(client.request("ListGameFriendsRequest")))["friends"];
    expect(await friends(ada)).toMatchObject([{ id: grace.userId, online: true }]);
    expect(await friends(grace)).toMatchObject([{ id: ada.userId, online: true }]);

    expect(await disconnect(ada)).toEqual({ "@class": ".SocialDisconnectResponse", requestId: expect.any(String) });
    expect(await friends(ada)).toEqual([]);
    expect(await friends(grace)).toEqual([]);
    expect(await ada.request("AccountDetailsRequest")).toMatchObject({ userId: ada.userId, externalIds: {} });
    expect(await ada.request("SocialStatusRequest")).toMatchObject({ statuses: [] });

    await connect(ada, adaAtFacebook);
    expect(await friends(grace)).toMatchObject([{ id: ada.userId }]);
  });

  it("accepts and ignores analyticsData", async () => {
    const client = await social.device();
    await connect(client, social.facebookUser("analytics"));
    await ok(disconnect(client, { systemId: "FB", analyticsData: { key: 1 } }));
  });

  it("is refused step by step until the player has a login of its own", async () => {
    const client = await social.app.client();
    await connect(client, social.facebookUser("only"));
    expect((await disconnect(client))["error"]).toEqual({ userName: "CHANGE_REQUIRED" });
    await ok(client.request("ChangeUserDetailsRequest", { userName: "only one" }));
    expect((await disconnect(client))["error"]).toEqual({ password: "NOT_SET" });
    await ok(client.request("ChangeUserDetailsRequest", { newPassword: "password" }));
    await ok(disconnect(client));
    const login = await social.app.client();
    await ok(login.request("AuthenticationRequest", { userName: "only one", password: "password" }));
  });

  it.each([
    ["no systemId", {}, { systemId: "REQUIRED" }],
    ["null as systemId", { systemId: null }, { systemId: "REQUIRED" }],
    ["an empty systemId", { systemId: "" }, { systemId: "REQUIRED" }],
    ["a system that is not connected", { systemId: "GC" }, { systemId: "NOT_CONNECTED" }],
    ["a system that nobody knows", { systemId: "??" }, { systemId: "NOT_CONNECTED" }],
  ])("refuses %s", async (_, fields, error) => {
    const client = await social.device();
    const refused = await disconnect(client, fields);
    expect(refused).toEqual({ "@class": ".SocialDisconnectResponse", requestId: expect.any(String), error });
  });

  it("refuses who has not signed in", async () => {
    expect((await disconnect(await social.app.client()))["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });

  it("sent many times at once does it once", async () => {
    const client = await social.device();
    await connect(client, social.facebookUser("many"));
    const answers = await Promise.all(Array.from({ length: 10 }, () => disconnect(client)));
    expect(answers.filter((a) => a["error"] === undefined)).toHaveLength(1);
    expect(answers.filter((a) => a["error"]?.systemId === "NOT_CONNECTED")).toHaveLength(9);
  });

  it("as a durable request is answered again and not done again", async () => {
    const client = await social.device();
    const token = social.facebookUser("durable");
    await connect(client, token);
    const requestId = "d_1600000000_1";
    await ok(disconnect(client, { systemId: "FB", requestId }));
    await connect(client, token);
    await ok(disconnect(client, { systemId: "FB", requestId }));
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ externalIds: { FB: "durable" } });
  });
});

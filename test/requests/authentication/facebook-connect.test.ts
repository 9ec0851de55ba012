import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/index.ts";
import { startTestApp, testCredential, testGame } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { HASTY, ok, type SocialApp, startSocialApp } from "../../support/social.ts";

describe("FacebookConnectRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  const connect = (client: TestClient, accessToken: unknown, flags: Record<string, unknown> = {}) =>
    client.request("FacebookConnectRequest", { accessToken, ...flags });
  const userId = async (client: TestClient) => (await client.request("AccountDetailsRequest"))["userId"];

  describe("with nobody signed in", () => {
    it("makes a player of a profile that is new, and finds it the next time", async () => {
      const token = social.facebookUser("new");
      const made = await connect(await social.app.client(), token, { segments: { source: "FB" } });
      expect(made).toEqual({
        "@class": ".AuthenticationResponse",
        requestId: expect.any(String),
        authToken: expect.any(String),
        userId: expect.any(String),
        displayName: "Name of new",
        newPlayer: true,
      });
      const again = await connect(await social.app.client(), token);
      expect(again).toMatchObject({ userId: made["userId"], newPlayer: false });
    });

    it("takes a code in place of a token", async () => {
      social.facebookUser("coded");
      const client = await social.app.client();
      const made = await ok(client.request("FacebookConnectRequest", { code: "code-coded" }));
      expect(made["displayName"]).toBe("Name of coded");
    });

    it("makes one player of a profile that comes in many times at once", async () => {
      const token = social.facebookUser("rush");
      const clients = await Promise.all(Array.from({ length: 6 }, () => social.app.client()));
      const all = await Promise.all(clients.map((client) => ok(connect(client, token))));
      expect(new Set(all.map((r) => r["userId"])).size).toBe(1);
      expect(all.filter((r) => r["newPlayer"])).toHaveLength(1);
    });
  });

  describe("with a player signed in", () => {
    it("links a profile that is new to it", async () => {
      const client = await social.device();
      const before = await userId(client);
      const linked = await ok(connect(client, social.facebookUser("linked")));
      expect(linked).toMatchObject({ userId: before, newPlayer: false, displayName: "Name of linked" });
      expect(await client.request("AccountDetailsRequest")).toMatchObject({ externalIds: { FB: "linked" } });
    });

    it("switches to the profile's owner", async () => {
      const token = social.facebookUser("owned");
      const owner = await ok(connect(await social.app.client(), token));
      const client = await social.device();
      expect(await ok(connect(client, token))).toMatchObject({ userId: owner["userId"], newPlayer: false });
      expect(await userId(client)).toBe(owner["userId"]);
    });

    it("does not switch with errorOnSwitch, and tells to whom it would be", async () => {
      const token = social.facebookUser("guarded");
      const owner = await ok(connect(await social.app.client(), token));
      const client = await social.device();
      const before = await userId(client);
      const refused = await connect(client, token, { errorOnSwitch: true });
      expect(refused).toMatchObject({
        error: { accessToken: "ACCOUNT_ALREADY_LINKED" },
        switchSummary: { id: owner["userId"], displayName: "Name of guarded", externalIds: { FB: "guarded" } },
      });
      expect(refused).not.toHaveProperty("authToken");
      expect(await userId(client)).toBe(before);
    });

    it("is again the same player with its own profile, errorOnSwitch or not", async () => {
      const client = await social.device();
      const token = social.facebookUser("own");
      const first = await ok(connect(client, token));
      expect((await ok(connect(client, token, { errorOnSwitch: true })))["userId"]).toBe(first["userId"]);
    });

    it.each([
      ["refuses another profile of the system", "unknown", {}, "refused"],
      ["refuses another player's profile", "known", {}, "refused"],
      ["switches to another player's profile with switchIfPossible", "known", { switchIfPossible: true }, "owner"],
      ["refuses an unknown profile also with switchIfPossible", "unknown", { switchIfPossible: true }, "refused"],
      ["makes another player with doNotLinkToCurrentPlayer", "unknown", { doNotLinkToCurrentPlayer: true }, "new"],
      ["switches with doNotLinkToCurrentPlayer", "known", { doNotLinkToCurrentPlayer: true }, "owner"],
    ])("that has a profile: %s", async (title, profile, flags, outcome) => {
      const client = await social.device();
      const self = (await ok(connect(client, social.facebookUser(`${title} 1`))))["userId"];
      const token = social.facebookUser(`${title} 2`);
      const owner = profile === "known" ? await ok(connect(await social.app.client(), token)) : undefined;
      const answer = await connect(client, token, flags);
      if (outcome === "refused") expect(answer["error"]).toEqual({ accessToken: "ACCOUNT_ALREADY_LINKED" });
      if (outcome === "owner") expect(answer).toMatchObject({ userId: owner?.["userId"], newPlayer: false });
      if (outcome === "new") expect(answer).toMatchObject({ newPlayer: true });
      if (outcome !== "refused") expect(answer["userId"]).not.toBe(self);
    });
  });

  it("keeps the display name that of the profile with syncDisplayName", async () => {
    const client = await social.registered();
    const token = social.facebookUser("synced");
    expect((await ok(connect(client, token)))["displayName"]).toMatch(/^user-/);
    expect((await ok(connect(client, token, { syncDisplayName: true })))["displayName"]).toBe("Name of synced");
    social.facebook.addUser({ id: "synced", name: "Renamed", accessTokens: [token] });
    expect((await ok(connect(client, token)))["displayName"]).toBe("Renamed");
  });

  it("announces an account before it is linked, for friends who connect at the same moment", async () => {
    const token = social.facebookUser("announced");
    const arrivals = async () => {
      const { arrivals: all } = accounts(await social.app.services.stores.open("preview"));
      return (await all.find({ _id: "FB:announced" }).toArray()).length;
    };
    await connect(await social.app.client(), token, { doNotCreateNewPlayer: true });
    expect(await arrivals()).toBe(1);
    await ok(connect(await social.app.client(), token));
    expect(await arrivals()).toBe(0);
  });

  it("takes flags as text, as some SDKs send them", async () => {
    const refused = await connect(await social.app.client(), social.facebookUser("texts"), {
      doNotCreateNewPlayer: "true",
    });
    expect(refused["error"]).toEqual({ accessToken: "UNRECOGNISED" });
  });

  describe("refuses", () => {
    it.each([
      ["neither token nor code", {}, { accessToken: "REQUIRED" }],
      ["an empty token", { accessToken: "" }, { accessToken: "REQUIRED" }],
      ["a token that Facebook does not know", { accessToken: "unknown" }, { accessToken: "NOTAUTHENTICATED" }],
      ["a code that Facebook does not know", { code: "unknown" }, { code: "NOTAUTHENTICATED" }],
      ["a token that is no text", { accessToken: { a: 1 } }, { accessToken: "INVALID" }],
    ])("%s", async (_, fields, error) => {
      const refused = await (await social.app.client()).request("FacebookConnectRequest", fields);
      expect(refused["error"]).toMatchObject(error);
    });

    it("a profile that is new, with doNotCreateNewPlayer", async () => {
      const refused = await connect(await social.app.client(), social.facebookUser("kept out"), {
        doNotCreateNewPlayer: true,
      });
      expect(refused["error"]).toEqual({ accessToken: "UNRECOGNISED" });
    });

    it("a token that the user revoked", async () => {
      const token = social.facebookUser("revoked");
      social.facebook.revoke(token);
      expect((await connect(await social.app.client(), token))["error"]).toEqual({ accessToken: "NOTAUTHENTICATED" });
    });

    it("everybody on a credential that COPPA restricts, without asking Facebook", async () => {
      const token = social.facebookUser("child");
      const asked = social.facebook.requests.length;
      const client = await TestClient.connect(social.app.socketUrl("coppa"), { secret: "coppa secret" });
      expect((await connect(client, token))["error"]).toEqual({ authentication: "COPPA restricted" });
      expect(social.facebook.requests).toHaveLength(asked);
      await client.close();
    });

    it.each([
      ["is down", { kind: "answer", answer: { status: 500, body: {} } }],
      ["talks garbage", { kind: "garbage" }],
      ["cuts the connection", { kind: "reset" }],
    ] as const)("while Facebook %s, which is nobody's fault, and works again afterwards", async (name, failure) => {
      const token = social.facebookUser(name);
      social.facebook.failWith(failure as Parameters<typeof social.facebook.failWith>[0]);
      expect((await connect(await social.app.client(), token))["error"]).toEqual({ authentication: "UNAVAILABLE" });
      social.facebook.heal();
      await ok(connect(await social.app.client(), token));
    });

    it("while Facebook says nothing", async () => {
      const hasty = await startSocialApp(HASTY);
      hasty.facebook.failWith({ kind: "hang" });
      const refused = await connect(await hasty.app.client(), hasty.facebookUser("silent"));
      expect(refused["error"]).toEqual({ authentication: "UNAVAILABLE" });
      await hasty.discard();
    });

    it.each([
      ["that are none", { a: {} }, { segments: "INVALID" }],
      [
        "that are too many",
        Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"])),
        { segments: "TOO_MANY" },
      ],
    ])("segments %s", async (_, segments, error) => {
      const token = social.facebookUser("segmented");
      expect((await connect(await social.app.client(), token, { segments }))["error"]).toEqual(error);
    });

    it("a game that is not set up for Facebook", async () => {
      const app = await startTestApp({ game: testGame([testCredential("extra")]) });
      expect((await connect(await app.client(), "token"))["error"]).toEqual({ FACEBOOK: "NOT_CONFIGURED" });
      await app.discard();
    });
  });
});

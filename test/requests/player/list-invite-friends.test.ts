import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

describe("ListInviteFriendsRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  it("lists friends who do not play, with the system before their ids, until they do", async () => {
    const ada = await social.registered();
    const accessToken = "token-invites";
    const friends = [
      { id: "later", name: "Later" },
      { id: "never", name: "Never" },
    ];
    social.facebook.addUser({ id: "invites", name: "Ada", accessTokens: [accessToken], friends });
    await ok(ada.request("FacebookConnectRequest", { accessToken }));
    const ids = async () =>
      (await ok(ada.request("ListInviteFriendsRequest")))["friends"].map((f: { id: string }) => f.id);
    expect((await ok(ada.request("ListInviteFriendsRequest")))["friends"]).toMatchObject([
      { id: "FB:later", displayName: "Later" },
      { id: "FB:never", displayName: "Never" },
    ]);

    const later = await social.app.client();
    await ok(later.request("FacebookConnectRequest", { accessToken: social.facebookUser("later", ["invites"]) }));
    expect(await ids()).toEqual(["FB:never"]);

    await ok(ada.request("SocialDisconnectRequest", { systemId: "FB" }));
    expect(await ids()).toEqual([]);
  });

  it("lists more than one part of a long list holds", async () => {
    const ada = await social.registered();
    const friends = Array.from({ length: 1_201 }, (_, i) => ({ id: `many-${i}`, name: `Friend ${i}` }));
    social.facebook.addUser({ id: "many", name: "Ada", accessTokens: ["token-many"], friends });
    await ok(ada.request("FacebookConnectRequest", { accessToken: "token-many" }));
    const listed = (await ok(ada.request("ListInviteFriendsRequest")))["friends"];
    expect(listed.map((f: { id: string }) => f.id)).toEqual(friends.map((f) => `FB:${f.id}`));
  });

  it("is refused for who has not signed in", async () => {
    const refused = await (await social.app.client()).request("ListInviteFriendsRequest");
    expect(refused["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

describe("ListGameFriendsRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  it("shows friends on both sides as soon as one of them connects, and who is online", async () => {
    const ada = await social.registered();
    const grace = await social.registered();
    const list = async () => (await ok(ada.request("ListGameFriendsRequest")))["friends"];
    await ok(ada.request("FacebookConnectRequest", { accessToken: social.facebookUser("ada", ["grace", "absent"]) }));
    expect(await list()).toEqual([]);

    await ok(grace.request("FacebookConnectRequest", { accessToken: social.facebookUser("grace", ["ada"]) }));
    const friend = {
      id: grace.userId,
      displayName: expect.stringMatching(/^user-/),
      externalIds: { FB: "grace" },
      achievements: [],
      virtualGoods: [],
    };
    expect(await list()).toEqual([{ ...friend, online: true }]);
    await grace.close();
    await expect.poll(list).toEqual([{ ...friend, online: false }]);
  });

  it("forgets a friend that the account no longer has, at the next connect", async () => {
    const [ada, grace] = [await social.registered(), await social.registered()];
    await ok(ada.request("FacebookConnectRequest", { accessToken: social.facebookUser("was", ["friend"]) }));
    await ok(grace.request("FacebookConnectRequest", { accessToken: social.facebookUser("friend", ["was"]) }));
    const token = social.facebookUser("was", []);
    await ok(ada.request("FacebookConnectRequest", { accessToken: token }));
    expect((await ok(grace.request("ListGameFriendsRequest")))["friends"]).toEqual([]);
  });

  it("is empty for who has no friends, and refused for who has not signed in", async () => {
    const alone = await social.device();
    expect(await alone.request("ListGameFriendsRequest")).toMatchObject({ friends: [] });
    const nobody = await social.app.client();
    expect((await nobody.request("ListGameFriendsRequest"))["error"]).toMatchObject({
      authentication: "NOTAUTHORIZED",
    });
  });
});

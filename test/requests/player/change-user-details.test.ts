import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok, type SocialApp, startSocialApp } from "../../support/social.ts";

describe("ChangeUserDetailsRequest", () => {
  let social: SocialApp;
  beforeAll(async () => {
    social = await startSocialApp();
  });
  afterAll(() => social.discard());

  const login = async (userName: string, password: string) =>
    (await social.app.client()).request("AuthenticationRequest", { userName, password });

  it("changes what is sent and leaves the rest", async () => {
    const client = await social.registered();
    const changed = await client.request("ChangeUserDetailsRequest", { displayName: "Countess", language: "en" });
    expect(changed).toEqual({ "@class": ".ChangeUserDetailsResponse", requestId: expect.any(String) });
    const details = await client.request("AccountDetailsRequest");
    expect(details).toMatchObject({ userId: client.userId, displayName: "Countess" });
    expect(await ok(client.request("ChangeUserDetailsRequest"))).not.toHaveProperty("error");
  });

  it("changes userName and password together, and the old ones no longer work", async () => {
    const client = await social.app.client();
    const old = { userName: "before", password: "old", displayName: "Someone" };
    const { userId } = await ok(client.request("RegistrationRequest", old));
    const change = { userName: "after", oldPassword: "old", newPassword: "new" };
    await ok(client.request("ChangeUserDetailsRequest", change));
    expect((await login("before", "old"))["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
    expect((await login("after", "old"))["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
    expect((await login("after", "new"))["userId"]).toBe(userId);
  });

  it("sets a password without an old one, as a device's player has none", async () => {
    const client = await social.device();
    await ok(client.request("ChangeUserDetailsRequest", { userName: "of a device", newPassword: "new" }));
    expect((await login("of a device", "new"))["userId"]).toBe(client.userId);
  });

  it.each([
    ["a wrong old password", { oldPassword: "wrong", newPassword: "new" }, { DETAILS: "UNRECOGNISED" }],
    [
      "a wrong old password, whatever is changed",
      { oldPassword: "wrong", displayName: "x" },
      { DETAILS: "UNRECOGNISED" },
    ],
    ["a taken userName", { userName: "taken" }, { USERNAME: "TAKEN" }],
    ["an empty userName", { userName: "" }, { userName: "REQUIRED" }],
    ["an empty password", { newPassword: "" }, { newPassword: "REQUIRED" }],
    ["a password past all reason", { newPassword: "a".repeat(1025) }, { newPassword: "TOO_LONG" }],
    ["a name past all reason", { displayName: "a".repeat(257) }, { displayName: "TOO_LONG" }],
  ])("refuses %s, and changes nothing of the rest", async (_, fields, error) => {
    const other = await social.app.client();
    await other.request("RegistrationRequest", { userName: "taken", password: "password", displayName: "Taken" });
    const client = await social.registered();
    const before = await client.request("AccountDetailsRequest");
    const refused = await client.request("ChangeUserDetailsRequest", {
      language: "fr",
      displayName: "Changed",
      ...fields,
    });
    expect(refused["error"]).toEqual(error);
    expect((await client.request("AccountDetailsRequest"))["displayName"]).toBe(before["displayName"]);
  });

  it("locks the player after wrong old passwords in a row", async () => {
    const client = await social.registered();
    const guess = (oldPassword: string) => client.request("ChangeUserDetailsRequest", { oldPassword });
    for (let i = 0; i < 5; i++) expect((await guess("wrong"))["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
    expect((await guess("password"))["error"]).toEqual({ DETAILS: "LOCKED" });
  });

  it("refuses an old password if the player has none", async () => {
    const client = await social.device();
    const refused = await client.request("ChangeUserDetailsRequest", { oldPassword: "none", newPassword: "new" });
    expect(refused["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
  });

  it("lets one of many at once have a userName", async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => social.device()));
    const all = await Promise.all(clients.map((c) => c.request("ChangeUserDetailsRequest", { userName: "wanted" })));
    expect(all.filter((r) => r["error"] === undefined)).toHaveLength(1);
    expect(all.filter((r) => r["error"]?.USERNAME === "TAKEN")).toHaveLength(5);
  });
});

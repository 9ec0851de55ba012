import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { ok } from "../../support/social.ts";

describe("DeviceAuthenticationRequest", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.discard());

  const enter = async (fields: Record<string, unknown>) =>
    (await app.client()).request("DeviceAuthenticationRequest", fields);
  const player = async (fields: Record<string, unknown>) => (await ok(enter(fields)))["userId"];

  it("makes a player at the first use, and finds it at every other", async () => {
    const device = {
      deviceId: "d1",
      deviceOS: "IOS",
      displayName: "Grace",
      deviceModel: "iPhone",
      segments: { a: "b" },
    };
    const first = await enter(device);
    expect(first).toEqual({
      "@class": ".AuthenticationResponse",
      requestId: expect.any(String),
      authToken: expect.any(String),
      userId: expect.stringMatching(/^[0-9a-f]{24}$/),
      displayName: "Grace",
      newPlayer: true,
    });
    const second = await enter({ ...device, displayName: "Another" });
    expect(second).toMatchObject({ userId: first["userId"], newPlayer: false, displayName: "Grace" });
  });

  it("has no display name unless one was sent", async () => {
    expect(await enter({ deviceId: "nameless", deviceOS: "ANDROID" })).not.toHaveProperty("displayName");
  });

  it("tells devices apart by platform too, in any case", async () => {
    const ios = await player({ deviceId: "same", deviceOS: "IOS" });
    expect(await player({ deviceId: "same", deviceOS: "ANDROID" })).not.toBe(ios);
    expect(await player({ deviceId: "same", deviceOS: "iOS" })).toBe(ios);
  });

  it.each([
    ...["IOS", "ANDROID", "WP8", "W8", "KINDLE", "WINDOWS", "OSX", "LINUX", "TVOS", "WEB", "HTML5", "Corona", "DEFOLD"],
    ...["PS3", "PS4", "PSP2", "XBOX360", "XBOXONE", "WIIU", "Switch", "Nintendo", "Blackberry", "Bada", "Marmelade"],
    ...["NaCl", "Samsung TV", "Tizen", "UNKNOWN", "a platform of next year"],
  ])("takes the platform %s, in any case", async (deviceOS) => {
    const first = await player({ deviceId: "any", deviceOS });
    expect(await player({ deviceId: "any", deviceOS: deviceOS.toLowerCase() })).toBe(first);
  });

  it("makes one player of many first uses at once", async () => {
    const players = await Promise.all(Array.from({ length: 8 }, () => player({ deviceId: "rush", deviceOS: "W8" })));
    expect(new Set(players).size).toBe(1);
  });

  it("no longer logs a player in that was upgraded to a userName and password", async () => {
    const client = await app.client();
    const before = await ok(client.request("DeviceAuthenticationRequest", { deviceId: "up", deviceOS: "IOS" }));
    await ok(client.request("ChangeUserDetailsRequest", { userName: "upgraded", newPassword: "password" }));
    const after = await enter({ deviceId: "up", deviceOS: "IOS" });
    expect(after["newPlayer"]).toBe(true);
    expect(after["userId"]).not.toBe(before["userId"]);
    const login = await (await app.client()).request("AuthenticationRequest", {
      userName: "upgraded",
      password: "password",
    });
    expect(login["userId"]).toBe(before["userId"]);
  });

  it.each([
    ["an empty platform", { deviceId: "x", deviceOS: "" }, { deviceOS: "IOS|ANDROID|WP8" }],
    ["a platform past all reason", { deviceId: "x", deviceOS: "o".repeat(257) }, { deviceOS: "INVALID" }],
    ["a platform that runs into the id", { deviceId: "x", deviceOS: "IOS\0x" }, { deviceOS: "INVALID" }],
    ["no platform", { deviceId: "x" }, { deviceOS: "REQUIRED" }],
    ["no id", { deviceOS: "IOS" }, { deviceId: "REQUIRED" }],
    ["an empty id", { deviceId: "", deviceOS: "IOS" }, { deviceId: "REQUIRED" }],
    [
      "a name past all reason",
      { deviceId: "x", deviceOS: "IOS", displayName: "n".repeat(257) },
      { displayName: "TOO_LONG" },
    ],
    ["segments that are none", { deviceId: "x", deviceOS: "IOS", segments: { a: {} } }, { segments: "INVALID" }],
    [
      "too many segments",
      {
        deviceId: "x",
        deviceOS: "IOS",
        segments: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"])),
      },
      { segments: "TOO_MANY" },
    ],
  ])("refuses %s", async (_, fields, error) => {
    expect((await enter(fields))["error"]).toMatchObject(error);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../../support/app.ts";

describe("RegistrationRequest", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.discard());

  const ada = { userName: "ada", password: "correct horse", displayName: "Ada" };

  it("makes a player, signs it in, and the player can log in again", async () => {
    const client = await app.client();
    const made = await client.request("RegistrationRequest", { ...ada, segments: { league: "gold", year: 2 } });
    expect(made).toEqual({
      "@class": ".RegistrationResponse",
      requestId: expect.any(String),
      authToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      userId: expect.stringMatching(/^[0-9a-f]{24}$/),
      displayName: "Ada",
      newPlayer: true,
    });
    const details = await client.request("AccountDetailsRequest");
    expect(details["userId"]).toBe(made["userId"]);

    const again = await (await app.client()).request("AuthenticationRequest", ada);
    expect(again["userId"]).toBe(made["userId"]);
  });

  it("allows several players the same display name, and replaces the socket's player", async () => {
    const client = await app.client();
    const first = await client.request("RegistrationRequest", { ...ada, userName: "first" });
    const second = await client.request("RegistrationRequest", { ...ada, userName: "second" });
    expect(second["userId"]).not.toBe(first["userId"]);
    expect((await client.request("AccountDetailsRequest"))["userId"]).toBe(second["userId"]);
  });

  it("lets one of many at once have a userName", async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => app.client()));
    const all = await Promise.all(clients.map((c) => c.request("RegistrationRequest", { ...ada, userName: "rush" })));
    expect(all.filter((r) => r["error"] === undefined)).toHaveLength(1);
    expect(all.filter((r) => r["error"]?.USERNAME === "TAKEN")).toHaveLength(7);
  });

  it.each([
    ["a taken userName", ada, { USERNAME: "TAKEN" }],
    ["a taken userName with another password", { ...ada, password: "wrong" }, { USERNAME: "TAKEN" }],
    ["no userName", { ...ada, userName: undefined }, { userName: "REQUIRED" }],
    ["an empty userName", { ...ada, userName: " " }, { userName: "REQUIRED" }],
    ["a userName past all reason", { ...ada, userName: "a".repeat(257) }, { userName: "TOO_LONG" }],
    ["no password", { ...ada, userName: "new", password: undefined }, { password: "REQUIRED" }],
    ["an empty password", { ...ada, userName: "new", password: "" }, { password: "REQUIRED" }],
    ["a password past all reason", { ...ada, userName: "new", password: "a".repeat(1025) }, { password: "TOO_LONG" }],
    ["no displayName", { ...ada, userName: "new", displayName: undefined }, { displayName: "REQUIRED" }],
    ["segments that are none", { ...ada, userName: "new", segments: { a: {} } }, { segments: "INVALID" }],
    ["segments with a path in them", { ...ada, userName: "new", segments: { "a.b": "c" } }, { segments: "INVALID" }],
    [
      "too many segments",
      { ...ada, userName: "new", segments: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"])) },
      { segments: "TOO_MANY" },
    ],
  ])("refuses %s, and nobody is signed in", async (_, fields, error) => {
    const client = await app.client();
    const refused = await client.request("RegistrationRequest", fields);
    expect(refused["error"]).toMatchObject(error);
    expect(refused["authToken"]).toBeUndefined();
    expect((await client.request("AccountDetailsRequest"))["error"]).toMatchObject({ authentication: "NOTAUTHORIZED" });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unlock } from "../../../src/domains/accounts/login.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { ok } from "../../support/social.ts";

const FAILURES = 3;
const LOCK_MINUTES = 10;

describe("AuthenticationRequest", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ config: { loginFailuresBeforeLock: FAILURES, loginLockMinutes: LOCK_MINUTES } });
  });
  afterAll(() => app.discard());

  const register = async (userName: string) => {
    const client = await app.client();
    return ok(client.request("RegistrationRequest", { userName, password: "right", displayName: userName }));
  };
  const login = async (userName: string, password: string) =>
    (await app.client()).request("AuthenticationRequest", { userName, password });

  it("signs the player in", async () => {
    const made = await register("ada");
    expect(await login("ada", "right")).toEqual({
      "@class": ".AuthenticationResponse",
      requestId: expect.any(String),
      authToken: expect.any(String),
      userId: made["userId"],
      displayName: "ada",
      newPlayer: false,
    });
  });

  it.each([
    ["a wrong password", "ada", "wrong", { DETAILS: "UNRECOGNISED" }],
    ["a password in other case", "ada", "RIGHT", { DETAILS: "UNRECOGNISED" }],
    ["a userName that nobody has", "nobody", "right", { DETAILS: "UNRECOGNISED" }],
    ["a userName that every object has", "__proto__", "right", { DETAILS: "UNRECOGNISED" }],
    ["no userName", undefined, "right", { userName: "REQUIRED" }],
    ["no password", "ada", undefined, { password: "REQUIRED" }],
  ])("refuses %s", async (_, userName, password, error) => {
    const refused = await (await app.client()).request("AuthenticationRequest", { userName, password });
    expect(refused["error"]).toMatchObject(error);
    expect(refused["authToken"]).toBeUndefined();
  });

  it("locks after wrong passwords in a row, the right one included, for as long as the setting says", async () => {
    await register("locked");
    for (let i = 0; i < FAILURES; i++) {
      expect((await login("locked", "wrong"))["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
    }
    expect((await login("locked", "right"))["error"]).toEqual({ DETAILS: "LOCKED" });
    app.clock.advance(LOCK_MINUTES * 60_000 - 1);
    expect((await login("locked", "right"))["error"]).toEqual({ DETAILS: "LOCKED" });
    app.clock.advance(1);
    expect((await login("locked", "right"))["error"]).toBeUndefined();
  });

  it("starts counting again after a lock, and after a login", async () => {
    await register("counted");
    for (const password of ["wrong", "wrong", "right", "wrong", "wrong"]) await login("counted", password);
    expect((await login("counted", "right"))["error"]).toBeUndefined();
    for (let i = 0; i < FAILURES; i++) await login("counted", "wrong");
    app.clock.advance(LOCK_MINUTES * 60_000);
    expect((await login("counted", "wrong"))["error"]).toEqual({ DETAILS: "UNRECOGNISED" });
    expect((await login("counted", "right"))["error"]).toBeUndefined();
  });

  it("locks a userName that nobody has in the same way, so that it does not tell", async () => {
    for (let i = 0; i < FAILURES; i++) await login("ghost", "wrong");
    expect((await login("ghost", "wrong"))["error"]).toEqual({ DETAILS: "LOCKED" });
  });

  it("takes no more guesses at once than one after the other", async () => {
    await register("rushed");
    const guesses = await Promise.all(Array.from({ length: 9 }, () => login("rushed", "wrong")));
    const values = guesses.map((g) => g["error"]?.DETAILS);
    expect(values.filter((v) => v === "UNRECOGNISED")).toHaveLength(FAILURES);
    expect(values.filter((v) => v === "LOCKED")).toHaveLength(9 - FAILURES);
  });

  it("is unlocked by hand", async () => {
    const made = await register("helped");
    for (let i = 0; i < FAILURES; i++) await login("helped", "wrong");
    await unlock(await app.services.stores.open("preview"), made["userId"]);
    expect((await login("helped", "right"))["error"]).toBeUndefined();
  });
});

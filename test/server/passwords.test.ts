import type { TObject } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPasswords } from "../../src/domains/accounts/passwords.ts";
import { type AnyoneDefinition, defineRequest } from "../../src/requests/definition.ts";
import { requests } from "../../src/requests/index.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import { type AnyFrame, TestClient } from "../support/client.ts";
import { ok } from "../support/social.ts";
import { withRequests } from "./support.ts";

const FAILURES = 3;
const LOCK_MINUTES = 10;
const TERMINATED = { "@class": ".SessionTerminatedMessage", authToken: "0" };
const UNRECOGNISED = { DETAILS: "UNRECOGNISED" };
const LOCKED = { DETAILS: "LOCKED" };

const SCRIPTS: Record<string, string> = {
  RESET: "Spark.getPlayer().resetAuthTokens();",
  RESET_OTHER: "Spark.loadPlayer(Spark.getData().other).resetAuthTokens();",
  SET: "Spark.getPlayer().setPassword(Spark.getData().password);",
  VALIDATE: "Spark.setScriptData('it', Spark.getPlayer().validatePassword(Spark.getData().password));",
  MALFORMED: `try { Spark.getPlayer().setPassword("\\ud800abc"); } catch (e) { Spark.setScriptData("it", e.message); }`,
  VALIDATE_MALFORMED: `Spark.setScriptData("it", Spark.getPlayer().validatePassword("\\ud800abc"));`,
  UNLOCK: "Spark.getPlayer().unlock();",
  CHANGE: `var change = new SparkRequests.ChangeUserDetailsRequest();
    change.newPassword = "changed"; Spark.setScriptData("it", change.Send());`,
};

let app: TestApp;
let count = 0;
/** Where a login waits once its password is checked, while `isHeld`. */
const checked = { isHeld: false, reached: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() };
const authentication = requests.get("AuthenticationRequest") as AnyoneDefinition<TObject, TObject, unknown>;
const held = defineRequest({
  ...authentication,
  async prepare(context, request) {
    const proven = await authentication.prepare!(context, request);
    checked.reached.resolve();
    if (checked.isHeld) await checked.goOn.promise;
    return proven;
  },
});
beforeAll(async () => {
  const embeddedScripts = Object.entries(SCRIPTS).map(([shortCode, source]) => ({ type: "event", shortCode, source }));
  app = await startTestApp({
    game: testGame([], { embeddedScripts }),
    requests: withRequests(held),
    config: {
      loginFailuresBeforeLock: FAILURES,
      loginLockMinutes: LOCK_MINUTES,
      requestBurst: 10_000,
      scriptTimeoutMs: 20_000,
    },
  });
});
afterAll(() => app.discard());

const login = async (userName: string, password: string) =>
  (await app.client()).request("AuthenticationRequest", { userName, password });
const change = (client: TestClient, fields: AnyFrame) => client.request("ChangeUserDetailsRequest", fields);
const event = (client: TestClient, eventKey: string, fields: AnyFrame = {}) =>
  ok(client.request("LogEventRequest", { eventKey, ...fields }));
const isSignedIn = async (client: TestClient) => (await client.request("AccountDetailsRequest")).error === undefined;

/** A registered player with two sockets. */
async function registered() {
  const userName = `player ${++count}`;
  const first = await app.client();
  await ok(first.request("RegistrationRequest", { userName, displayName: userName, password: "right" }));
  const second = await app.client();
  await ok(second.request("AuthenticationRequest", { userName, password: "right" }));
  return { userName, first, second };
}

/** Whether a handshake with the token signs somebody in. */
async function isGood(authToken: string | undefined): Promise<boolean> {
  const client = new TestClient(app.socketUrl());
  const reply = await client.handshake({ secret: "device secret", ...(authToken !== undefined && { authToken }) });
  client.socket.terminate();
  return reply.userId !== undefined;
}

describe("wrong passwords", () => {
  const guesses: [what: string, guess: (client: TestClient, userName: string) => Promise<unknown>, wrong: unknown][] = [
    ["a login", async (_, userName) => (await login(userName, "wrong")).error, UNRECOGNISED],
    ["an old password", async (client) => (await change(client, { oldPassword: "wrong" })).error, UNRECOGNISED],
    ["a script", async (client) => (await event(client, "VALIDATE", { password: "wrong" })).scriptData.it, false],
  ];

  it.each(guesses)("by %s lock every way to log in", async (_, guess, wrong) => {
    const { first, userName } = await registered();
    for (let i = 0; i < FAILURES; i++) expect(await guess(first, userName)).toEqual(wrong);
    expect((await login(userName, "right")).error).toEqual(LOCKED);
    expect((await change(first, { oldPassword: "right", newPassword: "new" })).error).toEqual(LOCKED);
    expect((await event(first, "VALIDATE", { password: "right" })).scriptData.it).toBe(false);
    app.clock.advance(LOCK_MINUTES * 60_000);
    expect((await event(first, "VALIDATE", { password: "right" })).scriptData.it).toBe(true);
    expect((await login(userName, "right")).error).toBeUndefined();
  });

  it("keep counting under a new userName", async () => {
    const { first, userName } = await registered();
    for (let i = 0; i < FAILURES; i++) {
      await ok(change(first, { userName: `${userName} ${i}` }));
      expect((await change(first, { oldPassword: "wrong" })).error).toEqual(UNRECOGNISED);
    }
    expect((await change(first, { oldPassword: "right", newPassword: "new" })).error).toEqual(LOCKED);
  });

  it("sent concurrently count like consecutive ones", async () => {
    const { first } = await registered();
    const all = await Promise.all(Array.from({ length: 8 }, () => change(first, { oldPassword: "wrong" })));
    const values = all.map(({ error }) => error.DETAILS);
    expect(values.filter((value) => value === "UNRECOGNISED")).toHaveLength(FAILURES);
    expect(values.filter((value) => value === "LOCKED")).toHaveLength(8 - FAILURES);
  });

  it("are reset by a script's unlock and by a right password", async () => {
    const { first, userName } = await registered();
    for (let i = 0; i < FAILURES; i++) await change(first, { oldPassword: "wrong" });
    await event(first, "UNLOCK");
    for (let i = 1; i < FAILURES; i++) await change(first, { oldPassword: "wrong" });
    await ok(change(first, { oldPassword: "right" }));
    expect((await change(first, { oldPassword: "wrong" })).error).toEqual(UNRECOGNISED);
    expect((await login(userName, "right")).error).toBeUndefined();
  });
});

describe("a password that is not well-formed Unicode", () => {
  it("matches no hash, even one with the same bytes", async () => {
    const passwords = createPasswords({ atOnce: 1, queued: 1 });
    const hash = await passwords.hash("\ufffdabc");
    expect(await passwords.verify("\ufffdabc", hash)).toBe(true);
    expect(await passwords.verify("\ud800abc", hash)).toBe(false);
  });

  it("cannot be set by a script and matches nobody", async () => {
    const { first, userName } = await registered();
    const { scriptData } = await event(first, "MALFORMED");
    expect(scriptData.it).toBe("SparkPlayer.setPassword: password must be well-formed Unicode.");
    await event(first, "SET", { password: "\ufffdabc" });
    expect((await event(first, "VALIDATE_MALFORMED")).scriptData.it).toBe(false);
    expect((await login(userName, "\ud800abc")).error).toMatchObject({ password: "INVALID" });
    expect((await login(userName, "\ufffdabc")).error).toBeUndefined();
  });
});

describe("a password change signs out the player's other sockets and revokes authTokens", () => {
  it.each<[what: string, act: (client: TestClient) => Promise<AnyFrame>]>([
    ["a new password", (client) => ok(change(client, { newPassword: "changed" }))],
    ["a new password by a script", (client) => event(client, "SET", { password: "changed" })],
    ["a new password by a script's request", (client) => event(client, "CHANGE")],
    ["resetAuthTokens", (client) => event(client, "RESET")],
  ])("by %s", async (_, act) => {
    const { first, second } = await registered();
    const tokens = [first.authToken, second.authToken];
    await act(first);
    expect(await second.next()).toEqual(TERMINATED);
    expect(await isSignedIn(second)).toBe(false);
    expect(await isSignedIn(first)).toBe(true);
    expect(first.inbox).toEqual([]);
    for (const token of tokens) expect(await isGood(token)).toBe(false);
  });

  it("if another player's script changes it", async () => {
    const { first, second } = await registered();
    const { first: other } = await registered();
    await event(other, "RESET_OTHER", { other: first.userId });
    for (const client of [first, second]) {
      expect(await client.next()).toEqual(TERMINATED);
      expect(await isSignedIn(client)).toBe(false);
    }
    expect(await isSignedIn(other)).toBe(true);
  });

  it("if a server's request changes it; the server gets no token", async () => {
    const { first, second } = await registered();
    const url = `${app.httpUrl}/rs/server/${encodeURIComponent("server secret")}/ChangeUserDetailsRequest`;
    const body = JSON.stringify({ playerId: first.userId, newPassword: "changed" });
    const response = (await (await fetch(url, { method: "POST", body })).json()) as AnyFrame;
    expect(response).toEqual({ "@class": ".ChangeUserDetailsResponse" });
    for (const client of [first, second]) expect(await client.next()).toEqual(TERMINATED);
  });

  it("and refuses a concurrent login with the old password", async () => {
    const { first, second, userName } = await registered();
    Object.assign(checked, { isHeld: true, reached: Promise.withResolvers() });
    const late = login(userName, "right");
    await checked.reached.promise;
    await ok(change(first, { newPassword: "changed" }));
    checked.goOn.resolve();
    checked.isHeld = false;
    expect((await late).error).toEqual(UNRECOGNISED);
    expect(await second.next()).toEqual(TERMINATED);
  });

  it("but not if nothing changes", async () => {
    const { first, second } = await registered();
    const token = second.authToken;
    await ok(change(first, { oldPassword: "right", displayName: "Another" }));
    expect((await change(first, { oldPassword: "wrong", newPassword: "changed" })).error).toEqual(UNRECOGNISED);
    expect(await isSignedIn(second)).toBe(true);
    expect(await isGood(token)).toBe(true);
  });

  it("and issues a new token to the socket that changed it, which is in no stored outcome", async () => {
    const { first } = await registered();
    const before = first.authToken;
    const response = await ok(change(first, { newPassword: "changed", requestId: "d_change" }));
    expect(response).toEqual({
      "@class": ".ChangeUserDetailsResponse",
      requestId: "d_change",
      authToken: expect.any(String),
    });
    expect(response.authToken).not.toBe(before);
    expect(await isGood(response.authToken)).toBe(true);
    const store = await app.services.stores.open("preview");
    const kept = await store.collection("durableRequest").find({}).toArray();
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain(response.authToken);
  });
});

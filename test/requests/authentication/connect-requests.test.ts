import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providers } from "../../../src/providers/index.ts";
import type { AnyProvider } from "../../../src/providers/provider.ts";
import { connectRequests } from "../../../src/requests/authentication/connect-request.ts";
import { startTestApp, type TestApp, testCredential, testGame } from "../../support/app.ts";
import { type AnyFrame, TestClient } from "../../support/client.ts";
import { ok } from "../../support/social.ts";
import { type StandIns, startStandIns } from "../../support/stand-ins/index.ts";

/** What all connect requests have in common, at each provider's stand-in. What `accounts/connect` decides is tested with Facebook's. */
const MANY_SEGMENTS = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`s${n}`, "a"]));

let app: TestApp;
let bare: TestApp;
let standIns: StandIns;
beforeAll(async () => {
  const coppa = testCredential("coppa", { coppaCompliant: true });
  bare = await startTestApp();
  standIns = await startStandIns(() => bare.clock.now());
  app = await startTestApp({ game: testGame([coppa], { integrations: standIns.integrations }) });
});
afterAll(() => Promise.all([app.discard(), bare.discard(), standIns.close()]));

it("every provider has one stand-in", () => {
  expect(standIns.all.map(({ systemId }) => systemId).sort()).toEqual(providers.map(({ systemId }) => systemId).sort());
});

let users = 0;
const CASES = providers.flatMap((provider) => connectRequests(provider).map(({ name }) => ({ name, provider })));

describe.each(CASES)("$name", ({ name, provider }: { name: string; provider: AnyProvider }) => {
  const standIn = () => standIns.of(name);
  const user = (displayName = "Ada", friends: string[] = []) => ({ id: `${++users}00`, name: displayName, friends });
  const logIn = (as = user()) => standIn().logIn(name, as);
  const send = async (credentials: AnyFrame, to: TestApp = app) => (await to.client()).request(name, credentials);

  it("creates a player, finds the player again, and links the account to the current player", async () => {
    const as = user("Grace");
    const made = await ok(send(await logIn(as)));
    expect(made).toMatchObject({ "@class": ".AuthenticationResponse", displayName: "Grace", newPlayer: true });
    const client = await app.client();
    const found = await ok(client.request(name, await logIn(as)));
    expect(found).toMatchObject({ userId: made["userId"], newPlayer: false });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({
      externalIds: { [provider.systemId]: as.id },
    });

    const device = await app.client();
    await ok(device.request("DeviceAuthenticationRequest", { deviceId: `${name} ${++users}`, deviceOS: "IOS" }));
    const linked = await ok(device.request(name, await logIn()));
    expect(linked).toMatchObject({ userId: device.userId, newPlayer: false });
  });

  it("shows the link in SocialStatusRequest until SocialDisconnectRequest removes it", async () => {
    const client = await app.client();
    const userName = `${name}-${++users}`;
    await ok(client.request("RegistrationRequest", { userName, password: "password", displayName: userName }));
    await ok(client.request(name, await logIn()));
    const { systemId } = provider;
    expect(await client.request("SocialStatusRequest")).toMatchObject({ statuses: [{ systemId, active: true }] });
    await ok(client.request("SocialDisconnectRequest", { systemId }));
    expect(await client.request("SocialStatusRequest")).toMatchObject({ statuses: [] });
  });

  it("makes friends of players whose accounts are friends", async ({ skip }) => {
    if (!standIn().hasFriends) skip("it has no friends");
    const [grace, ada] = [user("Grace"), user("Ada")];
    const { userId } = await ok(send(await logIn(grace)));
    const client = await app.client();
    await ok(client.request(name, await logIn({ ...ada, friends: [grace.id, "404"] })));
    const { friends } = await ok(client.request("ListGameFriendsRequest"));
    expect(friends).toEqual([expect.objectContaining({ id: userId, displayName: "Grace" })]);
  });

  it("refuses a second account of the player", async () => {
    const client = await app.client();
    await ok(client.request(name, await logIn()));
    const { error } = await client.request(name, await logIn());
    expect(error).toEqual({ [provider.key]: "ACCOUNT_ALREADY_LINKED" });
  });

  it("refuses credentials that the provider does not accept", async () => {
    const { credentials, key } = standIn().wrong(name);
    expect((await send(credentials))["error"]).toEqual({ [key]: "NOTAUTHENTICATED" });
  });

  it("refuses missing credentials", async () => {
    const missing = provider.missing({});
    expect((await send({}))["error"]).toEqual(missing === undefined ? undefined : { [missing]: "REQUIRED" });
  });

  it("refuses a new account with doNotCreateNewPlayer", async () => {
    const { error } = await send({ ...(await logIn()), doNotCreateNewPlayer: true });
    expect(error).toEqual({ [provider.key]: "UNRECOGNISED" });
  });

  it.each([
    [{ a: {} }, "INVALID"],
    [MANY_SEGMENTS, "TOO_MANY"],
  ])("refuses segments that are not (%#)", async (segments, value) => {
    expect((await send({ ...(await logIn()), segments }))["error"]).toEqual({ segments: value });
  });

  it("refuses a game that is not set up", async ({ skip }) => {
    if (!provider.notConfigured) return skip("it needs no settings");
    const { key, value } = provider.notConfigured;
    expect((await send(await logIn(), bare))["error"]).toEqual({ [key]: value });
  });

  it("refuses a credential that COPPA restricts", async () => {
    const client = await TestClient.connect(app.socketUrl("coppa"), { secret: "coppa secret" });
    const { error } = await client.request(name, await logIn());
    expect(error).toEqual({ authentication: "COPPA restricted" });
    await client.close();
  });

  it("logs no credential, accepted or refused", async () => {
    const credentials = [await logIn(), standIn().wrong(name).credentials];
    const before = app.log.length;
    await ok(send(credentials[0]!));
    expect(await send(credentials[1]!)).toHaveProperty("error");
    const secrets = credentials
      .flatMap((each) => Object.entries(each))
      .flatMap(([field, value]) => (/token|code|ticket|secret|signature/i.test(field) ? [String(value)] : []));
    expect(secrets).not.toEqual([]);
    // Why the provider refused is in the log.
    expect(app.log.length).toBeGreaterThan(before);
    const logged = JSON.stringify(app.log);
    expect(secrets.filter((secret) => logged.includes(secret))).toEqual([]);
  });

  it("refuses an account that cannot be verified, because the provider is down", async ({ skip }) => {
    if (standIn().isOffline) skip("it verifies without a call");
    const credentials = await logIn();
    standIn().server.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    try {
      expect((await send(credentials))["error"]).toEqual({ authentication: "UNAVAILABLE" });
    } finally {
      standIn().server.heal();
    }
  });
});

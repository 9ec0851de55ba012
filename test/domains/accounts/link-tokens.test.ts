import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FacebookStandIn, startFacebookStandIn } from "../../../examples/starter/stand-ins/facebook.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { exportGame } from "../../../src/game/save.ts";
import type { Settings } from "../../../src/settings-schema.ts";
import type { Store } from "../../../src/store/store.ts";
import { startTestApp, type TestApp, type TestAppOptions, testGame } from "../../support/app.ts";
import type { TestClient } from "../../support/client.ts";
import { MortalStore } from "../../support/mortal-store.ts";
import { ok } from "../../support/social.ts";
import { startGoogleStandIn } from "../../support/stand-ins/google.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const FACEBOOK = { appId: "app", appSecret: "secret of the app" };
const TOKEN = "EAAB-the-token-of-ada";
const HOUR_MS = 3_600_000;
/** Of the tests' clock. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const EXPIRES = "2026-01-02T05:04Z";

let folder: string;
let facebook: FacebookStandIn;
const running: TestApp[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-tokens-"));
  facebook = await startFacebookStandIn(FACEBOOK);
  const expiresAt = (NOW + 2 * HOUR_MS) / 1000;
  facebook.addUser({ id: "ada", name: "Ada", accessTokens: [TOKEN], expiresAt: Math.floor(expiresAt) });
});
afterEach(async () => {
  await stopAll();
  await facebook.close();
  await rm(folder, { recursive: true });
});

async function start(config: Partial<Settings> = {}, options: TestAppOptions = {}): Promise<TestApp> {
  const facebookIntegration = { facebookAppId: "app", facebookSecret: FACEBOOK.appSecret, graphUrl: facebook.url };
  const game = testGame([], { integrations: { facebook: facebookIntegration } });
  const app = await startTestApp({ data: folder, ticks: false, game, config, ...options });
  running.push(app);
  return app;
}
const stopAll = async () => {
  for (const app of running.splice(0)) await app.discard();
};

async function ada(app: TestApp): Promise<TestClient> {
  const client = await app.client();
  await ok(client.request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" }));
  return client;
}
async function connected(app: TestApp): Promise<TestClient> {
  const client = await ada(app);
  await ok(client.request("FacebookConnectRequest", { accessToken: TOKEN }));
  return client;
}
const linkIn = async (app: TestApp) => {
  const store: Store = await app.services.stores.open("preview");
  return (await accounts(store).links.findOne({ _id: "FB:ada" }))!;
};
/** The link's status, and whether Facebook was asked about the token. */
async function statusOf(client: TestClient) {
  const before = facebook.requests.length;
  const { statuses } = await ok(client.request("SocialStatusRequest"));
  return { status: statuses[0], asked: facebook.requests.length > before };
}
const warnings = (app: TestApp) =>
  app.log.filter((line) => Number(line["level"]) >= 40).map((line) => String(line["msg"]));

const ACTIVE = { systemId: "FB", active: true, expires: EXPIRES };

describe("the token of a link", () => {
  it("is nowhere in plain text: not in the store, its files, the log, responses or an export", async () => {
    const app = await start({ logLevel: "trace" });
    const client = await ada(app);
    const answers = [await client.request("FacebookConnectRequest", { accessToken: TOKEN })];
    expect((await linkIn(app)).token).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+$/);
    for (const request of ["SocialStatusRequest", "AccountDetailsRequest", "ListGameFriendsRequest"])
      answers.push(await client.request(request));
    answers.push(await client.request("SocialDisconnectRequest", { systemId: "FB" }));
    facebook.failWith({ kind: "answer", answer: { status: 500, body: { error: TOKEN } } });
    await app.poll();
    await app.services.jobs.settled();

    const files = (await readdir(folder)).filter((name) => name.startsWith("preview.db"));
    expect(files).toContain("preview.db-wal");
    const written = await Promise.all(files.map((name) => readFile(join(folder, name))));
    const places = { answers, log: app.log, files: Buffer.concat(written).toString("latin1") };
    expect(app.log.map(({ msg }) => msg)).toContain("job failed; it will be retried");
    expect(JSON.stringify(places)).toContain("externalAuthentication");
    expect(JSON.stringify(places)).not.toContain(TOKEN);
    expect(exportGame(app.services.game)).not.toContain(TOKEN);
    const key = (await readFile(join(folder, "token-key"), "utf8")).trim();
    expect(JSON.stringify(places)).not.toContain(key);
  });

  it("is read again after a restart", async () => {
    await connected(await start());
    await stopAll();
    const app = await start();
    expect(await statusOf(await ada(app))).toEqual({ status: ACTIVE, asked: true });
    expect(warnings(app)).toEqual([]);
  });

  it("counts as absent once its key file was lost: no error, active until it expires, one warning", async () => {
    await connected(await start());
    await stopAll();
    await rm(join(folder, "token-key"));
    const app = await start();
    const client = await ada(app);
    expect(await statusOf(client)).toEqual({ status: ACTIVE, asked: false });
    expect(await statusOf(client)).toEqual({ status: ACTIVE, asked: false });
    expect(warnings(app)).toEqual([expect.stringContaining("cannot be read and counts as absent")]);
    app.clock.advance(2 * HOUR_MS);
    expect((await statusOf(client)).status).toEqual({ ...ACTIVE, active: false });
    await connected(app);
    expect((await statusOf(client)).asked).toBe(false);
  });

  it("is not stored while the key file is damaged: the player notices nothing, and the log has one error", async () => {
    await writeFile(join(folder, "token-key"), "damaged");
    const app = await start();
    const client = await connected(app);
    await connected(app);
    expect(await linkIn(app)).not.toHaveProperty("token");
    expect(await statusOf(client)).toEqual({ status: ACTIVE, asked: false });
    expect(warnings(app)).toEqual([expect.stringContaining("their key file cannot be used")]);
    await rm(join(folder, "token-key"));
    await connected(app);
    expect((await statusOf(client)).asked).toBe(true);
  });

  it("does not count in another link, changed, or in plain text", async () => {
    const app = await start();
    const client = await connected(app);
    facebook.addUser({ id: "eve", name: "Eve", accessTokens: ["token-of-eve"] });
    await ok((await app.client()).request("FacebookConnectRequest", { accessToken: "token-of-eve" }));
    const { links } = accounts(await app.services.stores.open("preview"));
    const eves = (await links.findOne({ _id: "FB:eve" }))!.token!;
    expect((await statusOf(client)).asked).toBe(true);
    for (const token of [eves, `${(await linkIn(app)).token}A`, TOKEN]) {
      await links.updateOne({ _id: "FB:ada" }, { $set: { token } });
      expect(await statusOf(client)).toEqual({ status: ACTIVE, asked: false });
    }
    expect(warnings(app)).toHaveLength(1);
  });
});

it("the token of a Google account is refreshed with the refresh token that came with its code", async () => {
  const client = { clientId: "client", clientSecret: "secret of the client", appId: "1" };
  const grant = { accessTokens: ["ya29.first"], codes: ["4/code"], refreshToken: "1//refresh" };
  const google = await startGoogleStandIn({ ...client, users: [{ id: "7", name: "Ada", ...grant }] });
  const app = await start({}, { game: testGame([], { integrations: { google: google.integration } }) });
  const player = await ada(app);
  await ok(player.request("GooglePlusConnectRequest", { code: "4/code" }));
  app.clock.advance(2 * HOUR_MS);
  const status = { systemId: "GP", active: true, expires: "2026-01-02T06:04Z" };
  expect((await statusOf(player)).status).toEqual(status);
  google.failWith({ kind: "reset" });
  expect((await statusOf(player)).status).toEqual(status);
  google.heal();
  google.revoke("1//refresh");
  app.clock.advance(2 * HOUR_MS);
  expect((await statusOf(player)).status).toEqual({ ...status, active: false });
  await google.close();
});

describe("tokenKeys", () => {
  const [OLD, NEW] = [newKey(), newKey()];

  it("are used instead of a key file, and can be exchanged one after the other", async () => {
    await connected(await start({ tokenKeys: OLD }));
    expect(await readdir(folder)).not.toContain("token-key");
    await stopAll();

    const both = await start({ tokenKeys: `${NEW},${OLD}` });
    const client = await ada(both);
    expect((await statusOf(client)).asked).toBe(true);
    const before = (await linkIn(both)).token!;
    await ok(client.request("FacebookConnectRequest", { accessToken: TOKEN }));
    const after = (await linkIn(both)).token!;
    expect(after.split(".")[1]).not.toBe(before.split(".")[1]);
    await stopAll();

    const app = await start({ tokenKeys: NEW });
    expect((await statusOf(await ada(app))).asked).toBe(true);
    expect(warnings(app)).toEqual([]);
  });
});

describe("two servers on one database", () => {
  let opened: OpenStore;
  beforeEach(async () => {
    opened = await engines[1]!.open();
  });
  afterEach(() => opened.discard());
  // Closing a server leaves the store open for the other.
  const startShared = (config: Partial<Settings>) =>
    start({ mongodbUrl: "shared", ...config }, { openStore: async () => new MortalStore(opened.store).store });

  it("read each other's tokens with the same tokenKeys", async () => {
    const tokenKeys = newKey();
    await connected(await startShared({ tokenKeys }));
    const other = await startShared({ tokenKeys });
    expect(await statusOf(await ada(other))).toEqual({ status: ACTIVE, asked: true });
    expect(warnings(other)).toEqual([]);
  });

  it("store no tokens without tokenKeys, and log how to set them; the known expiry decides", async () => {
    const app = await startShared({});
    expect(warnings(app)).toEqual([expect.stringMatching(/not stored.*tokenKeys is not set.*openssl rand/)]);
    const client = await connected(app);
    const link = await linkIn(app);
    expect(link).not.toHaveProperty("token");
    expect(link.tokenExpires).toEqual(new Date(Math.floor((NOW + 2 * HOUR_MS) / 1000) * 1000));
    expect(await statusOf(client)).toEqual({ status: ACTIVE, asked: false });
    expect(await readdir(folder)).not.toContain("token-key");
    app.clock.advance(2 * HOUR_MS);
    expect((await statusOf(client)).status).toEqual({ ...ACTIVE, active: false });
  });
});

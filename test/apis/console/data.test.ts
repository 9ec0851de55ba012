import { createHmac } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../../src/apis/admin/index.ts";
import type { Role } from "../../../src/domains/admins/index.ts";
import { loadGame } from "../../../src/game/load.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { TestClient } from "../../support/client.ts";
import { call, command, MANY, op, signInAll } from "./support.ts";

const SECRETS = ["device-secret-1", "server-secret-2", "facebook-secret-3", "unknown-secret-4"];
const CONFIG = {
  name: "Race",
  apiKey: "race0001",
  "~credentials": [
    { name: "device", secret: SECRETS[0] },
    { name: "server", secret: SECRETS[1] },
  ],
  integrations: {
    facebook: { facebookAppId: "fb-app", facebookSecret: SECRETS[2], graphUrl: `https://graph.example/${SECRETS[3]}` },
    other: { strange: SECRETS[3], enabled: true, nested: { deep: SECRETS[3] } },
  },
  "~events": [
    {
      shortCode: "LAP",
      name: "Lap",
      "~attributes": [
        { shortCode: "SECONDS", dataType: "int" },
        { shortCode: "TRACK", dataType: "string", defaultValue: "harbour" },
      ],
    },
  ],
  "~messages": [{ name: "ScriptMessage", messageTitle: "Hello" }],
};

let folder: string;
let app: TestApp;
let cookies: Record<Role, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-console-game-"));
  await writeFile(join(folder, "config.json"), JSON.stringify(CONFIG));
  await mkdir(join(folder, "event"));
  await writeFile(join(folder, "event", "LAP.js"), 'Spark.setScriptData("version", 1);\n');
  await writeFile(join(folder, "event", "BROKEN.js"), "let = ;\n");
  app = await startTestApp({ ticks: false, config: MANY, game: await loadGame(folder) });
  cookies = await signInAll(app);
});
afterAll(async () => {
  await app.discard();
  await rm(folder, { recursive: true });
});
const run = (name: string, args: Record<string, unknown> = {}, role: Role = "admin", stage?: string) =>
  op(app, cookies[role], name, args, stage);

describe("the first call of the page", () => {
  it("has game, stages, session, credentials, health and the admin's own operations", async () => {
    const { body } = await call(app, "/console/api/start", { cookie: cookies.support });
    expect(body.data).toMatchObject({
      game: { name: "Race", apiKey: "race0001" },
      stages: ["preview", "live"],
      defaultStage: "preview",
      session: { name: "support", role: "support" },
      credentials: [
        { name: "device", type: "device", path: "/ws/device/race0001", canHavePlayer: true },
        { name: "server", type: "server", path: "/ws/server/race0001", canHavePlayer: false },
      ],
      health: { status: "ok", sockets: 0, scriptProblems: 1 },
      version: expect.stringMatching(/^\d/),
    });
    const names = body.data.operations.map(({ name }: { name: string }) => name);
    expect(names).toContain("players show");
    expect(names).not.toContain("admins list");
  });
});

describe("the catalogue", () => {
  it("has requests, events and messages from the schemas, once per version", async () => {
    const first = await call(app, "/console/api/catalogue", { cookie: cookies.read });
    const { requests, events, messages, errors } = first.body.data;
    expect(requests.length).toBe(app.services.requests.size);
    const disconnect = requests.find(({ name }: { name: string }) => name === "SocialDisconnectRequest");
    expect(disconnect).toMatchObject({
      fields: { type: "object", properties: { systemId: { type: "string", description: expect.any(String) } } },
      errors: expect.arrayContaining([
        { key: "password", value: "NOT_SET", meaning: expect.any(String), cure: expect.any(String) },
      ]),
      examples: [expect.objectContaining({ request: expect.any(Object) }), ...disconnect.examples.slice(1)],
    });
    expect(events).toEqual([
      {
        ...{ shortCode: "LAP", name: "Lap", hasScript: true },
        attributes: [
          { shortCode: "SECONDS", type: "number", aggregation: "SCRIPT", isRequired: true },
          { shortCode: "TRACK", type: "string", aggregation: "SCRIPT", isRequired: false, defaultValue: "harbour" },
        ],
      },
    ]);
    expect(messages.map(({ name }: { name: string }) => name)).toContain("ScriptMessage");
    expect(errors).toContainEqual(expect.objectContaining({ key: "server", value: "BUSY" }));
    const headers = { "if-none-match": String(first.headers.etag) };
    const again = await call(app, "/console/api/catalogue", { cookie: cookies.read, headers });
    expect(again).toMatchObject({ status: 304, text: "" });
  });
});

describe("the handshake", () => {
  it("opens an ordinary socket without showing a secret", async () => {
    const client = new TestClient(`${app.url}/ws/device/race0001`);
    const { nonce } = await client.next();
    const body = { stage: "preview", credential: "device", nonce };
    const response = await call(app, "/console/api/handshake", { cookie: cookies.support, body });
    expect(response.status).toBe(200);
    const { hmac } = response.body.data;
    expect(hmac).toBe(createHmac("sha256", SECRETS[0]!).update(nonce).digest("base64"));
    client.socket.send(JSON.stringify({ "@class": ".AuthenticatedConnectRequest", hmac }));
    expect(await client.next()).toMatchObject({ sessionId: expect.any(String) });
    await client.close();
    const { body: audit } = await run("audit", { action: "credential.used" });
    const subject = { admin: "support", subject: "device", data: { stage: "preview" } };
    expect(audit.data).toContainEqual(expect.objectContaining(subject));
  });

  const nonce = "0b0ef0a4-6a0f-4c1e-9a59-0d9e3a8a3f52";
  it.each<[string, Record<string, unknown>, Role, number]>([
    ["an unknown credential", { credential: "nobody" }, "admin", 409],
    ["a prototype's member", { credential: "constructor" }, "admin", 409],
    ["what is no nonce", { nonce: "sign this" }, "admin", 400],
    ["a nonce with more", { nonce: `${nonce}x` }, "admin", 400],
    ["an unknown stage", { stage: "prod" }, "admin", 400],
    ["live for the role support", { stage: "live" }, "support", 403],
  ])("refuses %s", async (_, sent, role, status) => {
    const body = { stage: "preview", credential: "device", nonce, ...sent };
    expect((await call(app, "/console/api/handshake", { cookie: cookies[role], body })).status).toBe(status);
  });
});

describe("collections", () => {
  beforeAll(async () => {
    const store = await app.services.stores.open("preview");
    await store.collection("script.scores").insertMany([1, 2, 3].map((score) => ({ score })));
    await store.collection("script.scores").createIndex({ score: 1 });
    await store.collection("meta.tracks").insertOne({ name: "harbour" });
  });
  const find = async (args: Record<string, unknown>) =>
    run("collections find", { collection: "script.scores", ...args });

  it("are listed with their indexes, those of the server only if scripts may read them", async () => {
    const { body } = await run("collections list", {}, "read");
    const names = body.data.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["player", "script.scores", "meta.tracks"]));
    for (const name of names) expect(name).toMatch(/^(script|meta)\.|^(player|challengeInstance)$/);
    const indexes = await run("collections indexes", { collection: "script.scores" }, "read");
    expect(indexes.body.data).toContainEqual(expect.objectContaining({ key: { score: 1 } }));
  });

  it("are searched as by scripts", async () => {
    const { body } = await find({ filter: '{"score":{"$gte":2}}', sort: '{"score":-1}', fields: '{"_id":0}' });
    expect(body.data).toEqual({ documents: [{ score: 3 }, { score: 2 }], hasMore: false });
    expect((await find({ limit: 2, sort: '{"score":1}', skip: 1 })).body.data).toMatchObject({
      documents: [{ score: 2 }, { score: 3 }],
      hasMore: false,
    });
    expect((await find({ limit: 2 })).body.data).toMatchObject({ hasMore: true });
    expect((await find({ filter: '{"_id":{"$oid":"0123456789abcdef01234567"}}' })).body.data.documents).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ["no JSON", { filter: "{" }, 409],
    ["a list for a filter", { filter: "[]" }, 409],
    ["code", { filter: '{"$where":"while(1){}"}' }, 409],
    ["an unknown operator", { filter: '{"score":{"$nonsense":1}}' }, 409],
    ["an object as it is", { filter: { score: 1 } }, 400],
    ["more than 200", { limit: 201 }, 400],
    ["a negative skip", { skip: -1 }, 400],
    ["passwords", { collection: "playerPassword" }, 400],
    ["links", { collection: "externalAuthentication" }, 400],
    ["keys", { collection: "apiKey" }, 400],
    ["admins", { collection: "consoleAdmin" }, 400],
    ["a way out of its namespace", { collection: "script.$cmd" }, 409],
  ])("refuse %s", async (_, args, status) => {
    expect((await find(args)).status).toBe(status);
    if ("collection" in args) expect((await run("collections indexes", args)).status).toBe(status);
  });
});

describe("scripts", () => {
  const text = 'Spark.setScriptData("version", 2);\n';

  it("are listed with what is wrong, and read", async () => {
    const { body } = await run("scripts list", {}, "read");
    expect(body.data).toEqual([
      expect.objectContaining({ script: "event/BROKEN", problem: { message: expect.any(String), line: 1, column: 7 } }),
      { script: "event/LAP", kind: "event", name: "LAP", file: "event/LAP.js", bytes: 35, canSave: true },
    ]);
    const read = await run("scripts read", { script: "event/LAP" }, "read");
    expect(read.body.data).toMatchObject({ text: 'Spark.setScriptData("version", 1);\n', hash: expect.any(String) });
  });

  it("are checked, written, loaded and recorded", async () => {
    const { hash } = (await run("scripts read", { script: "event/LAP" })).body.data;
    const saved = await run("scripts save", { script: "event/LAP", text, before: hash });
    expect(saved.body.data).toMatchObject({ file: "event/LAP.js", isLive: true });
    expect(await readFile(join(folder, "event", "LAP.js"), "utf8")).toBe(text);
    const stale = await run("scripts save", { script: "event/LAP", text: "1;", before: hash });
    expect(stale).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringMatching(/has changed since/) } },
    });
    await expect
      .poll(
        async () => {
          const client = await TestClient.connect(`${app.url}/ws/device/race0001`, { secret: SECRETS[0]! });
          await client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" });
          const { scriptData } = await client.request("LogEventRequest", { eventKey: "LAP", SECONDS: 1 });
          await client.close();
          return scriptData;
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual({ version: 2 });
    const { body } = await run("audit", { action: "script.saved" });
    expect(body.data).toContainEqual(expect.objectContaining({ admin: "admin", subject: "event/LAP" }));
  });

  it("can be new", async () => {
    const saved = await run("scripts save", { script: "modules/laps", text: "var laps = 1;" });
    expect(saved.body.data).toMatchObject({ script: "modules/laps", file: "modules/laps.js" });
  });

  it.each<[string, Record<string, unknown>, number, RegExp]>([
    ["an error", { script: "event/NEW", text: "\nlet = ;" }, 409, /^Line 2, column 7: /],
    ["a script that exists, as new", { script: "event/LAP", text }, 409, /exists already/],
    ["a deleted one", { script: "event/GONE", text, before: "0".repeat(64) }, 409, /deleted/],
    ["an unknown kind", { script: "kernel/x", text }, 400, /Invalid/],
    ["a path", { script: "event/../../x", text }, 400, /Invalid/],
    ["a hidden file", { script: "event/.x", text }, 400, /Invalid/],
    ["a path for a kind", { script: "../event/x", text }, 400, /Invalid/],
    ["NUL", { script: "event/x\u0000", text }, 400, /Invalid/],
    ["no text", { script: "event/x" }, 400, /Invalid/],
    ["too much text", { script: "event/x", text: "é".repeat(600_000) }, 409, /at most 1048576 bytes/],
    ["more text still", { script: "event/x", text: "x".repeat(1_048_577) }, 400, /Invalid/],
  ])("refuse %s", async (_, args, status, message) => {
    const response = await run("scripts save", args);
    expect(response).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
  });

  it("refuse a folder that leads elsewhere", async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), "rekindle-console-elsewhere-"));
    await symlink(elsewhere, join(folder, "callbacks"));
    const response = await run("scripts save", { script: "callbacks/x", text });
    expect(response).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringMatching(/outside the game folder/) } },
    });
    await rm(join(folder, "callbacks"));
    await rm(elsewhere, { recursive: true });
  });
});

describe("the server", () => {
  it("shows its jobs, numbers and configuration", async () => {
    const jobs = await run("jobs list", {}, "read");
    expect(jobs.body.data).toContainEqual(
      expect.objectContaining({ kind: expect.any(String), waiting: 0, due: 0, claimed: 0 }),
    );
    const { body } = await run("metrics show", {}, "read");
    expect(body.data).toMatchObject({
      health: { status: "ok" },
      store: { transaction: { counts: expect.any(Array), sum: expect.any(Number) } },
      process: { memoryBytes: expect.any(Number), delayP99Ms: expect.any(Number) },
    });
    const configuration = (await run("configuration show", {}, "read")).body.data;
    expect(configuration.integrations).toEqual({
      facebook: { facebookAppId: "set", facebookSecret: "set", graphUrl: "https://graph.example" },
      other: { strange: "set", enabled: true, nested: "set" },
    });
    expect(configuration.messages).toEqual([
      { name: "ScriptMessage", sendViaSocket: true, sendAsPush: true, title: "Hello" },
    ]);
  });

  it("lists accounts and posts", async () => {
    expect((await run("accounts list", {}, "read")).body.data).toEqual([]);
    expect((await run("posts list", { status: "queued" }, "read")).body.data).toEqual([]);
    expect((await run("posts list", { status: { $ne: "" } }, "read")).status).toBe(400);
  });
});

it("no operation and no route shows a secret", async () => {
  await command(app, "keys create", { name: "n", scopes: ["*"] });
  const texts = [];
  for (const path of ["/console/api/start", "/console/api/catalogue"]) {
    texts.push((await call(app, path, { cookie: cookies.admin })).text);
  }
  const harmless = operations.filter(
    ({ work, arguments: { required = [] } }) => work === "read" && required.length === 0,
  );
  expect(harmless.length).toBeGreaterThan(10);
  for (const { name } of harmless) {
    const response = await run(name);
    expect(response.status).toBe(200);
    texts.push(response.text);
  }
  const all = texts.join("\n");
  for (const secret of [...SECRETS, "argon2id", app.adminToken, ...Object.values(cookies)])
    expect(all).not.toContain(secret);
});

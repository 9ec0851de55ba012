import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { StoreError } from "../../src/store/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { API_KEY, startTestApp, type TestApp } from "../support/app.ts";
import { damageCollection } from "../support/damage.ts";
import { type StandIn, startStandIn } from "../support/mongod/server.ts";

let app: TestApp;
let folder: string;
const start = async (options: Parameters<typeof startTestApp>[0] = {}) => {
  app = await startTestApp(options);
  return app;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-health-"));
});
afterEach(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

const health = async (path = "/health") => {
  const response = await fetch(`${app.httpUrl}${path}`);
  return { code: response.status, ...((await response.json()) as Record<string, unknown>) };
};
const rest = async (stage = "preview") => {
  const url = `${app.httpUrl}/${stage}/rs/device/${encodeURIComponent("device secret")}/DeviceAuthenticationRequest`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify({ deviceId: "a", deviceOS: "IOS" }) });
  return { code: response.status, ...((await response.json()) as { error?: object }) };
};

describe("/health", () => {
  it("opens the default stage and is ok once it is open", async () => {
    await start();
    expect(await health()).toMatchObject({ code: 200, status: "ok", stores: { preview: "ok" } });
    expect(await health("/health/live")).toEqual({ code: 200, status: "ok", version: expect.any(String) });
  });

  it("is not ok while the default stage is opening, although the process is alive", async () => {
    const opening = Promise.withResolvers<void>();
    await start({
      openStore: async (stage) => {
        await opening.promise;
        return openStore({ mongodbUrl: "", data: folder }, stage);
      },
    });
    expect(await health()).toMatchObject({ code: 503, status: "opening", stores: { preview: "opening" } });
    expect(await health("/health/live")).toMatchObject({ code: 200, status: "ok" });
    opening.resolve();
    await expect.poll(() => health()).toMatchObject({ code: 200, status: "ok" });
  });

  it("is not ok while the default stage cannot be opened, which is retried automatically", async () => {
    let tries = 0;
    await start({
      openStore: async (stage) => {
        if (++tries < 3) throw new StoreError("INDEX_CONFLICT", "not yet");
        return openStore({ mongodbUrl: "", data: folder }, stage);
      },
    });
    expect(await health()).toMatchObject({ code: 503, status: "unavailable", stores: { preview: "unavailable" } });
    expect(await health("/health/live")).toMatchObject({ code: 200 });
    await Promise.all(Array.from({ length: 40 }, () => rest()));
    await expect.poll(() => app.services.stores.opened("preview")).toBeDefined();
    expect(tries, "forty requests do not try").toBe(3);
    expect(await health()).toMatchObject({ code: 200, status: "ok" });
    const logged = app.log.filter(({ msg }) => msg === "cannot open the database");
    expect(logged).toHaveLength(2);
  });

  it("reports another stage that cannot be opened", async () => {
    await start({
      openStore: async (stage) => {
        if (stage === "live") throw new StoreError("UNAVAILABLE", "gone");
        return openStore({ mongodbUrl: "", data: folder }, stage);
      },
    });
    await rest("live");
    const stores = { preview: "ok", live: "unavailable" };
    expect(await health()).toMatchObject({ code: 503, status: "unavailable", stores });
  });
});

describe("a damaged data file", () => {
  const data = () => join(folder, "data");
  const broken = async () => {
    await start({ data: data() });
    expect(await rest()).toMatchObject({ code: 200 });
    await app.discard();
    await damageCollection(join(data(), "preview.db"), "deviceAuthentication");
    await start({ data: data() });
  };

  it("is reported to clients, in /health, and in the log with instructions", async () => {
    await broken();
    expect(await health()).toMatchObject({ code: 200, status: "ok" });
    const refusal = await rest();
    expect(refusal).toMatchObject({
      code: 500,
      error: { server: "DAMAGED", detail: expect.stringMatching(/restored/) },
    });
    expect(JSON.stringify(refusal)).not.toContain(folder);
    expect(await health()).toMatchObject({ code: 503, status: "damaged", stores: { preview: "damaged" } });
    expect(await health("/health/live")).toMatchObject({ code: 200, status: "ok" });
    const lines = app.log.filter(({ level, msg }) => level === 60 && msg === "the data file is damaged");
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines[0])).toMatch(/Stop the server, copy .*restore a backup.*\.recover/);
  });

  it("is reported when it is opened, and not opened again", async () => {
    let tries = 0;
    await start({
      openStore: async () => {
        tries++;
        throw new StoreError("DAMAGED", "broken");
      },
    });
    expect(await health()).toMatchObject({ code: 503, status: "damaged", stores: { preview: "damaged" } });
    expect(await rest()).toMatchObject({ code: 500, error: { server: "DAMAGED" } });
    expect(tries).toBe(1);
  });
});

describe("MongoDB", () => {
  let documents: EmbeddedStore;
  let standIn: StandIn;
  beforeEach(async () => {
    documents = await openEmbeddedStore({ path: join(folder, "mongod.db"), transactionTimeoutMs: 60_000 });
    standIn = await startStandIn(documents);
  });
  afterEach(async () => {
    await app.discard();
    await standIn.close();
    await documents.close();
  });
  const startOn = () => start({ config: { mongodbUrl: standIn.url } });

  it("is reported when it becomes unreachable", async () => {
    await startOn();
    await expect.poll(() => health()).toMatchObject({ code: 200, status: "ok", stores: { preview: "ok" } });
    await standIn.close();
    await expect.poll(() => health()).toMatchObject({ code: 503, status: "unavailable" });
    expect(await health("/health/live")).toMatchObject({ code: 200 });
  });

  it("keeps no connection for a stage whose indexes cannot be created, however many clients connect", async () => {
    await documents.collection("player").createIndex({ userName: 1 });
    await startOn();
    expect(await rest()).toMatchObject({ error: { server: expect.any(String) } });
    const opened = app.log.filter(({ msg }) => msg === "cannot open the database");
    expect(opened).not.toEqual([]);
    const asks = Array.from({ length: 40 }, () => rest());
    const sockets = Array.from({ length: 10 }, () => new WebSocket(`${app.url}/ws/device/${API_KEY}`));
    await Promise.all(asks);
    for (const socket of sockets) socket.close();
    await expect.poll(() => standIn.connections()).toBeLessThan(5);
  });

  it("has every collection that transactions write from the start", async () => {
    await startOn();
    await app.services.stores.open("preview");
    standIn.seen.length = 0;
    const client = await app.client();
    const signIn = { deviceId: "b", deviceOS: "IOS" };
    expect((await client.request("DeviceAuthenticationRequest", signIn)).error).toBeUndefined();
    const registration = { userName: "ann", password: "p", displayName: "Ann" };
    expect((await client.request("RegistrationRequest", registration)).error).toBeUndefined();
    expect((await client.request("ChangeUserDetailsRequest", { displayName: "B" })).error).toBeUndefined();
    const written = standIn.seen.filter((command) => "insert" in command && command.autocommit === false);
    expect(written.length).toBeGreaterThan(3);
    const made = standIn.seen.filter((command) => "create" in command && command.$db === "rekindle-preview");
    expect(made).toEqual([]);
  });
});

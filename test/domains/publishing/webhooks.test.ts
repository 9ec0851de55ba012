import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { enqueueEvent, type ProfileDocument, social } from "../../../src/domains/social/index.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";
import {
  addProfile,
  addWebhook,
  FakeClock,
  MINUTE_MS,
  NOW,
  type Node,
  type NodeSettings,
  prepareSocial,
  startNode,
} from "./support.ts";

describe.each(engines)("webhooks on $name", ({ open }) => {
  let opened: OpenStore;
  let store: Store;
  let clock: FakeClock;
  let profile: ProfileDocument;
  let node: Node;
  let server: Server;
  /** Status of each response; 200 once they are used up. 0: no response. */
  let statuses: number[];
  let received: { url: string; headers: IncomingHttpHeaders; body: string; at: number }[];
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    await prepareSocial(store);
    clock = new FakeClock();
    statuses = [];
    received = [];
    node = start();
    profile = await addProfile(store);
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push({
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        at: clock.now() - NOW,
      });
      const status = statuses.shift() ?? 200;
      if (status > 0) response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await node.runner.close(5_000);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await opened.discard();
  });

  const start = (more: Partial<NodeSettings> = {}) =>
    startNode(store, { tokenKeys: newKey(), testNetworkUrl: "", webhookTimeoutMs: 300, ...more }, clock);
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const happen = (to: ProfileDocument = profile) =>
    store.transaction((tx) => enqueueEvent(tx, { ...to, profileId: to._id }, "scheduled", NOW, { status: "success" }));
  const left = () => social(store).deliveries.countDocuments({});
  const warnings = () => node.lines.filter(({ level }) => level === 40);
  const workFor = async (minutes: number) => {
    for (let n = 0; n < minutes * 2; n++) {
      await node.work();
      clock.advance(MINUTE_MS / 2);
    }
  };

  it("get each event once they accept it, with its text and headers", async () => {
    await addWebhook(store, profile, url());
    await happen();
    const [delivery] = await social(store).deliveries.find({}).toArray();
    await node.work();
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received as [(typeof received)[0]];
    expect(body).toBe(delivery!.body);
    expect(headers).toMatchObject({
      ...{ "content-type": "application/json", "x-authorization-timestamp": String(Math.floor(NOW / 1000)) },
      ...{ "x-ayrshare-delivery-id": delivery!._id, "x-ayrshare-delivery-attempt": "1" },
    });
    expect(headers).not.toHaveProperty("x-authorization-content-sha256");
    expect([await left(), warnings()]).toEqual([0, []]);
  });

  it("with a secret get a signature of the body", async () => {
    const secret = await node.publishing.sealWebhookSecret("the secret", `${profile._id}:scheduled`);
    await addWebhook(store, profile, url(), secret);
    await happen();
    await node.work();
    const [{ headers, body }] = received as [(typeof received)[0]];
    const signature = createHmac("sha256", "the secret").update(body).digest("hex");
    expect(headers["x-authorization-content-sha256"]).toBe(signature);
  });

  it.each([408, 425, 429, 500, 503, 0])("that respond with %i get the event again", async (status) => {
    statuses.push(status);
    await addWebhook(store, profile, url());
    await happen();
    await node.work();
    expect(await left()).toBe(1);
    await workFor(1);
    expect(received.map(({ headers }) => headers["x-ayrshare-delivery-attempt"])).toEqual(["1", "2"]);
    expect(received[0]!.body).toBe(received[1]!.body);
    expect(await left()).toBe(0);
  });

  it.each([301, 400, 401, 404, 410])("that respond with %i do not", async (status) => {
    statuses.push(status);
    await addWebhook(store, profile, url());
    await happen();
    await workFor(3);
    expect(received).toHaveLength(1);
    expect(warnings()).toMatchObject([{ why: `the webhook responded with status ${status}` }]);
    expect(await left()).toBe(0);
  });

  it("that never accept an event get it nine times in about an hour and a half", async () => {
    statuses.push(...Array(20).fill(500));
    await addWebhook(store, profile, url());
    await happen();
    await workFor(200);
    expect(received.map(({ at }) => at / MINUTE_MS)).toEqual([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 61.5, 91.5]);
    expect(warnings()).toMatchObject([{ msg: expect.stringContaining("did not accept an event") }]);
    expect(await left()).toBe(0);
  });

  it("that do not respond get ten calls; then their events wait, and those of others do not", async () => {
    statuses.push(...Array(10).fill(0));
    const other = await addProfile(store);
    await addWebhook(store, profile, url());
    await addWebhook(store, other, `${url()}?other`);
    for (let n = 0; n < 40; n++) await happen();
    await happen(other);
    await node.work();
    const urls = received.map(({ url: of }) => of);
    expect(urls.filter((of) => of === "/hook")).toHaveLength(10);
    expect(urls.filter((of) => of === "/hook?other")).toHaveLength(1);
    const waiting = await social(store).deliveries.find({}).toArray();
    expect(waiting).toHaveLength(40);
    expect(waiting.filter(({ attempts = 0, freeAttempts = 0 }) => attempts - freeAttempts === 0)).toHaveLength(30);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ["were removed", (_id) => social(store).webhooks.deleteOne({ _id })],
    [
      "have another URL since",
      (_id) => social(store).webhooks.updateOne({ _id }, { $set: { url: "https://other.test/" } }),
    ],
  ])("that %s get no more of their events", async (_, change) => {
    statuses.push(500);
    const id = await addWebhook(store, profile, url());
    await happen();
    await node.work();
    await change(id);
    await workFor(3);
    expect([received.length, await left()]).toEqual([1, 0]);
  });

  it.each([
    ["http://127.0.0.1", "the URL does not begin with https://"],
    ["https://127.0.0.1", "private address"],
    ["https://[::1]", "private address"],
    ["ftp://hooks.test", "the URL does not begin with https://"],
  ])("at %s are not called by default", async (origin, why) => {
    node = start({ scriptHttpPrivateNetworks: "" });
    await addWebhook(store, profile, `${origin}:${(server.address() as AddressInfo).port}/hook`);
    await happen();
    await node.work();
    expect(received).toEqual([]);
    expect(warnings()).toMatchObject([{ why: expect.stringContaining(why) }]);
    expect(await left()).toBe(0);
  });
});

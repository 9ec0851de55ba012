import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import { publisherContext } from "../../../src/domains/publishing/context.ts";
import { Publishing } from "../../../src/domains/publishing/index.ts";
import { createOutgoing } from "../../../src/outgoing/outgoing.ts";
import { NetworkCalls } from "../../../src/publishers/calls.ts";
import { Semaphore } from "../../../src/queues/semaphore.ts";
import type { Store } from "../../../src/store/store.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { engines } from "../../support/stores.ts";
import {
  addAccount,
  addPost,
  addProfile,
  FakeClock,
  MINUTE_MS,
  prepareSocial,
  readPost,
  startNode,
} from "./support.ts";

describe("what a draft is checked for", () => {
  const { publishing } = startNode({} as Store, { tokenKeys: newKey(), testNetworkUrl: "http://network.test" });

  it("is the network's rule", () => {
    expect(publishing.check("bluesky", { text: "Hello", media: [], options: {} })).toEqual([]);
    const [problem] = publishing.check("bluesky", { text: "x".repeat(101), media: [], options: {} });
    expect(problem).toMatchObject({ code: "TEXT_TOO_LONG" });
  });

  it.each([
    ["no options", undefined, {}],
    ["unknown options", { other: 1, constructor: 2 }, {}],
    ["known and unknown options", { tag: "a", __proto__: { x: 1 }, other: {} }, { tag: "a" }],
  ])("accepts %s", (_, value, options) => {
    expect(publishing.optionsOf("bluesky", value)).toEqual(options);
  });

  it.each([
    ["a text", "tag", "must be an object"],
    ["a list", [], "must be an object"],
    ["an invalid value", { tag: 5 }, "option tag for the whole network is invalid"],
    ["a value that is too long", { tag: "abcdef" }, "option tag for the whole network is invalid"],
  ])("refuses %s as options", (_, value, sentence) => {
    const refusal = expect.objectContaining({ kind: "CONTENT", message: expect.stringContaining(sentence) });
    expect(() => publishing.optionsOf("bluesky", value)).toThrow(refusal);
  });

  it("copies no options before they are checked, because they may be large", () => {
    const clone = vi.spyOn(globalThis, "structuredClone");
    try {
      expect(() => publishing.optionsOf("bluesky", { tag: Array(1_000).fill({}) })).toThrow(/invalid/);
      expect(clone).not.toHaveBeenCalled();
    } finally {
      clone.mockRestore();
    }
  });
});

describe("a server without a key for tokens", () => {
  it("refuses to store credentials", async () => {
    const settings = { tokenKeys: "", testNetworkUrl: "", mongodbUrl: "mongodb://db.test" };
    const { publishing } = startNode({} as Store, settings);
    const account = { profileId: "profile", platform: "bluesky" as const, externalId: "ada" };
    for (const sealed of [
      publishing.seal({ token: "token" }, account),
      publishing.sealConsumer({ key: "key", secret: "secret" }),
      publishing.sealWebhookSecret("secret", "hook"),
    ])
      await expect(sealed).rejects.toMatchObject({ name: "PublishRefused", kind: "NOT_CONFIGURED" });
  });
});

describe("media files", () => {
  let server: Server;
  let url: string;
  beforeEach(async () => {
    server = createServer((request, response) => {
      const status = request.url === "/gone" ? 404 : 200;
      response.writeHead(status, { "content-type": request.url === "/text" ? "text/html" : "image/png; x=1" });
      response.end("x".repeat(request.url === "/large" ? 101 : 100));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const mediaSlots = new Semaphore(1);
  const begin = (scriptHttpPrivateNetworks = "127.0.0.1") => {
    const config = { scriptHttpPrivateNetworks } as never;
    const outgoing = createOutgoing({
      ...{ timeoutMs: 1, maxRequestBytes: 0, maxResponseBytes: 1 },
      privateNetworks: scriptHttpPrivateNetworks,
    });
    return publisherContext({
      ...{ clock: new FakeClock(), config, outgoing, mediaSlots },
      calls: new NetworkCalls({ timeoutMs: 1_000 }),
    });
  };
  const limits = { maxBytes: 100, types: ["image/png", "image/jpeg"] };

  it("are read with their type", async () => {
    const { context, end } = begin();
    const { bytes, type } = await context.readMedia(`${url}/image`, limits);
    end();
    expect([bytes.length, type]).toEqual([100, "image/png"]);
  });

  it.each([
    ["is larger than the limit", "/large", "127.0.0.1"],
    ["has another type", "/text", "127.0.0.1"],
    ["does not exist", "/gone", "127.0.0.1"],
    ["is on a private network", "/image", "10.0.0.0/8"],
    ["has a URL without https", "/image", ""],
  ])("are refused as MEDIA if one %s", async (_, path, networks) => {
    const { context, end } = begin(networks);
    await expect(context.readMedia(`${url}${path}`, limits)).rejects.toMatchObject({ kind: "MEDIA" });
    end();
  });

  it("of one post at a time are in memory, as the setting says", async () => {
    const [first, second] = [begin(), begin()];
    await first.context.readMedia(`${url}/image`, limits);
    await first.context.readMedia(`${url}/image`, limits);
    let isRead = false;
    const reading = second.context.readMedia(`${url}/image`, limits).then(() => {
      isRead = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isRead).toBe(false);
    first.end();
    await reading;
    second.end();
  });
});

describe("a server", () => {
  let app: TestApp;
  afterEach(() => app.discard());

  it("sends due posts when it polls, and has the settings of this domain", async () => {
    app = await startTestApp({ ticks: false });
    const { services } = app;
    const store = await services.stores.open("preview");
    const publishing = services.service(Publishing);
    const profile = await addProfile(store);
    const account = await addAccount(store, { publishing }, profile, { network: "steam" as never });
    const post = await addPost(store, profile, [account], { scheduledFor: app.clock.now() });
    await app.poll();
    await services.jobs.settled();
    expect(await readPost(store, post)).toMatchObject({
      status: "failed",
      targets: [{ error: { code: "NOT_CONFIGURED", message: "Posts cannot be sent to steam." } }],
    });
    expect(publishing.settings).toMatchObject({ postsAtOnce: 500, postLateMinutes: 60 });
  });
});

it("a post waits in memory for no longer than its process runs", async () => {
  const opened = await engines[0]!.open();
  await prepareSocial(opened.store);
  const clock = new FakeClock();
  const node = startNode(opened.store, { tokenKeys: newKey(), testNetworkUrl: "http://network.test" }, clock);
  const profile = await addProfile(opened.store);
  const account = await addAccount(opened.store, node, profile);
  await node.runner.close(1_000);
  const claimed = node.publishing.claimed();
  const post = await addPost(opened.store, profile, [account], { type: "immediate", claimed });
  expect(await node.publishing.sendNow("preview", post)).toMatchObject({ status: "queued" });
  expect(await readPost(opened.store, post)).not.toHaveProperty("claim");
  clock.advance(MINUTE_MS);
  await opened.discard();
});

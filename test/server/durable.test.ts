import { afterEach, describe, expect, it } from "vitest";
import { API_KEY, SERVER_SECRET, startTestApp, type TestApp } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { count, countOf, gated, signIn, testRequest, withRequests } from "./support.ts";

const DAY_MS = 86_400_000;

describe("a durable request", () => {
  let app: TestApp;
  const start = async (options: Parameters<typeof startTestApp>[0] = {}) => {
    app = await startTestApp({ requests: withRequests(count), ...options });
    const client = await app.client();
    return { client, player: await signIn(client) };
  };
  afterEach(() => app.discard());

  it("is answered with the first outcome when repeated, even on another socket", async () => {
    const { client, player } = await start();
    const first = await client.request("CountRequest", { requestId: "d_1" });
    expect(first).toEqual({ "@class": ".CountResponse", requestId: "d_1", count: 1 });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toEqual(first);
    const other = await app.client({ authToken: client.authToken! });
    expect(await other.request("CountRequest", { requestId: "d_1" })).toEqual(first);
    expect(await countOf(app, player)).toBe(1);
  });

  it("belongs to one player", async () => {
    const { client } = await start();
    await client.request("CountRequest", { requestId: "d_1" });
    const other = await app.client();
    const player = await signIn(other, "other");
    expect(await other.request("CountRequest", { requestId: "d_1" })).toMatchObject({ count: 1 });
    expect(await countOf(app, player)).toBe(1);
  });

  it("from a server credential belongs to the player it acts for", async () => {
    const { player } = await start();
    const server = await TestClient.connect(`${app.url}/ws/server/${API_KEY}`, { secret: SERVER_SECRET });
    for (let i = 0; i < 2; i++)
      expect(await server.request("CountRequest", { requestId: "d_1", playerId: player })).toMatchObject({ count: 1 });
    await server.close();
  });

  it("is recognized by its prefix only", async () => {
    const { client, player } = await start();
    for (const requestId of ["1", "D_1", "xd_1"])
      for (let i = 0; i < 2; i++) await client.request("CountRequest", { requestId });
    expect(await countOf(app, player)).toBe(6);
  });

  it("gets the same refusal again, including the data next to the error", async () => {
    const { client, player } = await start();
    const first = await client.request("CountRequest", { requestId: "d_1", afterwards: "refuse" });
    expect(first).toMatchObject({ count: 1, error: { COUNT: "REFUSED" } });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toEqual(first);
    expect(await countOf(app, player)).toBe(0);
  });

  it("is run again after a server failure", async () => {
    const { client } = await start();
    const first = await client.request("CountRequest", { requestId: "d_1", afterwards: "fail" });
    expect(first).toMatchObject({ error: { server: "INTERNAL" } });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ count: 1 });
  });

  it("is validated again if it was refused before its work", async () => {
    const { client } = await start();
    expect(await client.request("CountRequest", { requestId: "d_1", afterwards: {} })).toHaveProperty("error");
    expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ count: 1 });
  });

  it("is rolled back if another server was faster, and answered with that outcome", async () => {
    const meanwhile = testRequest({
      ...count,
      name: "CountRequest",
      work: "write",
      // After this server looked for an outcome, and before its own work.
      async prepare({ documents, player }) {
        const expires = new Date(Date.now() + DAY_MS);
        const outcome = JSON.stringify({ response: { count: 41 } });
        await documents
          .collection("durableRequest")
          .insertOne({ _id: `${player}:d_1`, outcome, answered: true, expires });
      },
    } as Parameters<typeof testRequest>[0]);
    const { client, player } = await start({ requests: withRequests(meanwhile) });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ count: 41 });
    expect(await countOf(app, player)).toBe(0);
  });

  it("runs once if sent many times concurrently", async () => {
    const { client, player } = await start();
    const others = await Promise.all([1, 2, 3].map(() => app.client({ authToken: client.authToken! })));
    const answers = await Promise.all(
      [client, ...others].flatMap((c) =>
        Array.from({ length: 5 }, () => {
          c.sendFrame({ "@class": ".CountRequest", requestId: "d_1" });
          return c.next((f) => f.requestId === "d_1");
        }),
      ),
    );
    expect(answers).toHaveLength(20);
    for (const answer of answers) expect(answer).toMatchObject({ count: 1 });
    expect(await countOf(app, player)).toBe(1);
  });

  it("is answered with the outcome that another node stored in the meantime", async () => {
    const wait = gated();
    const { client, player } = await start({ requests: withRequests(wait.request) });
    const answer = client.request("WaitRequest", { requestId: "d_1", n: 1 });
    await wait.until(1);
    // What the other node wrote: this node's transaction is still open, so it goes first or fails on the key.
    const store = app.services.stores.opened("preview")!;
    const outcome = JSON.stringify({ response: { n: 2 } });
    const kept = { _id: `${player}:d_1`, outcome, answered: true, expires: new Date(app.clock.now() + DAY_MS) };
    const written = store
      .collection("durableRequest")
      .insertOne(kept)
      .then(
        () => "other",
        () => "this",
      );
    wait.release();
    expect((await answer).n).toBe((await written) === "other" ? 2 : 1);
  });

  it("is deleted after durableRequestDays", async () => {
    const { client } = await start({ config: { durableRequestDays: 1 } });
    await client.request("CountRequest", { requestId: "d_1" });
    const kept = await app.services.stores.opened("preview")!.collection("durableRequest").findOne({});
    expect(kept?.expires).toEqual(new Date(app.clock.now() + DAY_MS));
    const indexes = await app.services.stores.opened("preview")!.collection("durableRequest").indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expires: 1 }, expireAfterSeconds: 0 }));
  });

  it("that only reads is stored too, without a token", async () => {
    let reads = 0;
    const read = testRequest({ name: "ReadRequest", handle: async () => ({ response: { reads: ++reads } }) });
    const { client } = await start({ requests: withRequests(read) });
    for (let i = 0; i < 2; i++)
      expect(await client.request("ReadRequest", { requestId: "d_1" })).toMatchObject({ reads: 1 });
  });

  it("runs its scripts once", async () => {
    const scripts = fakeScripts({
      "request/CountRequest": () => ({ scriptData: { a: 1 } }),
      "response/CountResponse": (run) => ({ scriptData: { ...run.scriptData, b: 2 }, scriptErrors: { C: 3 } }),
    });
    const { client } = await start({ cloudCode: scripts });
    const first = await client.request("CountRequest", { requestId: "d_1" });
    expect(first).toMatchObject({ count: 1, scriptData: { a: 1, b: 2 }, error: { C: 3 } });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toEqual(first);
    expect(scripts.runs).toHaveLength(2);
  });

  it("repeated while its script runs waits for it and runs no script of its own", async () => {
    const began = Promise.withResolvers<void>();
    const going = Promise.withResolvers<void>();
    const scripts = fakeScripts({
      "request/CountRequest": async () => {
        began.resolve();
        await going.promise;
        return {};
      },
    });
    const plain = testRequest({ name: "PlainRequest", handle: async () => ({ response: {} }) });
    const { client, player } = await start({ cloudCode: scripts, requests: withRequests(count, plain) });
    const first = client.request("CountRequest", { requestId: "d_1" });
    await began.promise;
    const other = await app.client({ authToken: client.authToken! });
    const second = other.request("CountRequest", { requestId: "d_1" });
    // By the answers to these the server has come to the repeat, and as far as it goes.
    for (let n = 0; n < 3; n++) await other.request("PlainRequest");
    expect(scripts.runs).toHaveLength(1);
    going.resolve();
    expect(await second).toEqual(await first);
    expect(scripts.runs).toHaveLength(1);
    expect(await countOf(app, player)).toBe(1);
  });

  it("whose request script failed is retried", async () => {
    let runs = 0;
    const failure = { kind: "timeout", message: "too long" } as const;
    const scripts = fakeScripts({ "request/CountRequest": () => (++runs === 1 ? { failure } : {}) });
    const { client } = await start({ cloudCode: scripts });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ error: { script: "TIMEOUT" } });
    expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ count: 1 });
  });

  it("that its script refused is stored too", async () => {
    let runs = 0;
    const scripts = fakeScripts({ "request/CountRequest": () => ({ scriptErrors: { RUN: ++runs } }) });
    const { client } = await start({ cloudCode: scripts });
    for (let i = 0; i < 2; i++)
      expect(await client.request("CountRequest", { requestId: "d_1" })).toMatchObject({ error: { RUN: 1 } });
  });
});

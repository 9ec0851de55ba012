import { once } from "node:events";
import { connect } from "node:net";
import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, startTestApp, type TestApp } from "../support/app.ts";
import { frame, gone, rawClient, shakeHands } from "./raw.ts";
import { echo, signIn, testRequest, withRequests } from "./support.ts";

const large = testRequest({
  name: "LargeRequest",
  caller: "anyone",
  fields: Type.Object({ bytes: Type.Integer() }),
  handle: async (_context, { bytes }) => ({ response: { text: "x".repeat(bytes as number) } }),
});
const requests = withRequests(echo, large);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ requests, config: { maxRequestBytes: 4096, maxResponseBytes: 10_000 } });
});
afterAll(() => app.discard());

/** The server still does its work. */
const stillWorks = async (server = app) => {
  const client = await server.client();
  expect(await client.request("EchoRequest", { count: 1 })).toMatchObject({ count: 1 });
  await client.close();
};

describe("size", () => {
  it("a request that is too large is answered with an error and its requestId", async () => {
    const client = await app.client();
    expect(await client.request("EchoRequest", { count: 1, name: "x".repeat(4096) })).toMatchObject({
      "@class": ".EchoResponse",
      error: { request: "TOO_LARGE", detail: expect.stringContaining("4096") },
    });
    expect(await client.request("EchoRequest", { count: 1, name: "x".repeat(3900) })).toMatchObject({ count: 1 });
    await client.close();
  });

  it("a frame of twice that size closes the socket", async () => {
    const client = await app.client();
    client.sendText(JSON.stringify({ "@class": ".EchoRequest", name: "x".repeat(8192) }));
    expect(await client.closed).toMatchObject({ code: 1009 });
    await stillWorks();
  });

  it("a fragmented frame counts as one", async () => {
    const client = await rawClient(app);
    client.tcp.write(frame("{", { first: 0x01 }));
    for (let i = 0; i < 100; i++) client.tcp.write(frame(" ".repeat(100), { first: 0x00 }));
    await gone(client.tcp);
    await stillWorks();
  });

  it("a response that is too large becomes an error", async () => {
    const client = await app.client();
    expect(await client.request("LargeRequest", { bytes: 10_001 })).toEqual({
      "@class": ".LargeResponse",
      requestId: expect.any(String),
      error: { response: "TOO_LARGE", detail: expect.stringContaining("10000") },
    });
    await client.close();
  });
});

describe("huge or deep input with the default limits", () => {
  const many = (item: string, count = 20_000) => `[${Array(count).fill(item).join()}]`;
  const levels = (open: string, close: string, count = 10_000) => `${open.repeat(count)}1${close.repeat(count)}`;
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp({ requests });
  });
  afterAll(() => server.discard());

  it.each<[string, string, Record<string, unknown>]>([
    ["20,000 numbers", many("1"), { request: "NOT_AN_OBJECT" }],
    ["10,000 levels", levels("[", "]"), { request: "TOO_DEEP" }],
    ["10,000 levels in a field", `{"@class":".EchoRequest","x":${levels('{"a":', "}")}}`, { request: "TOO_DEEP" }],
    ["a list of 20,000 where a number is due", `{"@class":".EchoRequest","count":${many("1")}}`, { count: "INVALID" }],
    ["300,000 bytes", `{"@class":".EchoRequest","name":"${"x".repeat(300_000)}"}`, { request: "TOO_LARGE" }],
  ])("%s get an error", async (_what, text, error) => {
    const client = await server.client();
    client.sendText(text);
    expect((await client.next()).error).toMatchObject(error);
    expect(await client.request("EchoRequest", { count: 1 })).toMatchObject({ count: 1 });
    await client.close();
  });

  it.each([
    ["10 MB", `"${"x".repeat(10_000_000)}"`, 1009],
    ["20,000 requests", many("{}"), 1008],
  ])("%s close the socket", async (_what, text, code) => {
    const client = await server.client();
    client.sendText(text);
    expect(await client.closed).toMatchObject({ code });
    await stillWorks(server);
  });
});

describe("rate", () => {
  const rated = () =>
    startTestApp({ requests, config: { requestsPerSecond: 1, requestBurst: 20, maxRateRefusals: 100 } });

  it("requests beyond the burst are refused with their requestId, and the socket stays open", async () => {
    const server = await rated();
    const client = await server.client();
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.request("EchoRequest", { count: 1 })));
    const refused = answers.filter((a) => a.error);
    expect(refused.length).toBeGreaterThan(10);
    expect(answers.slice(0, 19).filter((a) => a.error)).toEqual([]);
    expect(refused[0]).toMatchObject({
      "@class": ".EchoResponse",
      error: { RUNTIME_API_REQUESTS_PREVIEW_SECOND: "EXCEEDED" },
    });
    await server.discard();
  });

  it("an array counts as its requests", async () => {
    const server = await rated();
    const client = await server.client();
    client.sendFrame(Array.from({ length: 40 }, (_, i) => ({ "@class": ".EchoRequest", count: 1, requestId: `${i}` })));
    expect(await client.next((f) => f.requestId === "39")).toHaveProperty("error");
    await server.discard();
  });

  it.each([
    ["requests", '{"@class":".EchoRequest","count":1}'],
    ["nonsense", "nonsense"],
    ["keep-alives", " "],
    ["an array", JSON.stringify(Array(1000).fill({}))],
  ])("a flood of %s closes the socket", async (_what, text) => {
    const server = await rated();
    const client = await server.client();
    for (let i = 0; i < 1000; i++) client.sendText(text);
    expect(await client.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("slow down") });
    await stillWorks(server);
    await server.discard();
  });
});

describe("a slow reader", () => {
  it("is disconnected and logged, and nobody else is affected", async () => {
    const server = await startTestApp({ requests, config: { maxUnsentBytes: 1_000_000 } });
    const client = await rawClient(server);
    await shakeHands(client);
    client.tcp.pause();
    const closed = gone(client.tcp);
    for (let i = 0; i < 100; i++) client.tcp.write(frame('{"@class":".LargeRequest","bytes":1000000}'));
    await expect.poll(() => server.services.metrics.closed.get("slowReader")).toBe(1);
    await expect.poll(() => server.services.metrics.connections).toBe(0);
    expect(server.log).toContainEqual(expect.objectContaining({ why: "slowReader", unread: expect.any(Number) }));
    client.tcp.resume();
    await closed;
    await stillWorks(server);
    await server.discard();
  });
});

describe("silence", () => {
  it("triggers a ping, and closes the socket if there is no pong", async () => {
    // The one that answers has time to, on a busy machine too: a ping comes after a third of it.
    const [hasty, patient] = await Promise.all(
      [1_500, 6_000].map((idleTimeoutMs) => startTestApp({ requests, config: { idleTimeoutMs } })),
    );
    const [polite, mute] = [await patient!.client(), await rawClient(hasty!)];
    await shakeHands(mute);
    let pings = 0;
    polite.socket.on("ping", () => pings++);
    await gone(mute.tcp);
    expect(mute.received).toContain(String.fromCharCode(0x89, 0));
    await expect.poll(() => pings).toBeGreaterThan(0);
    expect(await polite.request("EchoRequest", { count: 1 })).toMatchObject({ count: 1 });
    expect(hasty!.log).toContainEqual(expect.objectContaining({ why: "idle" }));
    expect(patient!.log).not.toContainEqual(expect.objectContaining({ why: "idle" }));
    await Promise.all([hasty!.discard(), patient!.discard()]);
  });

  it("does not affect clients that ping", async () => {
    const client = await rawClient(app);
    client.tcp.write(frame("hello", { first: 0x89 }));
    await client.until(String.fromCharCode(0x8a, 5));
    client.tcp.destroy();
  });
});

describe("frames to clients", () => {
  it("are unfragmented text, even if many are sent together", async () => {
    const client = await rawClient(app);
    await shakeHands(client);
    const before = client.received.length;
    const one = frame('{"@class":".EchoRequest","count":1}');
    client.tcp.write(Buffer.concat(Array(50).fill(one)));
    const answer = '{"@class":".EchoResponse","count":1}';
    const expected = (String.fromCharCode(0x81, answer.length) + answer).repeat(50);
    while (client.received.length < before + expected.length) await once(client.tcp, "data");
    expect(client.received.slice(before)).toBe(expected);
    client.tcp.destroy();
  });

  it("follow a short response to the upgrade", async () => {
    const client = await rawClient(app);
    const lines = client.received.split("\r\n\r\n")[0]!.split("\r\n");
    expect(lines[0]).toContain("HTTP/1.1 101");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
    client.tcp.destroy();
  });
});

describe("misbehaving clients", () => {
  const upgrade = `GET /ws/device/${API_KEY} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
  it.each([
    ["no WebSocket at all", "nonsense\r\n\r\n"],
    ["an upgrade without key", `${upgrade}Sec-WebSocket-Version: 13\r\n\r\n`],
    [
      "an upgrade of an unknown version",
      `${upgrade}Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 99\r\n\r\n`,
    ],
  ])("%s are rejected", async (_what, text) => {
    const tcp = connect(app.port, "127.0.0.1");
    tcp.on("error", () => {});
    let answer = "";
    tcp.on("data", (chunk) => {
      answer += chunk;
    });
    tcp.write(text);
    await gone(tcp);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    await stillWorks();
  });

  it("endless headers are cut off", async () => {
    const tcp = connect(app.port, "127.0.0.1");
    tcp.on("error", () => {});
    tcp.write(`${upgrade}X: ${"x".repeat(100_000)}`);
    await gone(tcp);
    await stillWorks();
  });

  it.each([
    ["an unmasked frame", frame("{}", { mask: false })],
    ["a reserved opcode", frame("{}", { first: 0x83 })],
    ["a continuation of nothing", frame("{}", { first: 0x80 })],
    ["a frame that claims to be huge", Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["a compressed frame without negotiation", frame("{}", { first: 0xc1 })],
  ])("%s closes the socket", async (_what, bytes) => {
    const client = await rawClient(app);
    client.tcp.write(bytes);
    await gone(client.tcp);
    await stillWorks();
  });

  it("clients that disconnect during a request or the handshake leave nothing behind", async () => {
    const client = await app.client();
    await signIn(client, "leaves");
    const before = app.services.metrics.connections;
    const clients = await Promise.all(Array.from({ length: 20 }, () => rawClient(app)));
    for (const [i, { tcp }] of clients.entries()) {
      tcp.write(i % 2 ? frame('{"@class":".AuthenticatedConnectRequest"}') : frame("{").subarray(0, 4));
      tcp.resetAndDestroy();
    }
    await expect.poll(() => app.services.metrics.connections).toBe(before);
    await client.close();
  });
});

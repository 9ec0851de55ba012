import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hmacOf } from "../../src/server/hmac.ts";
import {
  API_KEY,
  DEVICE_SECRET,
  SERVER_SECRET,
  startTestApp,
  type TestApp,
  testConfig,
  testCredential,
  testGame,
} from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { SecureClient, shift } from "../support/secure-client.ts";
import { signIn } from "./support.ts";

const game = testGame([
  testCredential("pre", { secret: "pre:fix" }),
  testCredential("custom", { secret: "custom secret" }),
  testCredential("SFTP", { type: "SFTP" }),
  testCredential("open", { secret: "" }),
]);
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ game, config: { maxConnections: 50 } });
});
afterAll(() => app.discard());

/** What a refused upgrade answers. */
const refusedUpgrade = (path: string) =>
  new Promise<{ status: number; words: string; body: string }>((resolve, reject) => {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    };
    const request = httpRequest(`${app.httpUrl}${path}`, { headers }, async (response) => {
      let body = "";
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode!, words: response.statusMessage!, body });
    });
    request.on("upgrade", () => reject(new Error("upgraded")));
    request.on("error", reject);
    request.end();
  });

describe("a socket address", () => {
  it.each([
    ["/ws/device/unknownkey", 404, "UNKNOWN SERVICE"],
    ["/ws/unknownkey", 404, "UNKNOWN SERVICE"],
    [`/ws/nobody/${API_KEY}`, 404, "UNKNOWN SERVICE"],
    [`/ws/SFTP/${API_KEY}`, 404, "UNKNOWN SERVICE"],
    [`/ws/open/${API_KEY}`, 404, "UNKNOWN SERVICE"],
    [`/ws/secure/nobody/${API_KEY}`, 404, "UNKNOWN SERVICE"],
    [`/ws/__proto__/${API_KEY}`, 404, "UNKNOWN SERVICE"],
    [`/other/${API_KEY}`, 404, "INVALID LOCATION"],
    ["/ws/%ZZ", 404, "INVALID LOCATION"],
  ])("%s is refused with words that SDKs search for", async (path, status, words) => {
    const refused = await refusedUpgrade(path);
    expect(refused).toMatchObject({ status, words });
    expect(refused.body).toContain(words);
  });

  it.each([
    [`/ws/${API_KEY}`, DEVICE_SECRET],
    [`/ws/device/${API_KEY}`, DEVICE_SECRET],
    [`/ws/server/${API_KEY}`, SERVER_SECRET],
    [`/preview/ws/device/${API_KEY}?deviceOS=IOS&deviceID=1&SDK=Java`, DEVICE_SECRET],
    [`/ws/custom/${API_KEY}`, "custom secret"],
    [`/ws/secure/pre/${API_KEY}`, "pre:fix"],
    [`/ws/secure/${API_KEY}`, "pre:fix"],
    [`/ws/secure/${API_KEY}`, "custom:custom secret"],
    [`/ws/secure/custom/${API_KEY}`, "custom:custom secret"],
  ])("%s uses the secret %s", async (path, secret) => {
    const client = new TestClient(`${app.url}${path}`);
    expect(await client.handshake({ secret })).toMatchObject({ sessionId: expect.any(String) });
    await client.close();
  });
});

describe("the handshake", () => {
  it("begins with a unique nonce and ends with a session and the client's settings", async () => {
    const [one, two] = [new TestClient(app.socketUrl()), new TestClient(app.socketUrl())];
    const nonce = await one.next();
    expect(nonce).toEqual({ "@class": ".AuthenticatedConnectResponse", nonce: expect.any(String) });
    expect((await two.next()).nonce).not.toBe(nonce.nonce);
    one.sendFrame({ "@class": ".AuthenticatedConnectRequest", hmac: hmacOf(nonce.nonce, DEVICE_SECRET) });
    expect(await one.next()).toEqual({
      "@class": ".AuthenticatedConnectResponse",
      sessionId: expect.any(String),
      clientConfig: expect.objectContaining({ requestTimeout: 15_000, durableConcurrentRequests: 1 }),
    });
    await Promise.all([one.close(), two.close()]);
  });

  it.each([
    ["another secret", { secret: "wrong" }],
    ["the secret of another credential", { secret: SERVER_SECRET }],
    ["no hmac", { secret: DEVICE_SECRET, with: { hmac: undefined } }],
    ["an hmac that is not text", { secret: DEVICE_SECRET, with: { hmac: { a: 1 } } }],
    ["an empty hmac", { secret: DEVICE_SECRET, with: { hmac: "" } }],
  ])("is refused for %s, and the socket is closed", async (_what, handshake) => {
    const client = new TestClient(app.socketUrl());
    const reply = await client.handshake(handshake);
    expect(reply).toEqual({
      "@class": ".AuthenticatedConnectResponse",
      error: { authentication: "NOTAUTHORIZED", detail: expect.stringContaining("secret") },
    });
    expect(await client.closed).toMatchObject({ code: 1008 });
  });

  it("must be complete before any request", async () => {
    const client = new TestClient(app.socketUrl());
    await client.next();
    expect(await client.request("AccountDetailsRequest")).toMatchObject({
      "@class": ".AccountDetailsResponse",
      error: { authentication: "NOTAUTHORIZED", detail: expect.stringContaining("handshake") },
    });
    await client.close();
  });

  it("may be sent together with the requests that follow it", async () => {
    const client = new TestClient(app.socketUrl());
    const { nonce } = await client.next();
    client.sendFrame({ "@class": ".AuthenticatedConnectRequest", hmac: hmacOf(nonce, DEVICE_SECRET) });
    client.sendFrame({
      "@class": ".DeviceAuthenticationRequest",
      deviceId: "together",
      deviceOS: "IOS",
      requestId: "1",
    });
    client.sendFrame({ "@class": ".AccountDetailsRequest", requestId: "2" });
    expect(await client.next()).toHaveProperty("sessionId");
    const { userId } = await client.next((f) => f.requestId === "1");
    expect(await client.next((f) => f.requestId === "2")).toMatchObject({ userId });
    await client.close();
  });

  it("is done once per socket", async () => {
    const client = await app.client();
    client.sendFrame({ "@class": ".AuthenticatedConnectRequest", hmac: "x" });
    expect(await client.next()).toMatchObject({ "@class": ".AuthenticatedConnectResponse", error: {} });
    expect(await client.request("AccountDetailsRequest")).toHaveProperty("error");
    await client.close();
  });

  it("has a deadline", async () => {
    const impatient = await startTestApp({ config: { handshakeTimeoutMs: 100 } });
    const client = new TestClient(impatient.socketUrl());
    expect(await client.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("too long") });
    await impatient.discard();
  });
});

describe("an authToken in the handshake", () => {
  it("signs its player in again and issues a new token; the old one stays valid", async () => {
    const first = await app.client();
    const userId = await signIn(first, "again");
    const token = first.authToken!;
    await first.close();

    const second = await app.client({ authToken: token });
    expect(second).toMatchObject({ userId, authToken: expect.any(String) });
    expect(second.authToken).not.toBe(token);
    expect(await second.request("AccountDetailsRequest")).toMatchObject({ userId });
    const third = await app.client({ authToken: token });
    expect(third.userId).toBe(userId);
    await Promise.all([second.close(), third.close()]);
  });

  it("also works after the session has ended", async () => {
    const first = await app.client();
    const userId = await signIn(first, "ended");
    await first.request("EndSessionRequest");
    const second = await app.client({ authToken: first.authToken! });
    expect(second.userId).toBe(userId);
    await Promise.all([first.close(), second.close()]);
  });

  it("is ignored once it has expired", async () => {
    const first = await app.client();
    await signIn(first, "over");
    const token = first.authToken!;
    app.clock.advance(testConfig().authTokenDays * 86_400_000 + 1);
    const client = new TestClient(app.socketUrl());
    const reply = await client.handshake({ secret: DEVICE_SECRET, authToken: token });
    expect(reply).not.toHaveProperty("authToken");
    expect(reply).not.toHaveProperty("userId");
    expect(reply).not.toHaveProperty("error");
    await Promise.all([first.close(), client.close()]);
  });

  it.each([
    ["unknown", "5d8ae2b5-54f3-4fb3-8d36-3f6b8e3b0a51"],
    ["0", "0"],
    ["empty", ""],
    ["null", null],
    ["no text", { $ne: null }],
  ])("is ignored if it is %s", async (_what, authToken) => {
    const client = new TestClient(app.socketUrl());
    const reply = await client.handshake({ secret: DEVICE_SECRET, with: { authToken } });
    expect(Object.keys(reply).sort()).toEqual(["@class", "clientConfig", "sessionId"]);
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ error: { authentication: "NOTAUTHORIZED" } });
    await client.close();
  });
});

describe("a session", () => {
  it("continues over sockets of the same credential, including its start time", async () => {
    const first = await app.client();
    app.clock.advance(60_000);
    const second = await app.client({ sessionId: first.sessionId! });
    expect(second.sessionId).toBe(first.sessionId);
    await signIn(second, "session");
    expect(await second.request("EndSessionRequest")).toMatchObject({ sessionDuration: 60 });
    app.clock.advance(5_000);
    expect(await second.request("EndSessionRequest")).toMatchObject({ sessionDuration: 5 });
    await Promise.all([first.close(), second.close()]);
  });

  it.each(["made up", "", { a: 1 }])("is new if %j is sent", async (sessionId) => {
    const client = new TestClient(app.socketUrl());
    const reply = await client.handshake({ secret: DEVICE_SECRET, with: { sessionId } });
    expect(reply.sessionId).toMatch(/^\w+-/);
    expect(reply.sessionId).not.toBe(sessionId);
    await client.close();
  });

  it("belongs to one stage", async () => {
    const preview = await app.client();
    await signIn(preview, "stages");
    const live = await TestClient.connect(`${app.url}/live/ws/device/${API_KEY}`, {
      secret: DEVICE_SECRET,
      authToken: preview.authToken!,
    });
    expect(live.userId).toBeUndefined();
    expect(await signIn(live, "stages")).not.toBe(preview.userId);
    await Promise.all([preview.close(), live.close()]);
  });
});

describe("the signed-in player", () => {
  it("is replaced by another login on the socket, and is online while a socket is open", async () => {
    const client = await app.client();
    const one = await signIn(client, "first of two");
    const two = await signIn(client, "second of two");
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ userId: two });
    const online = () => app.services.presence.online([one, two] as never[]);
    expect([...(await online())]).toEqual([two]);
    expect(app.send(one as never, { "@class": ".TestMessage" })).toBe(0);
    expect(app.send(two as never, { "@class": ".TestMessage" })).toBe(1);
    expect(await client.next((f) => f["@class"] === ".TestMessage")).toBeDefined();
    await client.close();
    await expect.poll(online).toEqual(new Set());
  });
});

describe("the C# SDK's framing", () => {
  const url = () => `${app.url}/ws/secure/${API_KEY}?deviceOS=IOS&deviceID=1&SDK=Unity`;

  it("wraps every message, signed once the handshake is done", async () => {
    const client = new SecureClient(url());
    await client.handshake({ secret: "pre:fix" });
    const userId = await signIn(client, "framed");
    await client.request("ChangeUserDetailsRequest", { displayName: "Zoë" });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ userId, displayName: "Zoë" });
    await client.request("EndSessionRequest");
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ userId });
    await client.close();
  });

  it("refuses a frame that is not signed", async () => {
    const client = new SecureClient(url());
    await client.handshake({ secret: "pre:fix" });
    client.sendText(shift('{"@class":".AccountDetailsRequest","requestId":"1"}', 10));
    expect(await client.next()).toMatchObject({ error: { request: "BAD_SIGNATURE" } });
    expect(await signIn(client, "signed after all")).toMatch(/^[0-9a-f]{24}$/);
    await client.close();
  });

  it("is not used if the client's first frame is plain", async () => {
    const client = new TestClient(url());
    client.decode = (text) => JSON.parse(text.startsWith("{") ? text : shift(text, -10));
    expect(await client.handshake({ secret: "pre:fix" })).toHaveProperty("sessionId");
    expect(await signIn(client, "plain after all")).toMatch(/^[0-9a-f]{24}$/);
    await client.close();
  });
});

describe("many connections", () => {
  it("are accepted up to the limit", async () => {
    const small = await startTestApp({ config: { maxConnections: 2 } });
    const clients = [await small.client(), await small.client()];
    const third = new TestClient(small.socketUrl());
    const refusal = await new Promise<string>((resolve) =>
      third.socket.on("unexpected-response", (_request, response) =>
        resolve(`${response.statusCode} ${response.statusMessage}`),
      ),
    );
    expect(refusal).toBe("503 RUNTIME_CCU_PREVIEW");
    third.socket.terminate();
    await clients[0]!.close();
    await expect.poll(() => small.services.metrics.connections).toBe(1);
    expect((await small.client()).sessionId).toBeDefined();
    await small.discard();
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEVICE_SECRET, SERVER_SECRET, startTestApp, type TestApp, testCredential, testGame } from "../support/app.ts";
import type { AnyFrame } from "../support/client.ts";
import { count, countOf, echo, signIn, testRequest, withRequests } from "./support.ts";

const failing = testRequest({
  name: "FailRequest",
  caller: "anyone",
  handle: () => Promise.reject(new Error("hunter2")),
});
const game = testGame([
  testCredential("closed", { restPolicy: "Forbidden" }),
  testCredential("strict", { restPolicy: "RequireAuthToken", canHavePlayer: false }),
]);
let app: TestApp;
let player: string;
let token: string;
beforeAll(async () => {
  app = await startTestApp({
    game,
    requests: withRequests(echo, count, failing),
    config: { maxRequestBytes: 4096, requestBurst: 1000 },
  });
  const client = await app.client();
  player = await signIn(client, "rest");
  token = client.authToken!;
});
afterAll(() => app.discard());

const post = async (path: string, body: unknown, init: RequestInit = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${app.httpUrl}${path}`, { method: "POST", body: text, ...init });
  return { status: response.status, body: (await response.json()) as AnyFrame };
};
const path = (request: string, credential = "device", secret = `${credential} secret`) =>
  `/rs/${credential}/${encodeURIComponent(secret)}/${request}`;

describe("a request over REST", () => {
  it("is answered as on a socket", async () => {
    expect(await post(path("EchoRequest"), { count: "1", requestId: "r" })).toEqual({
      status: 200,
      body: { "@class": ".EchoResponse", count: 1, requestId: "r" },
    });
  });

  it("may have any content type, and no body if it has no fields", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect((await post(path("EchoRequest"), { count: 1 }, { headers })).status).toBe(200);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(path("EchoRequest"), { count: 1 }, { headers: form })).status).toBe(200);
    const response = await fetch(`${app.httpUrl}${path("EchoRequest")}`, { method: "POST" });
    expect(await response.json()).toMatchObject({ error: { count: "REQUIRED" } });
  });

  it("has the class named in the path", async () => {
    const { body } = await post(path("EchoRequest"), { "@class": ".CountRequest", count: 1 });
    expect(body["@class"]).toBe(".EchoResponse");
  });

  it("signs in for an authToken, not for a connection", async () => {
    const { body } = await post(path("DeviceAuthenticationRequest"), { deviceId: "rest login", deviceOS: "IOS" });
    expect(body).toMatchObject({ "@class": ".AuthenticationResponse", authToken: expect.any(String) });
    expect([...(await app.services.presence.online([body.userId as never]))]).toEqual([]);
    const again = await post(path("AccountDetailsRequest"), { authToken: body.authToken });
    expect(again).toMatchObject({ status: 200, body: { userId: body.userId } });
  });

  it("takes its stage from the path or the host", async () => {
    await post(`/live${path("DeviceAuthenticationRequest")}`, { deviceId: "rest stage", deviceOS: "IOS" });
    expect(app.services.stores.opened("live")).toBeDefined();
    const live = await post(`/live${path("AccountDetailsRequest")}`, { authToken: token });
    expect(live.status).toBe(401);
    expect((await post(`/preview${path("AccountDetailsRequest")}`, { authToken: token })).status).toBe(200);
  });
});

describe("the player of a REST call", () => {
  it.each([
    ["server", () => ({ playerId: player }), 200],
    ["server", () => ({}), { playerId: "REQUIRED" }],
    ["server", () => ({ playerId: "5f0c1e2ab3d4c5e6f7a8b9c0" }), { playerId: "UNKNOWN" }],
    ["device", () => ({ authToken: token }), 200],
    ["device", () => ({ authToken: token, playerId: player }), 200],
    ["device", () => ({ playerId: player }), { authentication: "NOTAUTHORIZED" }],
    ["device", () => ({}), { authentication: "NOTAUTHORIZED" }],
    ["strict", () => ({ authToken: token, playerId: player }), 200],
  ])("%s with %s", async (credential, fields, expected) => {
    const before = await countOf(app, player);
    const { status, body } = await post(path("CountRequest", credential), fields());
    expect(status).toBe(200);
    if (expected === 200) expect(body).toMatchObject({ count: before + 1 });
    else expect(body).toMatchObject({ error: expected });
  });
});

describe("REST calls that are refused before dispatch", () => {
  it.each([
    ["another secret", () => path("EchoRequest", "device", "wrong"), {}, 401, { authentication: "NOTAUTHORIZED" }],
    [
      "another's secret",
      () => path("EchoRequest", "device", SERVER_SECRET),
      {},
      401,
      { authentication: "NOTAUTHORIZED" },
    ],
    [
      "unknown credential",
      () => path("EchoRequest", "nobody", DEVICE_SECRET),
      {},
      401,
      { authentication: "NOTAUTHORIZED" },
    ],
    ["REST forbidden", () => path("EchoRequest", "closed"), {}, 403, { credential: "FORBIDDEN" }],
    [
      "a token wanted",
      () => path("CountRequest", "strict"),
      { playerId: "x" },
      401,
      { authentication: "NOTAUTHORIZED" },
    ],
    ["a bad token", () => path("CountRequest"), { authToken: "x" }, 401, { authentication: "NOTAUTHORIZED" }],
    [
      "another's token",
      () => path("CountRequest", "strict"),
      () => ({ authToken: token, playerId: "5f0c1e2ab3d4c5e6f7a8b9c0" }),
      401,
      { authentication: "NOTAUTHORIZED" },
    ],
    ["an unknown request", () => path("NobodyKnowsRequest"), {}, 404, { "@class": "UNKNOWN" }],
    ["no JSON", () => path("EchoRequest"), "{", 400, { request: "MALFORMED_JSON" }],
    ["an array", () => path("EchoRequest"), [{ count: 1 }], 400, { request: "NOT_AN_OBJECT" }],
    ["too deep", () => path("EchoRequest"), "[".repeat(2000) + "]".repeat(2000), 400, { request: "TOO_DEEP" }],
    ["too large", () => path("EchoRequest"), { name: "x".repeat(4096) }, 413, { request: "TOO_LARGE" }],
    ["another path", () => "/rs/device", {}, 404, { path: "UNKNOWN" }],
  ])("%s", async (_what, url, body, status, error) => {
    const answer = await post(url(), typeof body === "function" ? body() : body);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer.body.error.detail).toMatch(/\S/);
  });

  it("a request with another method", async () => {
    expect((await fetch(`${app.httpUrl}${path("EchoRequest")}`)).status).toBe(404);
  });

  it("a server failure, which has an id in the log", async () => {
    const { status, body } = await post(path("FailRequest"), {});
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("hunter2");
    expect(app.log).toContainEqual(expect.objectContaining({ errorId: body.error.errorId }));
  });

  it.each([
    ["device", [200, 200, 429, 429]],
    ["server", [200, 200, 200, 200]],
  ])("too many requests of %s on one connection", async (credential, expected) => {
    const small = await startTestApp({
      requests: withRequests(echo),
      config: { requestBurst: 2, requestsPerSecond: 1 },
    });
    const answers: number[] = [];
    const { Agent, request } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 4; i++)
      answers.push(
        await new Promise<number>((resolve, reject) => {
          const sent = request(
            `${small.httpUrl}${path("EchoRequest", credential)}`,
            { method: "POST", agent },
            (response) => {
              response.resume().on("end", () => resolve(response.statusCode!));
            },
          );
          sent.on("error", reject).end('{"count":1}');
        }),
      );
    agent.destroy();
    expect(answers).toEqual(expected);
    await small.discard();
  });
});

it("no secret, token or password is logged", async () => {
  const password = "correct horse battery";
  await post(path("RegistrationRequest"), { userName: "logged", displayName: "logged", password });
  await post(path("AuthenticationRequest"), { userName: "logged", password: "wrong horse" });
  const text = JSON.stringify(app.log);
  for (const secret of [token, DEVICE_SECRET, SERVER_SECRET, password, "wrong horse"])
    expect(text).not.toContain(secret);
});

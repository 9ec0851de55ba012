import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PasswordsBusy } from "../../src/domains/accounts/passwords.ts";
import { field, RequestError } from "../../src/errors.ts";
import { StoreError } from "../../src/store/errors.ts";
import { API_KEY, SERVER_SECRET, startTestApp, type TestApp, testCredential, testGame } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { count, countOf, echo, gated, signIn, testRequest, withRequests } from "./support.ts";

const wait = gated();
const throwing = testRequest({
  name: "ThrowRequest",
  caller: "anyone",
  fields: Type.Object({ what: Type.String() }),
  async handle(_context, { what }) {
    if (what === "passwords") throw new PasswordsBusy("busy");
    if (what === "cause") throw new RequestError(field("provider", "INVALID"), { cause: new Error("because") });
    throw new StoreError("UNAVAILABLE", "the database at 10.0.0.1 is gone");
  },
});
const unsendable = testRequest({
  name: "UnsendableRequest",
  caller: "anyone",
  handle: async () => ({ response: { big: 1n } }),
});
const manyFields = testRequest({
  name: "ManyFieldsRequest",
  caller: "anyone",
  fields: Type.Object(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`field${n}`, Type.Integer()]))),
  handle: async () => ({ response: {} }),
});
const game = testGame([testCredential("narrow", { allows: (name) => name !== "CountRequest" })]);
let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  const requests = withRequests(echo, count, wait.request, throwing, unsendable, manyFields);
  app = await startTestApp({ game, requests, config: { requestBurst: 10_000 } });
  client = await app.client();
});
afterAll(() => app.discard());

describe("a frame that is not a request", () => {
  it.each([
    ["{", { request: "MALFORMED_JSON" }],
    ["nonsense", { request: "MALFORMED_JSON" }],
    ['"text"', { request: "NOT_AN_OBJECT" }],
    ["null", { request: "NOT_AN_OBJECT" }],
    ["[]", { request: "NOT_AN_OBJECT" }],
    ["[1]", { request: "NOT_AN_OBJECT" }],
    ["{}", { "@class": "REQUIRED" }],
    ['{"@class":12}', { "@class": "REQUIRED" }],
    ['{"@class":".NobodyKnowsRequest"}', { "@class": "UNKNOWN" }],
    ['{"@class":".constructor"}', { "@class": "UNKNOWN" }],
    ['{"@class":".__proto__"}', { "@class": "UNKNOWN" }],
    [`{"@class":".EchoRequest","count":${"[".repeat(5000)}${"]".repeat(5000)}}`, { request: "TOO_DEEP" }],
  ])("%.60s is answered with an error", async (text, error) => {
    client.sendText(text);
    const answer = await client.next();
    expect(answer).toEqual({
      "@class": ".GameSparksErrorResponse",
      error: { ...error, detail: expect.stringMatching(/\.$/) },
    });
  });

  it("is answered with the requestId it was sent with", async () => {
    expect(await client.request("NobodyKnowsRequest")).toHaveProperty("requestId");
  });

  it("of white space only is a keep-alive and gets no response", async () => {
    for (const text of [" ", "\n", " \t\r\n "]) client.sendText(text);
    expect(await client.request("EchoRequest", { count: 1 })).toMatchObject({ count: 1 });
    expect(client.inbox).toEqual([]);
  });

  it("closes the socket if it is binary", async () => {
    const other = await app.client();
    other.socket.send(Buffer.from('{"@class":".EchoRequest","count":1}'));
    expect(await other.closed).toMatchObject({ code: 1003 });
  });

  it("closes the socket if it is not valid UTF-8", async () => {
    const other = await app.client();
    other.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false });
    expect(await other.closed).toMatchObject({ code: 1007 });
  });
});

describe("fields", () => {
  it.each([
    [{ count: 1 }, { count: 1 }],
    [
      { count: "1", flag: "true", ids: "a", name: 5 },
      { count: 1, flag: true, ids: ["a"], name: "5" },
    ],
    [{ count: 1, name: null, ids: null }, { count: 1 }],
    [{ count: 1, unheardOf: { of: 1 }, analyticsData: {} }, { count: 1 }],
    [
      { count: 1, place: { latitude: "1.5" } },
      { count: 1, place: { latitude: 1.5 } },
    ],
    [
      { count: 1, anything: { constructor: 1, toString: 2 } },
      { count: 1, anything: { constructor: 1, toString: 2 } },
    ],
  ])("%j are accepted", async (fields, expected) => {
    const { requestId, ...response } = await client.request("EchoRequest", fields);
    expect(response).toEqual({ "@class": ".EchoResponse", ...expected });
    expect(requestId).toEqual(expect.any(String));
  });

  it.each([
    [{}, { count: "REQUIRED" }],
    [{ count: null }, { count: "REQUIRED" }],
    [{ count: "one" }, { count: "INVALID" }],
    [{ count: 1.5 }, { count: "INVALID" }],
    [{ count: {} }, { count: "INVALID" }],
    [
      { name: {}, flag: "maybe" },
      { count: "REQUIRED", name: "INVALID", flag: "INVALID" },
    ],
    [{ count: 1, ids: [{}] }, { "ids.0": "INVALID" }],
    [{ count: 1, place: {} }, { "place.latitude": "REQUIRED" }],
    [{ count: 1, place: 5 }, { place: "INVALID" }],
  ])("%j are refused", async (fields, error) => {
    const response = await client.request("EchoRequest", fields);
    expect(response).toMatchObject({ "@class": ".EchoResponse", error });
    expect(Object.keys(response.error).sort()).toEqual([...Object.keys(error), "detail"].sort());
  });

  it.each([
    ["missing", {}, "REQUIRED"],
    ["wrong", Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`field${n}`, "x"])), "INVALID"],
  ])("of which many are %s: ten of them are listed", async (_, fields, value) => {
    const { detail, ...named } = (await client.request("ManyFieldsRequest", fields)).error;
    expect(named).toEqual(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`field${n}`, value])));
    expect(detail.match(/field\d+/g)).toEqual(Object.keys(named));
  });

  it("named __proto__ have no effect", async () => {
    client.sendText(
      '{"@class":".EchoRequest","requestId":"p","count":1,"__proto__":{"name":"x"},"anything":{"__proto__":{"y":1}}}',
    );
    expect(await client.next((f) => f.requestId === "p")).toEqual({
      "@class": ".EchoResponse",
      requestId: "p",
      count: 1,
      anything: {},
    });
    expect(({} as { y?: unknown }).y).toBeUndefined();
  });
});

describe("the requestId", () => {
  it.each(["1", "d_1", "1234567890.123456", "0", "", "x".repeat(256), 12])("%s is echoed", async (requestId) => {
    client.sendFrame({ "@class": ".EchoRequest", count: 1, requestId });
    expect((await client.next()).requestId).toBe(requestId);
  });

  it.each([undefined, null])("%s is omitted", async (requestId) => {
    client.sendFrame({ "@class": ".EchoRequest", count: 1, requestId });
    expect(await client.next()).toEqual({ "@class": ".EchoResponse", count: 1 });
  });

  it.each([{ a: 1 }, ["1"], true, "x".repeat(257)])("%s is refused and not echoed", async (requestId) => {
    client.sendFrame({ "@class": ".EchoRequest", count: 1, requestId });
    const response = await client.next();
    expect(response).toMatchObject({ error: { requestId: "INVALID" } });
    expect(response).not.toHaveProperty("requestId");
  });
});

describe("the checks before a request", () => {
  it("a signed-in player, if the request needs one", async () => {
    const other = await app.client();
    expect(await other.request("CountRequest")).toMatchObject({
      "@class": ".CountResponse",
      error: { authentication: "NOTAUTHORIZED" },
    });
    const player = await signIn(other, "permitted");
    expect(await other.request("CountRequest")).toMatchObject({ count: 1 });
    // A client cannot act as another by naming it.
    expect(await other.request("CountRequest", { playerId: "5f0c1e2ab3d4c5e6f7a8b9c0" })).toMatchObject({ count: 2 });
    expect(await countOf(app, player)).toBe(2);
  });

  it("a credential that allows the request", async () => {
    const narrow = await TestClient.connect(`${app.url}/ws/narrow/${API_KEY}`, { secret: "narrow secret" });
    await signIn(narrow, "narrowly");
    expect(await narrow.request("CountRequest")).toMatchObject({
      error: { credential: "FORBIDDEN", detail: expect.stringContaining("narrow") },
    });
    expect(await narrow.request("AccountDetailsRequest")).toHaveProperty("userId");
    await narrow.close();
  });

  it("in order: the player, the credential, then the fields", async () => {
    const narrow = await TestClient.connect(`${app.url}/ws/narrow/${API_KEY}`, { secret: "narrow secret" });
    const wrong = { afterwards: {} };
    const refusal = async () => Object.keys((await narrow.request("CountRequest", wrong)).error);
    expect(await refusal()).toEqual(["authentication", "detail"]);
    await signIn(narrow, "narrowly");
    expect(await refusal()).toEqual(["credential", "detail"]);
    await narrow.close();
    await signIn(client);
    expect(Object.keys((await client.request("CountRequest", wrong)).error)).toEqual(["afterwards", "detail"]);
  });

  it("a credential without a player acts as the player it names", async () => {
    const other = await app.client();
    const player = await signIn(other, "acted for");
    const server = await TestClient.connect(`${app.url}/ws/server/${API_KEY}`, { secret: SERVER_SECRET });
    expect(await server.request("CountRequest", { playerId: player })).toMatchObject({ count: 1 });
    expect(await other.request("CountRequest")).toMatchObject({ count: 2 });
    for (const playerId of ["5f0c1e2ab3d4c5e6f7a8b9c0", "nonsense", 12, { $ne: "" }])
      expect(await server.request("CountRequest", { playerId })).toMatchObject({ error: { playerId: "UNKNOWN" } });
    for (const playerId of [undefined, null, ""])
      expect(await server.request("CountRequest", { playerId })).toMatchObject({ error: { playerId: "REQUIRED" } });
    await server.close();
  });
});

describe("a request's work", () => {
  it("is rolled back if refused, and the response has the data next to the error", async () => {
    const other = await app.client();
    const player = await signIn(other, "refused");
    expect(await other.request("CountRequest", { afterwards: "refuse" })).toEqual({
      "@class": ".CountResponse",
      requestId: expect.any(String),
      count: 1,
      error: { COUNT: "REFUSED" },
    });
    expect(await countOf(app, player)).toBe(0);
  });

  it("is rolled back if it fails, and the client only gets an error id that is also logged", async () => {
    const other = await app.client();
    const player = await signIn(other, "failed");
    const response = await other.request("CountRequest", { afterwards: "fail" });
    expect(response).toMatchObject({ "@class": ".CountResponse", error: { server: "INTERNAL" } });
    expect(JSON.stringify(response)).not.toContain("hunter2");
    const line = app.log.find((l) => l.errorId === response.error.errorId);
    expect(line).toMatchObject({ request: "CountRequest", player, err: { message: "the password is hunter2" } });
    expect(await countOf(app, player)).toBe(0);
  });

  it.each(["passwords", "store"])("reports that the %s is busy", async (what) => {
    const response = await client.request("ThrowRequest", { what });
    expect(response).toMatchObject({ error: { server: "BUSY" } });
    expect(JSON.stringify(response)).not.toContain("10.0.0.1");
  });

  it("logs the cause of a refusal, which the client does not see", async () => {
    const response = await client.request("ThrowRequest", { what: "cause" });
    expect(response.error).toEqual({ provider: "INVALID" });
    expect(app.log).toContainEqual(
      expect.objectContaining({ request: "ThrowRequest", err: expect.objectContaining({ message: "because" }) }),
    );
  });

  it("is answered with an error if its response cannot be sent", async () => {
    expect(await client.request("UnsendableRequest")).toMatchObject({
      "@class": ".UnsendableResponse",
      error: { server: "INTERNAL", errorId: expect.any(String) },
    });
  });
});

describe("several requests", () => {
  it("in one frame are an array, run in order and answered one by one", async () => {
    const other = await app.client();
    other.sendFrame([
      { "@class": ".DeviceAuthenticationRequest", deviceId: "array", deviceOS: "IOS", requestId: "1" },
      { "@class": ".CountRequest", requestId: "2" },
      { "@class": ".NobodyKnowsRequest", requestId: "3" },
      { requestId: "4" },
    ]);
    const { userId } = await other.next((f) => f.requestId === "1");
    expect(await other.next((f) => f.requestId === "2")).toMatchObject({ count: 1 });
    expect(await other.next((f) => f.requestId === "3")).toMatchObject({ error: { "@class": "UNKNOWN" } });
    expect(await other.next((f) => f.requestId === "4")).toMatchObject({ error: { "@class": "REQUIRED" } });
    expect(await countOf(app, userId)).toBe(1);
  });

  it("sent right after a login belong to the new player", async () => {
    const other = await app.client();
    const login = (deviceId: string) => other.request("DeviceAuthenticationRequest", { deviceId, deviceOS: "IOS" });
    const answers = await Promise.all([
      login("pipelined 1"),
      other.request("AccountDetailsRequest"),
      login("pipelined 2"),
      other.request("AccountDetailsRequest"),
    ]);
    const [one, first, two, second] = answers.map((a) => a.userId);
    expect(first).toBe(one);
    expect(second).toBe(two);
    expect(two).not.toBe(one);
  });

  it("run concurrently up to a limit; responses may overtake each other", async () => {
    const small = await startTestApp({
      requests: withRequests(wait.request, echo),
      config: { maxInFlightPerSocket: 2, maxQueuedPerSocket: 2 },
    });
    const other = await small.client();
    await signIn(other);
    for (const n of [1, 2, 3]) other.sendFrame({ "@class": ".WaitRequest", n });
    await wait.until(2);
    wait.release();
    expect(await other.next()).toMatchObject({ n: 1 });
    await wait.until(2);
    for (const n of [4, 5]) other.sendFrame({ "@class": ".WaitRequest", n });
    other.sendFrame({ "@class": ".WaitRequest", n: 6 });
    expect(await other.closed).toMatchObject({ code: 1008, reason: expect.stringContaining("queued") });
    wait.release();
    wait.release();
    await small.discard();
  });
});

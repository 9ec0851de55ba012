import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import {
  API_KEY,
  DEVICE_SECRET,
  SERVER_SECRET,
  startTestApp,
  type TestApp,
  testCredential,
  testGame,
} from "../support/app.ts";
import type { AnyFrame } from "../support/client.ts";
import { fakeScripts } from "./fake-scripts.ts";
import { signIn } from "./support.ts";

/** Answers what it was called with. */
const ECHO = `
  Spark.setScriptData("data", Spark.getData());
  Spark.setScriptData("player", Spark.getPlayer() && Spark.getPlayer().getPlayerId());
  Spark.setScriptData("session", [Spark.getCredentialType(), Spark.getClientIp(), Spark.getSessionId()]);
  Spark.setScriptData("stage", Spark.getConfig().getStage());
`;
const scripts: Record<string, string> = {
  "system/GS_CALLBACK_URL": ECHO,
  "callbacks/shop": 'Spark.setScriptData("shop", Spark.getData());',
  "callbacks/raw": 'Spark.setScriptData("more", 1); Spark.setScriptData("RESPONSE_RAW", Spark.getData().say);',
  "callbacks/numbers": 'Spark.setScriptData("RESPONSE_RAW", { n: [1] });',
  "callbacks/page": 'Spark.setScriptData("RESPONSE_RAW", "<!DOCTYPE html><p>Verified</p>");',
  "callbacks/twiml": `Spark.setScriptData("RESPONSE_RAW", "<?xml version='1.0'?><Response/>");`,
  "callbacks/errors": 'Spark.setScriptData("a", 1); Spark.setScriptError("order", "UNKNOWN");',
  "callbacks/fails": 'throw new Error("hunter2")',
  "callbacks/large": 'Spark.setScriptData("RESPONSE_RAW", new Array(5002).join("x"));',
  "callbacks/pays": 'Spark.loadPlayer(Spark.getData().to).credit1(5, "bought");',
};
const own = Object.keys(scripts)
  .filter((key) => key.startsWith("callbacks/"))
  .map((key) => key.slice("callbacks/".length));
const callbackCredential = (name: string) =>
  testCredential(name, { canHavePlayer: false, canListen: false, canCallback: true });
const game = testGame([...own, "scriptless"].map(callbackCredential), {
  embeddedScripts: Object.entries(scripts).map(([key, source]) => {
    const [type = "", shortCode = ""] = key.split("/");
    return { type, shortCode, source };
  }),
});

let app: TestApp;
let ada: string;
beforeAll(async () => {
  app = await startTestApp({ game, config: { maxRequestBytes: 8192, maxResponseBytes: 5000, requestBurst: 1000 } });
  ada = await signIn(await app.client(), "ada");
});
afterAll(() => app.discard());

type Body = NonNullable<RequestInit["body"]>;
const get = (path: string, init: RequestInit = {}) => fetch(`${app.httpUrl}${path}`, init);
const json = async (path: string, init: RequestInit = {}) => {
  const response = await get(path, init);
  return { status: response.status, body: (await response.json()) as AnyFrame };
};
const post = (path: string, body: Body, type?: string) =>
  json(path, { method: "POST", body, ...(type && { headers: { "content-type": type } }) });
const byUrl = (rest = "/", secret = SERVER_SECRET, apiKey = API_KEY) =>
  `/callback/${apiKey}/${encodeURIComponent(secret)}${rest}`;
const of = (credential: string, rest = "", secret = `${credential} secret`) =>
  `/callback/${API_KEY}/${credential}/${encodeURIComponent(secret)}${rest}`;

describe("a callback", () => {
  it("with the server's secret runs GS_CALLBACK_URL, with or without a player and a trailing slash", async () => {
    const expected = { data: { a: "1" }, session: ["server", "127.0.0.1", null], stage: "preview" };
    expect(await json(byUrl("/?a=1"))).toEqual({ status: 200, body: { ...expected, player: null } });
    expect(await json(byUrl("?a=1"))).toEqual({ status: 200, body: { ...expected, player: null } });
    expect(await json(byUrl(`/${ada}?a=1`))).toEqual({ status: 200, body: { ...expected, player: ada } });
    expect((await json(byUrl(`/${ada}/?a=1`))).body.player).toBe(ada);
  });

  it("with a credential runs that credential's script, or GS_CALLBACK_URL for a server without one", async () => {
    expect(await json(of("shop", "?item=7"))).toEqual({ status: 200, body: { shop: { item: "7" } } });
    expect((await json(of("server", "?item=7"))).body).toMatchObject({ data: { item: "7" }, player: null });
  });

  it("takes its stage from the path", async () => {
    expect((await json(`/live${byUrl("/")}`)).body.stage).toBe("live");
    expect((await json(`/preview${byUrl("/")}`)).body.stage).toBe("preview");
    expect((await json(`/live${of("server", "/")}`)).body.stage).toBe("live");
  });

  it("changes players atomically", async () => {
    const store = await app.services.stores.open("preview");
    await json(of("pays", `?to=${ada}`));
    const player = await store.collection("player").findOne({ _id: objectIdOf(ada as PlayerId) });
    expect(player).toMatchObject({ currencies: [5, 0, 0, 0, 0, 0] });
  });

  it("ignores HEAD requests", async () => {
    expect((await get(byUrl("/"), { method: "HEAD" })).status).toBe(404);
    expect((await get(byUrl("/"), { method: "PUT", body: "x" })).status).toBe(404);
  });
});

describe("the data of a callback's script", () => {
  const form = (fields: [string, string | Blob][]) => {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    return data;
  };
  const URLENCODED = "application/x-www-form-urlencoded";

  it.each<[what: string, query: string, body: Body | undefined, type: string | undefined, data: unknown]>([
    ["a query", "?attr1=abc&attr2=bcd&attr2=cde", undefined, undefined, { attr1: "abc", attr2: ["bcd", "cde"] }],
    ["escapes", "?a%20b=%E2%82%AC+x&empty=&flag", undefined, undefined, { "a b": "€ x", empty: "", flag: "" }],
    [
      "names that are not data",
      "?__proto__=x&constructor=y&a.b=z&$c=d",
      undefined,
      undefined,
      { constructor: "y", "a.b": "z", $c: "d" },
    ],
    ["a body of its own kind", "?q=1", '{"n":1}', "application/json", { q: "1", REQUEST_BODY: '{"n":1}' }],
    ["a body without a type", "", "xäx", undefined, { REQUEST_BODY: "xäx" }],
    ["an empty body", "", "", undefined, { REQUEST_BODY: "" }],
    [
      "a urlencoded form",
      "?a=1",
      "a=2&b=3%26&b=4",
      URLENCODED,
      { a: ["1", "2"], b: ["3&", "4"], REQUEST_BODY: "a=2&b=3%26&b=4" },
    ],
    ["its own REQUEST_BODY and no other", "?REQUEST_BODY=fake", "real", "text/plain", { REQUEST_BODY: "real" }],
    [
      "a multipart form",
      "?a=1&q=2",
      form([
        ["a", "2"],
        ["b", "ä\r\nö"],
      ]),
      undefined,
      { a: ["1", "2"], q: "2", b: "ä\r\nö" },
    ],
    [
      "a file of one",
      "",
      form([
        ["f", new Blob(["content"], { type: "application/octet-stream" })],
        ["f", "text"],
      ]),
      undefined,
      { f: ["content", "text"] },
    ],
    [
      "a short boundary",
      "",
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
      "multipart/form-data; boundary=x",
      { a: "1" },
    ],
  ])("%s", async (_what, query, body, type, data) => {
    const { status, body: answer } =
      body === undefined ? await json(byUrl(`/${query}`)) : await post(byUrl(`/${query}`), body, type);
    expect(status).toBe(200);
    expect(answer.data).toEqual(data);
  });
});

describe("the response to a callback", () => {
  it.each([
    ["RESPONSE_RAW alone", of("raw", "?say=OK"), 200, "text/plain; charset=utf-8", "OK"],
    ["RESPONSE_RAW that is null, as JSON", of("raw"), 200, "text/plain; charset=utf-8", "null"],
    ["RESPONSE_RAW that is an object, as JSON", of("numbers"), 200, "text/plain; charset=utf-8", '{"n":[1]}'],
    ["a page", of("page"), 200, "text/html; charset=utf-8", "<!DOCTYPE html><p>Verified</p>"],
    ["XML", of("twiml"), 200, "text/xml; charset=utf-8", "<?xml version='1.0'?><Response/>"],
    [
      "script errors beside script data",
      of("errors"),
      200,
      "application/json; charset=utf-8",
      '{"a":1,"error":{"order":"UNKNOWN"}}',
    ],
  ])("%s", async (_what, path, status, type, text) => {
    const response = await get(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([status, type]);
    const body = await response.text();
    if (text !== undefined) expect(body).toBe(text);
  });
});

describe("a refused callback", () => {
  const UNKNOWN = { authentication: "NOTAUTHORIZED" };
  it.each<
    [
      what: string,
      path: () => string,
      body: string | undefined,
      type: string | undefined,
      status: number,
      error: object,
    ]
  >([
    ["another secret", () => byUrl("/", "wrong"), undefined, undefined, 401, UNKNOWN],
    ["no secret", () => byUrl("/", ""), undefined, undefined, 401, UNKNOWN],
    ["another api key", () => byUrl("/", SERVER_SECRET, "other"), undefined, undefined, 401, UNKNOWN],
    [
      "a credential's secret in the server's place",
      () => byUrl("/", "shop secret"),
      undefined,
      undefined,
      401,
      UNKNOWN,
    ],
    ["an unknown credential", () => of("nobody"), undefined, undefined, 401, UNKNOWN],
    ["a credential with the server's secret", () => of("shop", "", SERVER_SECRET), undefined, undefined, 401, UNKNOWN],
    ["a credential without its secret", () => of("shop", "", ""), undefined, undefined, 401, UNKNOWN],
    ["a name that every object has", () => of("constructor"), undefined, undefined, 401, UNKNOWN],
    ["a credential that may not", () => of("device"), undefined, undefined, 403, { credential: "FORBIDDEN" }],
    ["a credential without a script", () => of("scriptless"), undefined, undefined, 404, { script: "UNKNOWN" }],
    ["an unknown player", () => byUrl("/5f0c1e2ab3d4c5e6f7a8b9c0"), undefined, undefined, 404, { playerId: "UNKNOWN" }],
    ["an invalid player id", () => byUrl("/me"), undefined, undefined, 404, { playerId: "UNKNOWN" }],
    ["a player's id after a credential", () => of("shop", `/${ada}`), undefined, undefined, 404, { path: "UNKNOWN" }],
    ["too large", () => byUrl("/"), "x".repeat(8193), "text/plain", 413, { request: "TOO_LARGE" }],
    [
      "too many parameters",
      () => byUrl("/"),
      "a&".repeat(1001),
      "application/x-www-form-urlencoded",
      400,
      { request: "INVALID" },
    ],
    [
      "a name too long",
      () => byUrl("/"),
      `${"a".repeat(257)}=1`,
      "application/x-www-form-urlencoded",
      400,
      { request: "INVALID" },
    ],
    [
      "a multipart form cut off",
      () => byUrl("/"),
      "--x\r\nContent-Disp",
      "multipart/form-data; boundary=x",
      400,
      { request: "INVALID" },
    ],
    ["one without its boundary", () => byUrl("/"), "x", "multipart/form-data", 400, { request: "INVALID" }],
    ["an empty one", () => byUrl("/"), "", "multipart/form-data; boundary=x", 400, { request: "INVALID" }],
    ["a script that fails", () => of("fails"), undefined, undefined, 500, { script: "ERROR" }],
    ["an answer too large", () => of("large"), undefined, undefined, 500, { response: "TOO_LARGE" }],
  ])("%s", async (_what, path, body, type, status, error) => {
    const answer = body === undefined ? await json(path()) : await post(path(), body, type);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer.body.error.detail).toMatch(/\S/);
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2| secret"/);
  });

  it("callbacks that exceed the rate of a connection, unless a secret identifies a server", async () => {
    const small = await startTestApp({ game, config: { requestBurst: 2, requestsPerSecond: 1 } });
    const { Agent, request } = await import("node:http");
    const statuses = async (path: string) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const answers: number[] = [];
      for (let i = 0; i < 4; i++)
        answers.push(
          await new Promise<number>((resolve, reject) => {
            const sent = request(`${small.httpUrl}${path}`, { agent }, (response) =>
              response.resume().on("end", () => resolve(response.statusCode!)),
            );
            sent.on("error", reject).end();
          }),
        );
      agent.destroy();
      return answers;
    };
    expect(await statuses(of("shop", "", "wrong"))).toEqual([401, 401, 429, 429]);
    expect(await statuses(of("scriptless"))).toEqual([404, 404, 404, 404]);
    await small.discard();
  });

  it("a callback without an available script host", async () => {
    const full = fakeScripts({ "callbacks/shop": () => ({ failure: { kind: "unavailable", message: "full" } }) });
    const small = await startTestApp({ game, cloudCode: full });
    const answer = await fetch(`${small.httpUrl}${of("shop")}`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { script: "UNAVAILABLE" } });
    await small.discard();
  });

  it("no secret is logged", () => {
    const text = JSON.stringify(app.log);
    expect(text).toContain("hunter2");
    for (const secret of [SERVER_SECRET, DEVICE_SECRET, "shop secret", encodeURIComponent(SERVER_SECRET)])
      expect(text).not.toContain(secret);
  });
});

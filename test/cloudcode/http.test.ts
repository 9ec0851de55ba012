import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { createOutgoing } from "../../src/outgoing/outgoing.ts";
import { type Elsewhere, type Received, startElsewhere } from "../outgoing/support.ts";
import { testConfig } from "../support/app.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  "/json": (response) =>
    response.writeHead(201, { "X-Made": "yes", "Set-Cookie": "a=1; Path=/" }).end('{"items":[1,2]}'),
  "/latin": (response) =>
    response.writeHead(200, { "Content-Type": "text/plain; charset=ISO-8859-1" }).end("\xe9", "latin1"),
  "/xml": (response) => response.end('<menu><food price="5.95"><name>Waffles</name></food><food/></menu>'),
  "/deep": (response) => response.end(`${"<a>".repeat(200)}${"</a>".repeat(200)}`),
  "/html": (response) => response.end("<!DOCTYPE html><html><body>Not here<br></body></html>"),
  "/proto": (response) => response.writeHead(200, { __proto__x: "1" }).end('{"__proto__":{"bad":true}}'),
  "/empty": (response) => response.writeHead(204).end(),
  "/moved": (response) => response.writeHead(302, { Location: "http://127.0.0.2/" }).end(),
  "/silent": () => {},
  "/big": (response) => response.end("a".repeat(20_000)),
};

let elsewhere: Elsewhere;
let world: World;
let scripts: TestCloudCode;

beforeAll(async () => {
  elsewhere = await startElsewhere((received: Received, response) =>
    (ANSWERS[received.url] ?? ((r: ServerResponse) => r.end()))(response),
  );
  world = await openWorld();
  scripts = await withScripts({ s: "" });
});

afterAll(async () => {
  await scripts.cloudCode.close();
  await elsewhere.close();
  await world.discard();
});

afterEach(() => {
  elsewhere.received.length = 0;
});

/** Runs a script that has the server's address as `U` and a function that tells what another one threw. */
async function run(source: string, calls = 20): Promise<ScriptResult> {
  const thrown = "function thrown(f) { try { f(); return null; } catch (e) { return e.message; } }";
  await scripts.replace({ s: `var U = "${elsewhere.url}"; ${thrown}\n${source}` });
  const outgoing = createOutgoing({
    timeoutMs: 5_000,
    maxRequestBytes: 10_000,
    maxResponseBytes: 10_000,
    privateNetworks: "127.0.0.1",
  });
  return scripts.run("s", {}, { ...world.context, outgoing, config: testConfig({ scriptHttpCalls: calls }) });
}

async function answer(expression: string): Promise<unknown> {
  const { scriptData, failure } = await run(`Spark.setScriptData("a", ${expression});`);
  expect(failure).toBeUndefined();
  return scriptData["a"];
}

describe("SparkHttp", () => {
  const SENT: [sends: string, method: string, type: string | undefined, body: string][] = [
    ["get()", "GET", undefined, ""],
    ["delete()", "DELETE", undefined, ""],
    [
      "postForm({a: 'x y', b: [1, true], c: null, d: {e: 1}})",
      "POST",
      "application/x-www-form-urlencoded",
      "a=x+y&b=1&b=true&c=&d=%7B%22e%22%3A1%7D",
    ],
    ["postForm(null)", "POST", "application/x-www-form-urlencoded", ""],
    ["putForm(null)", "PUT", "application/x-www-form-urlencoded", ""],
    ["putForm({a: 1})", "PUT", "application/x-www-form-urlencoded", "a=1"],
    ["postJson({a: [1]})", "POST", "application/json", '{"a":[1]}'],
    ["postJson('{\"a\":1}')", "POST", "application/json", '{"a":1}'],
    ["putJson([1])", "PUT", "application/json", "[1]"],
    ["postString('grüße')", "POST", "text/plain; charset=utf-8", "grüße"],
    ["putString('')", "PUT", "text/plain; charset=utf-8", ""],
    ["postXml('<a/>')", "POST", "application/xml; charset=utf-8", "<a/>"],
    ["putXml('<a/>')", "PUT", "application/xml; charset=utf-8", "<a/>"],
    ["setHeaders({'content-TYPE': 'a/b'}).postString('x')", "POST", "a/b", "x"],
  ];
  for (const [sends, method, type, body] of SENT) {
    test(`${sends} sends the expected request`, async () => {
      expect(await answer(`Spark.getHttp(U).${sends}.getResponseCode()`)).toBe(200);
      expect(elsewhere.received).toHaveLength(1);
      expect(elsewhere.received[0]).toMatchObject({ method, body });
      expect(elsewhere.received[0]!.headers["content-type"]).toBe(type);
    });
  }

  test("headers and credentials are sent", async () => {
    await answer(
      "Spark.getHttp(U).setHeaders({'X-A': 1}).setHeaders({'X-B': 'b'}).setBasicAuth('ada', 'p:w').get().responseCode",
    );
    expect(elsewhere.received[0]!.headers).toMatchObject({
      "x-a": "1",
      "x-b": "b",
      authorization: `Basic ${Buffer.from("ada:p:w").toString("base64")}`,
    });
  });

  test("the response is returned in every form", async () => {
    const read =
      "(function (r) { return [r.getResponseCode(), r.getResponseJson().items, r.responseString, r.getHeaders()['X-Made'], r.getCookies()]; })";
    expect(await answer(`${read}(Spark.getHttp(U + "/json").get())`)).toEqual([
      201,
      [1, 2],
      '{"items":[1,2]}',
      "yes",
      { a: "1" },
    ]);
    expect(await answer(`Spark.getHttp(U + "/latin").get().getResponseString()`)).toBe("é");
    const empty = "(function (r) { return [r.getResponseString(), r.getResponseJson(), r.getResponseXml()]; })";
    expect(await answer(`${empty}(Spark.getHttp(U + "/empty").get())`)).toEqual(["", null, null]);
  });

  test("XML reads like E4X", async () => {
    const source = `var x = Spark.getHttp(U + "/xml").get().getResponseXml();
      Spark.setScriptData("a", [x.food.length(), x.food[0].name.text(), x.food[0]["@price"], x.food[1].toXMLString(), "" + x.food[0].name]);
      Spark.getHttp(U).postXml(x.food[0]);`;
    const { scriptData, failure } = await run(source);
    expect(failure).toBeUndefined();
    expect(scriptData["a"]).toEqual([2, "Waffles", "5.95", "<food/>", "Waffles"]);
    expect(elsewhere.received[1]!.body).toBe('<food price="5.95"><name>Waffles</name></food>');
  });

  test("a response that is not XML is null", async () => {
    const xml = (path: string) => `Spark.getHttp(U + "${path}").get().getResponseXml()`;
    expect(await answer(`[${["/json", "/latin", "/html", "/empty"].map(xml)}]`)).toEqual([null, null, null, null]);
  });

  test("members named __proto__ are ordinary members", async () => {
    expect(
      await answer(
        `(function (j) { return [Object.keys(j), ({}).bad === undefined, j.bad === undefined]; })(Spark.getHttp(U + "/proto").get().getResponseJson())`,
      ),
    ).toEqual([["__proto__"], true, true]);
  });

  const REFUSED: [call: string, sentence: string][] = [
    ["Spark.getHttp()", "Spark.getHttp: url must be a string, not undefined."],
    ["Spark.getHttp(null)", "Spark.getHttp: url must be a string, not null."],
    ["Spark.getHttp(U, {})", "Spark.getHttp: timeout must be a number, not an object."],
    ["Spark.getHttp(U, 0)", "Spark.getHttp: timeout must be at least 1, not 0."],
    ["Spark.getHttp(U).setBasicAuth('a')", "SparkHttp.setBasicAuth: password must be a string, not undefined."],
    ["Spark.getHttp(U).setHeaders('a')", "SparkHttp.setHeaders: headers must be an object, not a string."],
    ["Spark.getHttp(U).setHeaders([1])", "SparkHttp.setHeaders: headers must be an object, not an array."],
    ["Spark.getHttp(U).setHeaders({a: null})", "SparkHttp.setHeaders: headers.a must be a string, not null."],
    ["Spark.getHttp(U).postForm('a=1')", "SparkHttp.postForm: form must be an object, not a string."],
    ["Spark.getHttp(U).putForm()", "SparkHttp.putForm: form must be an object, not undefined."],
    ["Spark.getHttp(U).postJson(function () {})", "SparkHttp.postJson: form must be JSON, not a function."],
    ["Spark.getHttp(U).postString({})", "SparkHttp.postString: data must be a string, not an object."],
    ["Spark.getHttp(U).putXml({})", "SparkHttp.putXml: form must be XML or text, not an object."],
    ["Spark.getHttp('a').get()", "The URL is invalid or too long."],
    ["Spark.getHttp('file:///etc/passwd').get()", "The URL must begin with http:// or https://."],
    ["Spark.getHttp(U).setHeaders({Host: 'a'}).get()", "The header Host cannot be set."],
    [
      "Spark.getHttp(U).setHeaders({A: 'b\\r\\nC: d'}).get()",
      "The value of the header A has a line break or other invalid characters.",
    ],
    ["Spark.getHttp(U).postString(Array(10002).join('a'))", "The body is longer than 10000 bytes."],
    [
      "Spark.getHttp('http://127.0.0.2/').get()",
      "127.0.0.2 has a private address, which the setting scriptHttpPrivateNetworks does not permit.",
    ],
    [
      "Spark.getHttp(U + '/moved').get()",
      "127.0.0.2 has a private address, which the setting scriptHttpPrivateNetworks does not permit.",
    ],
    ["Spark.getHttp(U + '/big').get()", "The response of 127.0.0.1 is longer than 10000 bytes."],
    ["Spark.getHttp(U + '/silent', 50).get()", "127.0.0.1 did not respond within 50 ms."],
    [
      "Spark.getHttp(U + '/latin').get().getResponseJson()",
      "SparkHttpResponse.getResponseJson: the body is not JSON; its status is 200.",
    ],
    ["Spark.getHttp(U + '/deep').get().getResponseXml()", "The XML is nested more than 100 levels deep."],
  ];
  test("refusals are errors that a script can catch", async () => {
    const tries = REFUSED.map(([call]) => `thrown(function () { ${call}; })`);
    expect(await answer(`[${tries.join(",\n")}]`)).toEqual(REFUSED.map(([, sentence]) => sentence));
  });

  test("a silent server leaves the script some of its time", async () => {
    const impatient = await withScripts(
      {
        s: `try { Spark.getHttp("${elsewhere.url}/silent").get(); } catch (e) { Spark.setScriptData("a", e.message); }`,
      },
      { timeoutMs: 8_000 },
    );
    const outgoing = createOutgoing({
      timeoutMs: 60_000,
      maxRequestBytes: 1,
      maxResponseBytes: 1,
      privateNetworks: "127.0.0.1",
    });
    const { scriptData, failure } = await impatient.run("s", {}, { ...world.context, outgoing });
    await impatient.cloudCode.close();
    expect(failure).toBeUndefined();
    expect(scriptData["a"]).toMatch(/^127\.0\.0\.1 did not respond within \d+ ms\.$/);
  });

  test("a request over the limit ends the run", async () => {
    const { failure, scriptData } = await run(
      `for (var n = 0; n < 4; n++) { try { Spark.getHttp(U).get(); } catch (e) {} Spark.setScriptData("n", n); }`,
      2,
    );
    expect(failure).toMatchObject({ kind: "http-calls", message: "The script sends more than 2 HTTP requests." });
    expect(scriptData["n"]).toBe(1);
    expect(elsewhere.received).toHaveLength(2);
  });
});

import { request as sendRaw } from "node:http";
import { Value } from "@sinclair/typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Api } from "../../src/apis/api.ts";
import { apis } from "../../src/apis/index.ts";
import { statusesOf } from "../../src/apis/openapi.ts";
import type { AnyRoute } from "../../src/apis/route.ts";
import { pathOf, requestOf } from "../support/api-examples.ts";
import { type ApisApp, type Received, startApisApp } from "../support/apis.ts";
import { arrangements } from "./arrangements.ts";

/**
 * Requests that no client of good will sends, to every route of every API. Each is answered, by a status that the route
 * documents, in the API's own envelope, never by 500, and never with anything of another tenant.
 */
const SECRET = "OF-ANOTHER-TENANT";
const MANY = 20_000;

let world: ApisApp;
beforeAll(async () => {
  const rates = { apiReadsPerMinute: 1e6, apiWritesPerMinute: 1e6, requestsPerSecond: 1e6, requestBurst: 1e6 };
  world = await startApisApp({ config: rates });
  const { project, profile } = await world.tenant(SECRET);
  const { account, post } = world;
  const theirs = await account({ profile }, "tiktok", SECRET);
  for (const { name } of apis)
    await post({ profile }, [theirs], name as Exclude<Api["name"], "admin">, { text: SECRET });
  await world.profileOf({ ...world.theirs, project }, SECRET);
});
afterAll(() => world.discard());

const nest = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const VALUES: readonly unknown[] = [
  ...[0, -1, 1.5, 1e308, true, null, "", " ", "x".repeat(20_000), "\u0000", "../..", "%00", "$gt", "__proto__"],
  ...[{}, { $gt: "" }, { $ne: null }, { __proto__: null, constructor: 1 }, [], [null], [{ $gt: "" }], [[]], nest(60)],
  ["a", 1, {}],
  Array.from({ length: MANY }, () => 1),
  "2026-02-30T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2026-12-24T18:00:00+01:00",
];
const QUERY_VALUES = ["", "-1", "1e9", "null", "$gt", "a".repeat(3000), "\u0000", "[object Object]", "true", "~", "0"];
const PARAMS = ["x", "%00", "..%2f..", "%ff", "$gt", "a".repeat(600), "__proto__", "%F0%9F%92%A9", " "];
const BODIES: readonly [string, string | Uint8Array, string?][] = [
  ["malformed JSON", '{"a":'],
  ["null", "null"],
  ["a number", "1"],
  ["a text", '"text"'],
  ["a list", "[]"],
  ["20,000 elements", JSON.stringify(Array.from({ length: MANY }, (_, i) => i))],
  ["20,000 members", JSON.stringify(Object.fromEntries(Array.from({ length: MANY }, (_, i) => [`m${i}`, i])))],
  ["100,000 levels", "[".repeat(100_000)],
  ["100,000 closed levels", "[".repeat(100_000) + "]".repeat(100_000)],
  ["__proto__", '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}'],
  ["a lone surrogate", '{"name":"\\ud800"}'],
  ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ["10 MB", `{"a":"${"x".repeat(10_485_760)}"}`],
  ["no type", "{}", ""],
  ["plain text", "a=1", "text/plain"],
  ["a form", "a=1", "application/x-www-form-urlencoded"],
  ["parts", "--x\r\n\r\n--x--", "multipart/form-data; boundary=x"],
  ["XML", "<a/>", "application/xml"],
  ["a malformed type", "{}", "///"],
];

const routesOf = (api: Api) => api.routes.map((route) => ({ name: route.name, route }));

/** The first example's request, made valid. */
async function valid(api: Api, route: AnyRoute, owner: "mine" | "theirs" = "mine") {
  const example = route.examples[0]!;
  const arranged = await arrangements[api.name]![route.name]!({ ...world, mine: world[owner] }, example);
  const { key: _, ...others } = arranged;
  return requestOf(api, route, example, others, world.mine.key);
}

function verify(api: Api, route: AnyRoute | undefined, { status, body, text }: Received, sent: unknown): void {
  const about = JSON.stringify(sent)?.slice(0, 300);
  expect(status, `${about} → ${text.slice(0, 500)}`).not.toBe(500);
  expect(text.includes(SECRET), about).toBe(false);
  if (route) expect([...statusesOf(api, route)], `${about} → ${text.slice(0, 500)}`).toContain(status);
  if (status >= 400) expect([...Value.Errors(api.errorSchema!, body)], `${status} ${text}`).toEqual([]);
}

/** Sends with Node's own client, which leaves headers as they are. */
function raw(method: string, path: string, headers: Record<string, string | string[]>, body?: string | Uint8Array) {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length }, agent: false };
  return new Promise<Received>((resolve, reject) => {
    const request = sendRaw(`${world.app.httpUrl}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = undefined;
        }
        resolve({ status: response.statusCode!, headers: new Headers(), body: parsed, text });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe.each(apis)("the $name API", (api) => {
  const keyHeader = api.authentication.header;

  it.each(routesOf(api))("$name takes any value in a member of its body", async ({ route }) => {
    const request = await valid(api, route);
    const sent = (request.body ?? {}) as Record<string, unknown>;
    const names = [...Object.keys((route.body["properties"] as object | undefined) ?? {}), "unknown"];
    for (const name of names) {
      for (const value of VALUES) {
        const body = JSON.stringify({ ...sent, [name]: value });
        const headers = { ...request.headers, "content-type": "application/json" };
        verify(api, route, await raw(request.method, request.path, headers, body), { [name]: value });
      }
    }
  });

  it.each(routesOf(api))("$name takes any value in its query", async ({ route }) => {
    const { method, path, headers = {}, body, query } = await valid(api, route);
    for (const name of [...Object.keys(route.query.properties), "unknown", "__proto__", "constructor"]) {
      for (const value of QUERY_VALUES) {
        const sent = { headers, body, query: { ...query, [name]: value } };
        verify(api, route, await world.send(method, path, sent), { [name]: value });
        const twice = `${path}?${name}=${encodeURIComponent(value)}&${name}=1&${name}[$gt]=`;
        verify(api, route, await world.send(method, twice, { headers, body }), twice);
      }
    }
    verify(api, route, await world.send(method, `${path}?%ff=%ff&&==&a[b][c]=1`, { headers, body }), "%ff");
  });

  it.each(routesOf(api))("$name takes any text in its path", async ({ route }) => {
    const { method, params, headers = {}, body } = await valid(api, route);
    for (const name of Object.keys(params)) {
      for (const value of PARAMS) {
        const path = pathOf(api, route, { ...params, [name]: value });
        verify(
          api,
          undefined,
          await raw(method, path, { ...headers, "content-type": "application/json" }, JSON.stringify(body)),
          path,
        );
      }
    }
  });

  it.each(routesOf(api))("$name takes any body", async ({ route }) => {
    const { method, path, headers = {} } = await valid(api, route);
    for (const [title, body, type = "application/json"] of BODIES) {
      const sent = { ...headers, ...(type !== "" && { "content-type": type }) };
      verify(api, route, await raw(method, path, sent, body), title);
    }
  });

  it.each(routesOf(api))("$name takes any headers", async ({ route }) => {
    const { method, path, headers = {}, body } = await valid(api, route);
    const { [keyHeader]: key = "", ...others } = headers;
    const json = { "content-type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const keys: (string | string[])[] = [
      "",
      "x",
      "Bearer",
      "Bearer x y",
      "x".repeat(5_000),
      [key, key],
      `${key}x`,
      key.slice(0, -1),
    ];
    for (const value of keys) {
      const received = await raw(method, path, { ...others, ...json, [keyHeader]: value }, text);
      verify(api, route, received, value);
      expect([401, 403]).toContain(received.status);
    }
    verify(api, route, await raw(method, path, { ...others, ...json }, text), "no key");
    const names = [api.idempotencyHeader, ...(api.requestHeaders ?? []).map(({ name }) => name), "content-encoding"];
    for (const name of names.filter((name) => name !== undefined)) {
      for (const value of ["", "x", "$gt", "x".repeat(5_000), ["a", "b"], "__proto__"]) {
        verify(api, route, await raw(method, path, { ...headers, ...json, [name]: value }, text), `${name}: ${value}`);
      }
    }
    const huge = await raw(method, path, { ...headers, ...json, "x-huge": "x".repeat(40_000) }, text);
    expect(huge.status).toBe(431);
  });

  it.each(routesOf(api))("$name does not find another organization's objects", async ({ route }) => {
    const { method, path, params, query, headers = {}, body } = await valid(api, route, "theirs");
    const received = await world.send(method, path, { headers, query: query!, body });
    verify(api, route, received, path);
    const named = Object.keys(params).length > 0;
    if (named) expect([400, 403, 404]).toContain(received.status);
  });

  it("refuses unknown paths in its envelope", async () => {
    for (const space of api.spaces) {
      for (const path of [
        "",
        "/",
        "/nothing",
        "/%ff",
        "/a/b/c/d/e",
        `/${"x".repeat(2_000)}`,
        "/..%2f..%2fetc",
        "/__proto__",
      ]) {
        for (const method of ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"]) {
          const received = await raw(method, `${space}${path}`, {});
          verify(api, undefined, received, path);
          expect(received.status).toBe(404);
        }
      }
    }
  });
});

it("nothing unexpected was logged", () => {
  const errors = world.app.log.filter(({ level }) => level === "error" || level === "fatal" || Number(level) >= 50);
  expect(errors).toEqual([]);
});

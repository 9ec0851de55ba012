import { request as httpRequest } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AdminAccess } from "../../../src/apis/admin/access.ts";
import { operations } from "../../../src/apis/admin/index.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ticks: false });
});
afterAll(() => app.discard());

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Where the connection comes from. */
  from?: string;
  to?: TestApp;
}

/** With Node's own client, since `fetch` sets the header Host itself. */
function call(path: string, { method = "POST", headers = {}, body = "{}", from, to = app }: Sent = {}) {
  // biome-ignore lint/suspicious/noExplicitAny: tests read the members that they expect.
  return new Promise<{ status: number; body: any; text: string }>((resolve, reject) => {
    const authorization = `Bearer ${to.adminToken}`;
    const options = { host: "127.0.0.1", port: to.port, path, method, ...(from && { localAddress: from }) };
    const sent = httpRequest({ ...options, headers: { authorization, ...headers } }, (response) => {
      let text = "";
      response.on("data", (data) => {
        text += data;
      });
      response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text), text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const LIST = "/admin/keys/list";
const lan = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === "IPv4" && !each.internal)?.address;

it("performs each operation for the token", async () => {
  const created = await call("/admin/keys/create", {
    body: JSON.stringify({ stage: "live", arguments: { name: "n", scopes: ["social:read"] } }),
  });
  expect(created).toMatchObject({
    status: 200,
    body: { data: { name: "n", scopes: ["social:read"], state: "active" } },
  });
  const { key, ...shown } = created.body.data;
  const listed = await call(LIST, { body: '{"stage":"live"}' });
  expect(listed.body).toEqual({ data: [shown] });
  expect(key).toMatch(/^lp_live_/);
  expect((await call(LIST)).body).toEqual({ data: [] });
  for (const { name } of operations) {
    expect((await call(`/admin/${name.replace(" ", "/")}`, { headers: { authorization: "" } })).status).toBe(401);
  }
});

describe("refuses", () => {
  const wrong = "x".repeat(43);
  it.each<[string, Sent, number, string]>([
    ["a request without a token", { headers: { authorization: "" } }, 401, "UNAUTHENTICATED"],
    ["a wrong token", { headers: { authorization: `Bearer ${wrong}` } }, 401, "UNAUTHENTICATED"],
    ["another scheme", { headers: { authorization: `Basic ${wrong}` } }, 401, "UNAUTHENTICATED"],
    ["a foreign host", { headers: { host: "attacker.example" } }, 403, "FORBIDDEN"],
    ["a foreign host with the server's port", { headers: { host: "attacker.example:8080" } }, 403, "FORBIDDEN"],
    ["another address as host", { headers: { host: "203.0.113.7" } }, 403, "FORBIDDEN"],
    ["a malformed host", { headers: { host: "localhost/x" } }, 403, "FORBIDDEN"],
    ["a request through a proxy", { headers: { "x-forwarded-for": "127.0.0.1" } }, 403, "FORBIDDEN"],
    ["a request through another proxy", { headers: { forwarded: "for=127.0.0.1" } }, 403, "FORBIDDEN"],
    ["a body that is not JSON", { body: "{" }, 400, "INVALID"],
    ["a body of another form", { body: "[]" }, 400, "INVALID"],
    ["an unknown member", { body: '{"stages":1}' }, 400, "INVALID"],
    ["an unknown stage", { body: '{"stage":"prod"}' }, 400, "INVALID"],
    ["an unknown argument", { body: '{"arguments":{"organisation":"org_game"}}' }, 400, "INVALID"],
    ["an operator as an argument", { body: '{"arguments":{"organization":{"$ne":""}}}' }, 400, "INVALID"],
    ["an unknown organization", { body: '{"arguments":{"organization":"org_x"}}' }, 409, "REFUSED"],
    ["another method", { method: "GET", body: "" }, 404, "NOT_FOUND"],
  ])("%s", async (_, sent, status, code) => {
    const response = await call(LIST, sent);
    expect(response).toMatchObject({ status, body: { error: { code, message: expect.stringMatching(/\.$/) } } });
    expect(response.text).not.toContain(app.adminToken);
  });

  it.each([
    ["an operation that does not exist", "/admin/keys/steal"],
    ["a path below", "/admin/"],
  ])("%s, and tells it only to the operator", async (_, path) => {
    expect((await call(path)).status).toBe(404);
    expect((await call(path, { headers: { authorization: "" } })).status).toBe(401);
  });

  it("a body that is too large, without reading it if the token is wrong", async () => {
    const body = " ".repeat(app.services.config.maxRequestBytes + 1);
    expect(await call(LIST, { body })).toMatchObject({ status: 413, body: { error: { code: "INVALID" } } });
    expect((await call(LIST, { body, headers: { authorization: "" } })).status).toBe(401);
  });

  it.skipIf(lan === undefined)("another machine, unless the settings allow its network", async () => {
    expect(await call(LIST, { from: lan! })).toMatchObject({ status: 403, body: { error: { code: "FORBIDDEN" } } });
    const open = await startTestApp({ ticks: false, config: { adminNetworks: `${lan}/24` } });
    expect((await call(LIST, { from: lan!, to: open })).status).toBe(200);
    expect((await call(LIST, { from: lan!, to: open, headers: { authorization: "" } })).status).toBe(401);
    await open.discard();
  });
});

describe("the address of a caller", () => {
  const TOKEN = "t".repeat(43);
  const authorization = `Bearer ${TOKEN}`;
  const from = (remoteAddress: string, localAddress: string, host: string, settings = {}) => {
    const access = new AdminAccess({ host: "game.internal", publicUrl: "", adminNetworks: "", ...settings }, TOKEN);
    return access.refusal({ host, authorization }, { remoteAddress, localAddress } as never);
  };
  const OPEN = { adminNetworks: "10.0.0.0/24" };
  const PUBLIC = { ...OPEN, publicUrl: "wss://game.example/x" };
  it.each([
    ["loopback", undefined, from("127.0.0.1", "127.0.0.1", "localhost:8080")],
    ["loopback of IPv6", undefined, from("::1", "::1", "[::1]:8080")],
    ["loopback, mapped into IPv6", undefined, from("::ffff:127.0.0.1", "::ffff:127.0.0.1", "127.0.0.1:8080")],
    ["the machine's own other address", undefined, from("10.0.0.5", "10.0.0.5", "10.0.0.5:8080")],
    ["the name that the server listens on", undefined, from("10.0.0.5", "10.0.0.5", "GAME.internal")],
    ["another machine", "address", from("10.0.0.6", "10.0.0.5", "10.0.0.5:8080")],
    ["another machine, mapped into IPv6", "address", from("::ffff:10.0.0.6", "::ffff:10.0.0.5", "10.0.0.5:8080")],
    ["a closed connection", "address", from("", "", "localhost")],
    ["an allowed network", undefined, from("10.0.0.6", "10.0.0.5", "10.0.0.5", OPEN)],
    ["an allowed network through a forwarded port", undefined, from("10.0.0.6", "172.17.0.2", "10.0.0.5", OPEN)],
    ["the public name", undefined, from("10.0.0.6", "10.0.0.5", "game.example", PUBLIC)],
    ["a foreign name from an allowed network", "host", from("10.0.0.6", "10.0.0.5", "attacker.example", PUBLIC)],
    ["no network of the list", "address", from("10.0.1.6", "10.0.0.5", "10.0.0.5", OPEN)],
    ["a public one, which no setting names", "address", from("198.51.100.1", "203.0.113.5", "203.0.113.5")],
    ["no host", "host", from("127.0.0.1", "127.0.0.1", "")],
  ])("%s", (_, expected, refusal) => {
    expect(refusal).toBe(expected);
  });

  it("is compared with networks that are checked at the start", async () => {
    const starting = startTestApp({ config: { adminNetworks: "10.0.0.0/99" } });
    await expect(starting).rejects.toThrow(/^adminNetworks: "10\.0\.0\.0\/99" is/);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../../src/apis/admin/index.ts";
import { mayAct, ROLES, type Role } from "../../../src/domains/admins/index.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { call, command, cookieOf, MANY, op, PASSWORD, type Sent, signIn, signInAll } from "./support.ts";

let app: TestApp;
let cookies: Record<Role, string>;
beforeAll(async () => {
  app = await startTestApp({ ticks: false, config: MANY });
  cookies = await signInAll(app);
});
afterAll(() => app.discard());

const NONCE = "0b0ef0a4-6a0f-4c1e-9a59-0d9e3a8a3f52";

/** Every route and the least role that may call it. */
const routes: [name: string, role: Role, path: string, sent: Sent][] = [
  ["session", "read", "/console/api/session", {}],
  ["start", "read", "/console/api/start", {}],
  ["catalogue", "read", "/console/api/catalogue", {}],
  [
    "handshake",
    "support",
    "/console/api/handshake",
    { body: { stage: "preview", credential: "device", nonce: NONCE } },
  ],
  [
    "handshake of live",
    "admin",
    "/console/api/handshake",
    { body: { stage: "live", credential: "device", nonce: NONCE } },
  ],
  ...operations.map(({ name, role }): [string, Role, string, Sent] => [
    `op ${name}`,
    role,
    `/console/api/op/${name.replace(" ", "/")}`,
    // Refused by its arguments if the role is right, so that nothing is changed.
    { body: { arguments: { "no such argument": 1 } } },
  ]),
];

describe.each(routes)("%s", (_name, role, path, sent) => {
  it.each(ROLES)("for the role %s", async (mine) => {
    const { status, body } = await call(app, path, { ...sent, cookie: cookies[mine] });
    if (mayAct(mine, role)) expect([200, 400]).toContain(status);
    else expect({ status, code: body.error.code }).toEqual({ status: 403, code: "ROLE" });
  });

  it("is refused to who is not signed in", async () => {
    expect(await call(app, path, sent)).toMatchObject({ status: 401, body: { error: { code: "UNAUTHENTICATED" } } });
    const forged = "A".repeat(43);
    expect((await call(app, path, { ...sent, cookie: forged })).status).toBe(401);
  });
});

it("the log is for the role support", async () => {
  expect(await call(app, "/console/api/log", { cookie: cookies.read })).toMatchObject({ status: 403 });
  expect(await call(app, "/console/api/log")).toMatchObject({ status: 401 });
});

describe("a request that changes something is refused with", () => {
  const path = "/console/api/op/admins/list";
  it.each<[string, Record<string, string | undefined>, string]>([
    ["an origin of another host", { origin: "http://attacker.example" }, "ORIGIN"],
    ["an origin of another port", { origin: "http://127.0.0.1:1" }, "ORIGIN"],
    ["no origin that can be read", { origin: "null" }, "ORIGIN"],
    ["a page of another site", { "sec-fetch-site": "cross-site" }, "ORIGIN"],
    ["a page of a neighbour", { "sec-fetch-site": "same-site" }, "ORIGIN"],
    ["no header of the page", { "x-rekindle-console": undefined }, "HEADER"],
    ["another value of that header", { "x-rekindle-console": "true" }, "HEADER"],
    ["the name of another host", { host: "attacker.example" }, "HOST"],
    ["the address of another host", { host: "203.0.113.7" }, "HOST"],
    ["a host that is none", { host: "localhost/x" }, "HOST"],
  ])("%s", async (_, headers, code) => {
    const sent = { headers, body: {}, cookie: cookies.admin };
    expect(await call(app, path, sent)).toMatchObject({ status: 403, body: { error: { code } } });
  });

  it("and accepted from its own page", async () => {
    const origin = `http://127.0.0.1:${app.port}`;
    const headers = { origin, host: `127.0.0.1:${app.port}`, "sec-fetch-site": "same-origin" };
    expect((await call(app, path, { headers, body: {}, cookie: cookies.admin })).status).toBe(200);
  });
});

it("a read is refused under the name of another host", async () => {
  for (const path of ["/console/", "/console/api/start"]) {
    const response = await call(app, path, { headers: { host: "attacker.example" }, cookie: cookies.admin });
    expect(response).toMatchObject({ status: 403, body: { error: { code: "HOST" } } });
  }
});

describe("a body", () => {
  it.each([
    ["that is no JSON", "{", "INVALID", 400],
    ["of another form", "[]", "INVALID", 400],
    ["with an unknown member", '{"stages":1}', "INVALID", 400],
    ["with an unknown stage", '{"stage":"prod"}', "INVALID", 400],
    ["with an operator for an argument", '{"arguments":{"organization":{"$ne":""}}}', "INVALID", 400],
    ["that is too deep", `{"arguments":{"a":${"[".repeat(500)}${"]".repeat(500)}}}`, "INVALID", 400],
    ["that is too large", `{"arguments":"${"x".repeat(7_000_000)}"}`, "INVALID", 413],
  ])("%s is refused", async (_, body, code, status) => {
    const response = await call(app, "/console/api/op/keys/list", { body, cookie: cookies.admin });
    expect(response).toMatchObject({ status, body: { error: { code } } });
  });

  it("is not read from who is not signed in", async () => {
    const body = " ".repeat(7_000_000);
    expect((await call(app, "/console/api/op/keys/list", { body }).catch(() => ({ status: 401 }))).status).toBe(401);
  });
});

describe("a session", () => {
  it("has a cookie that scripts and other sites do not get", async () => {
    const response = await call(app, "/console/api/session", { body: { name: "admin", password: PASSWORD } });
    expect(response.headers["set-cookie"]).toEqual([
      expect.stringMatching(/^rekindle-console=[\w-]{43}; Path=\/console; Max-Age=43200; HttpOnly; SameSite=Strict$/),
    ]);
    expect(response.body.data).toEqual({ name: "admin", role: "admin", expires: expect.any(String), idleMinutes: 60 });
    const store = await app.services.stores.open("preview");
    const stored = JSON.stringify(await store.collection("consoleSession").find({}).toArray());
    expect(stored).not.toContain(cookieOf(response));
  });

  it("ends by signing out", async () => {
    const cookie = await signIn(app, "read");
    const out = await call(app, "/console/api/session", { method: "DELETE", cookie });
    expect(out).toMatchObject({ status: 200, body: { data: { signedOut: true } } });
    expect(out.headers["set-cookie"]![0]).toMatch(/^rekindle-console=; Path=\/console; Max-Age=0;/);
    expect((await call(app, "/console/api/session", { cookie })).status).toBe(401);
  });

  it("ends without requests, and expires after its hours in any case", async () => {
    const [idle, busy] = [await signIn(app, "read"), await signIn(app, "read")];
    const { clock } = app;
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.advance(20 * 60_000);
      expect((await call(app, "/console/api/session", { cookie: busy })).status).toBe(200);
    }
    expect((await call(app, "/console/api/session", { cookie: idle })).status).toBe(401);
    clock.advance(20 * 60_000);
    expect((await call(app, "/console/api/session", { cookie: busy })).status).toBe(401);
    cookies.admin = await signIn(app, "admin");
  });

  it("ends with its admin, with a new password and with a second factor, and has the role of now", async () => {
    await command(app, "admins create", { name: "ada", role: "support", password: PASSWORD });
    const first = await signIn(app, "ada");
    await command(app, "admins password", { name: "ada", password: `${PASSWORD} 2` });
    expect((await call(app, "/console/api/session", { cookie: first })).status).toBe(401);
    const second = await signIn(app, "ada", `${PASSWORD} 2`);
    await command(app, "admins code", { name: "ada", state: "on" });
    expect((await call(app, "/console/api/session", { cookie: second })).status).toBe(401);
    await command(app, "admins code", { name: "ada", state: "off" });
    const third = await signIn(app, "ada", `${PASSWORD} 2`);
    await command(app, "admins remove", { name: "ada" });
    expect((await call(app, "/console/api/session", { cookie: third })).status).toBe(401);
  });
});

it("records who did what, and as what", async () => {
  app.clock.advance(1_000);
  const cookie = await signIn(app, "admin");
  await op(app, cookie, "admins create", { name: "grace", role: "read", password: PASSWORD });
  const { body } = await op(app, cookie, "audit", { action: "admin.created", limit: 1 });
  const entry = { door: "console", admin: "admin", adminRole: "admin", subject: "grace", data: { role: "read" } };
  expect(body.data).toEqual([expect.objectContaining(entry)]);
});

it("limits what a connection may send, signed in or not", async () => {
  const limited = await startTestApp({ ticks: false, config: { requestsPerSecond: 1, requestBurst: 3 } });
  const all = [];
  for (let count = 0; count < 5; count++) all.push(await call(limited, "/console/api/session"));
  expect(all.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
  expect(all.at(-1)).toMatchObject({ headers: { "retry-after": "1" }, body: { error: { code: "WAIT" } } });
  await limited.discard();
});

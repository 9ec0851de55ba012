import { type TOTP, URI } from "otpauth";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { call, command, MANY, PASSWORD, signIn } from "./support.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ticks: false, config: MANY });
  await command(app, "admins create", { name: "ada", role: "admin", password: PASSWORD });
});
afterAll(() => app.discard());

const attempt = (name: string, password: unknown, more: Record<string, unknown> = {}, to = app) =>
  call(to, "/console/api/session", { body: { name, password, ...more } });
const later = (ms = 3_600_000 * 2) => app.clock.advance(ms);

describe("a sign-in is refused with", () => {
  it.each<[string, unknown, number, string]>([
    ["a wrong password", { name: "ada", password: "wrong" }, 401, "WRONG"],
    ["an unknown name", { name: "bob", password: PASSWORD }, 401, "WRONG"],
    ["another case of the name", { name: "ADA", password: PASSWORD }, 401, "WRONG"],
    ["an empty password", { name: "ada", password: "" }, 401, "WRONG"],
    ["a password that is no Unicode", '{"name":"ada","password":"\\ud800"}', 400, "INVALID"],
    ["an operator for a name", { name: { $gt: "" }, password: PASSWORD }, 400, "INVALID"],
    ["an operator for a password", { name: "ada", password: { $ne: "" } }, 400, "INVALID"],
    ["a name that is a prototype's", { name: "__proto__", password: PASSWORD }, 401, "WRONG"],
    ["a password that is too long", { name: "ada", password: "x".repeat(2_000) }, 400, "INVALID"],
    ["no password", { name: "ada" }, 400, "INVALID"],
    ["an unknown member", { name: "ada", password: PASSWORD, role: "admin" }, 400, "INVALID"],
    ["no body", "", 400, "INVALID"],
  ])("%s", async (_, body, status, code) => {
    later();
    const response = await call(app, "/console/api/session", { body });
    expect(response).toMatchObject({ status, body: { error: { code } } });
    expect(response.headers["set-cookie"]).toBeUndefined();
    expect(response.text).not.toContain(PASSWORD);
  });
});

it("looks the same for a wrong password and an unknown name", async () => {
  later();
  const [wrong, unknown] = [await attempt("ada", "wrong wrong wrong"), await attempt("nobody", "wrong wrong wrong")];
  expect(unknown.text).toBe(wrong.text);
});

describe("guessing", () => {
  it("a password is delayed more and more, the right one too, until the delay has passed", async () => {
    later();
    const delays: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      const { body, status } = await attempt("ada", `guess ${tries}`);
      expect([401, 429]).toContain(status);
      if (status === 429) {
        delays.push(body.error.retryAfterSeconds);
        expect(body.error.code).toBe("WAIT");
        expect(await attempt("ada", PASSWORD)).toMatchObject({
          status: 429,
          headers: { "retry-after": String(body.error.retryAfterSeconds) },
        });
        app.clock.advance(body.error.retryAfterSeconds * 1000);
      }
    }
    expect(delays).toEqual([1, 2, 4].slice(0, delays.length));
    expect(delays.length).toBeGreaterThanOrEqual(2);
    app.clock.advance(300_000);
    expect((await attempt("ada", PASSWORD)).status).toBe(200);
  });

  it("at many names is delayed by the address", async () => {
    later();
    const all = [];
    for (let tries = 0; tries < 12; tries++) all.push((await attempt(`name-${tries}`, PASSWORD)).status);
    expect(all.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(all.at(-1)).toBe(429);
    app.clock.advance(900_000);
    expect((await attempt("ada", PASSWORD)).status).toBe(200);
  });

  it("at the same time counts each guess", async () => {
    later();
    const all = await Promise.all(Array.from({ length: 12 }, (_, at) => attempt("grace", `guess ${at}`)));
    expect(all.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(all.filter(({ status }) => status === 429)).toHaveLength(8);
  });
});

describe("a second factor", () => {
  let totp: TOTP;
  beforeAll(async () => {
    later();
    await command(app, "admins create", { name: "two", role: "read", password: PASSWORD });
    const { uri } = await command(app, "admins code", { name: "two", state: "on" });
    totp = URI.parse(uri) as TOTP;
    expect(uri).toMatch(/^otpauth:\/\/totp\/Rekindle:two\?/);
  });
  const code = () => totp.generate({ timestamp: app.clock.now() });

  it("is stored sealed", async () => {
    const store = await app.services.stores.open("preview");
    const stored = JSON.stringify(await store.collection("consoleAdmin").find({}).toArray());
    expect(stored).toMatch(/"secondFactor":"v1\./);
    expect(stored).not.toContain(totp.secret.base32);
  });

  it("is asked for after the right password alone", async () => {
    later();
    expect(await attempt("two", "wrong")).toMatchObject({ status: 401, body: { error: { code: "WRONG" } } });
    expect(await attempt("two", PASSWORD)).toMatchObject({ status: 401, body: { error: { code: "CODE_REQUIRED" } } });
  });

  it("lets in with its code, once", async () => {
    later();
    const used = code();
    expect((await attempt("two", PASSWORD, { code: used })).status).toBe(200);
    expect(await attempt("two", PASSWORD, { code: used })).toMatchObject({
      status: 401,
      body: { error: { code: "WRONG" } },
    });
  });

  it("in two sign-ins at once lets one in", async () => {
    later();
    const used = code();
    const all = await Promise.all([1, 2, 3].map(() => attempt("two", PASSWORD, { code: used })));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it.each([
    ["another code", "000000"],
    ["a code with letters", "12345a"],
    ["too long a code", "0123456"],
  ])("refuses %s", async (_, wrong) => {
    later();
    const response = await attempt("two", PASSWORD, { code: wrong === code() ? "111111" : wrong });
    expect(response).toMatchObject({ status: 401, body: { error: { code: "WRONG" } } });
  });

  it("refuses a code of long ago", async () => {
    later();
    const old = code();
    app.clock.advance(120_000);
    expect((await attempt("two", PASSWORD, { code: old })).status).toBe(401);
  });
});

describe("the console", () => {
  it("is off where the setting says so", async () => {
    const off = await startTestApp({ ticks: false, config: { console: "off" } });
    await command(off, "admins create", { name: "ada", role: "admin", password: PASSWORD });
    for (const path of ["/console/", "/console/api/session", "/console/api/start"]) {
      expect(await call(off, path)).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
    }
    expect((await attempt("ada", PASSWORD, {}, off)).status).toBe(404);
    await off.discard();
  });

  it("is off on a server with a public URL until an admin exists, and has a cookie for TLS only", async () => {
    const config = { publicUrl: "wss://game.example" };
    const open = await startTestApp({ ticks: false, config });
    expect((await attempt("ada", PASSWORD, {}, open)).status).toBe(404);
    await command(open, "admins create", { name: "ada", role: "admin", password: PASSWORD });
    const headers = { host: "game.example", origin: "https://game.example" };
    const body = { name: "ada", password: PASSWORD };
    const response = await call(open, "/console/api/session", { headers, body });
    expect(response.status).toBe(200);
    expect(response.headers["set-cookie"]![0]).toMatch(/; Secure$/);
    const foreign = { host: "game.example", origin: "https://games.example" };
    expect((await call(open, "/console/api/session", { headers: foreign, body })).status).toBe(403);
    await open.discard();
  });

  it("keeps its last admin, and refuses passwords that are too short", async () => {
    await expect(command(app, "admins remove", { name: "ada" })).rejects.toThrow(/The last admin/);
    await expect(command(app, "admins create", { name: "x", role: "read", password: "short" })).rejects.toThrow(
      /400|INVALID/,
    );
    await expect(command(app, "admins create", { name: "ada", role: "read" })).rejects.toThrow(/exists already/);
    await expect(command(app, "admins remove", { name: "nobody" })).rejects.toThrow(/no admin named nobody/);
    later();
    expect(await signIn(app, "ada")).toMatch(/^[\w-]{43}$/);
  });
});

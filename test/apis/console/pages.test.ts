import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addPages } from "../../../src/apis/console/pages.ts";
import { startTestApp, type TestApp } from "../../support/app.ts";
import { call } from "./support.ts";

/** The pages of a folder of the test's own; those of the server are where its build puts them. */
let folder: string;
let server: Server;
let port: number;
beforeAll(async () => {
  const outside = await mkdtemp(join(tmpdir(), "rekindle-console-"));
  folder = join(outside, "console");
  await writeFile(join(outside, "secret.txt"), "outside");
  const http = fastify();
  addPages(http, { server: { config: { host: "127.0.0.1", publicUrl: "wss://game.example/path" } } as never }, folder);
  await http.ready();
  server = createServer((request, response) => http.routing(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.close();
  await rm(join(folder, ".."), { recursive: true });
});

it("says how to build the page while it is not built, and serves it from then on", async () => {
  const missing = await call({ port }, "/console/");
  expect(missing).toMatchObject({
    status: 503,
    text: expect.stringMatching(/^The console's page is not built\. Run npm run \S+/),
  });
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<!doctype html><title>Console</title>");
  await writeFile(join(folder, "assets", "main-a1B2c3D4.js"), "// the page");
  await writeFile(join(folder, "assets", "main-a1B2c3D4.css"), "body {}");
  await writeFile(join(folder, "assets", "plain.js"), "// no hash");
  await writeFile(join(folder, "icon.svg"), "<svg/>");
  await symlink(join(folder, "..", "secret.txt"), join(folder, "assets", "link.txt"));
  expect(await call({ port }, "/console/")).toMatchObject({ status: 200, text: /Console/ as never });
});

describe("serves", () => {
  it.each([
    ["the page", "/console/", "text/html; charset=utf-8", "no-store"],
    ["the page at a path of its own", "/console/players/5f0", "text/html; charset=utf-8", "no-store"],
    ["the page at a path like a file's", "/console/assets/none.js", "text/html; charset=utf-8", "no-store"],
    [
      "a script with a hash",
      "/console/assets/main-a1B2c3D4.js",
      "application/javascript; charset=utf-8",
      /max-age=31536000, immutable/,
    ],
    [
      "a style with a hash",
      "/console/assets/main-a1B2c3D4.css",
      "text/css; charset=utf-8",
      /max-age=31536000, immutable/,
    ],
    ["a script without one", "/console/assets/plain.js", "application/javascript; charset=utf-8", "no-store"],
    ["a picture", "/console/icon.svg", /^image\/svg\+xml/, "no-store"],
  ])("%s", async (_, path, type, cache) => {
    const { status, headers } = await call({ port }, path);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(type);
    expect(headers["cache-control"]).toMatch(cache);
  });
});

it.each([
  "/console/../secret.txt",
  "/console/%2e%2e/secret.txt",
  "/console/..%2fsecret.txt",
  "/console/assets/..%5c..%5csecret.txt",
  "/console/assets/link.txt",
  "/console/%00",
  "/console//etc/passwd",
])("never leaves its folder: %s", async (path) => {
  expect((await call({ port }, path)).text).not.toMatch(/outside|root:/);
});

it("is redirected to with its slash", async () => {
  expect(await call({ port }, "/console")).toMatchObject({ status: 308, headers: { location: "/console/" } });
});

it("lets the page run its own files and reach its own host only", async () => {
  const { headers } = await call({ port }, "/console/", { headers: { host: "game.example" } });
  expect(String(headers["content-security-policy"]).split("; ")).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' ws://game.example wss://game.example",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]);
  expect(headers["x-frame-options"]).toBe("DENY");
});

describe("in the server", () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ ticks: false });
  });
  afterAll(() => app.discard());

  it.each(["/console", "/console/", "/console/x", "/console/api/start"])("%s has the headers of all", async (path) => {
    const { headers } = await call(app, path);
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("the page needs no session, and no other path of the server becomes the page", async () => {
    expect((await call(app, "/console/")).status).not.toBe(401);
    expect(await call(app, "/consoles")).toMatchObject({ status: 404 });
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, cookieOf } from "../apis/console/support.ts";
import { Command, MAIN } from "../support/command.ts";

let folder: string;
let data: string;
const running: Command[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-console-cli-"));
  data = join(folder, "data");
});
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function start(...args: string[]) {
  const server = new Command([process.execPath, MAIN, "start", "--port", "0", "--data", data, ...args]);
  running.push(server);
  const url = new URL(await server.says(/Health +(\S+)/));
  await server.says(/Settings: /);
  return { server, port: Number(url.port), url: url.origin };
}

async function stop({ server }: { server: Command }) {
  server.child.kill("SIGTERM");
  await server.ended;
}

async function rekindle(...args: string[]) {
  const command = new Command([process.execPath, MAIN, ...args, "--data", data]);
  return { exitCode: await command.ended, stdout: command.stdout, stderr: command.stderr };
}

const signIn = (to: { port: number }, name: string, password: string) =>
  call(to, "/console/api/session", { body: { name, password } });

describe("the console of a server that only this machine reaches", () => {
  it("has an admin from the first start on, whose password is printed once and not logged", async () => {
    const first = await start();
    const password = await first.server.says(/Sign in as admin with (\w{24}) \(shown this once\)/);
    expect(first.server.stdout).toContain(`Console  ${first.url}/console`);
    expect(first.server.stdout.split(password)).toHaveLength(2);
    const signedIn = await signIn(first, "admin", password);
    expect(signedIn.body).toMatchObject({ data: { name: "admin", role: "admin" } });
    await stop(first);

    const second = await start();
    expect(second.server.stdout).toContain(`Console  ${second.url}/console`);
    expect(second.server.stdout).not.toContain("Sign in as");
    expect((await signIn(second, "admin", password)).status).toBe(200);
    const session = await call(second, "/console/api/session", { cookie: cookieOf(signedIn) });
    expect(session).toMatchObject({ status: 200, body: { data: { name: "admin" } } });
    await stop(second);
  });

  it("has no admin of its own elsewhere, and is open once an operator made one", async () => {
    const made = await start("--public-url", "wss://game.example");
    expect(made.server.stdout).toMatch(
      /Console {2}https:\/\/game\.example\/console, once an admin exists: .*admins create/,
    );
    expect(made.server.stdout).not.toContain("Sign in as");
    expect((await call(made, "/console/")).status).toBe(404);
    const created = await rekindle("admins", "create", "ada", "--role", "admin", "--json");
    const { password } = JSON.parse(created.stdout);
    expect((await signIn(made, "ada", password)).status).toBe(200);
    await stop(made);
  });
});

describe("the commands", () => {
  it("make, list and remove admins while the server is stopped", async () => {
    await stop(await start());
    const created = await rekindle(
      "admins",
      "create",
      "ada",
      "--role",
      "support",
      "--password",
      "correct horse battery",
    );
    expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/name +ada/) });
    expect(created.stdout).not.toContain("correct horse");
    expect((await rekindle("admins", "list")).stdout).toMatch(/ada +support/);
    expect((await rekindle("admins", "code", "ada", "--state", "on")).stdout).toMatch(/uri +otpauth:\/\//);
    expect(await rekindle("admins", "remove", "ada")).toMatchObject({ exitCode: 0 });
    expect(await rekindle("admins", "remove", "ada")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/There is no admin named ada/),
    });
    expect(await rekindle("admins", "create", "Ada", "--role", "boss")).toMatchObject({ exitCode: 2 });
  });

  it("reach the running server, and say that they need one", async () => {
    const server = await start();
    expect((await rekindle("jobs", "list")).stdout).toMatch(/^kind +collection +waiting/);
    await stop(server);
    expect(await rekindle("jobs", "list")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/needs a running server/),
    });
  });
});

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TestClient } from "../support/client.ts";
import { ok } from "../support/social.ts";

/**
 * The published package, packed once and installed in a folder and globally by npm, beside the Node of the machine: the one
 * on the path that is not of this project's packages, which is an older one in CI.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PATH = process.env["PATH"]!.split(delimiter).filter((folder) => !folder.includes("node_modules"));
const OF_NPM = /^(npm_|NODE$|INIT_CWD$|REKINDLE_)/i;
const ENV = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_NPM.test(name))),
  PATH: PATH.join(delimiter),
};
const MACHINES_NODE = PATH.map((folder) => join(folder, "node")).find((file) => existsSync(file)) ?? process.execPath;
const INSTALL_MS = 240_000;
const MANIFEST = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

let folder: string;
/** The files of the two installed commands. */
const bins = { "in a folder": "", globally: "" };

const npm = (...args: string[]) =>
  promisify(execFile)("npm", [...args, "--no-audit", "--no-fund"], { cwd: folder, env: ENV, timeout: INSTALL_MS });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-package-"));
  await promisify(execFile)("npm", ["pack", "--pack-destination", folder], { cwd: ROOT, timeout: INSTALL_MS });
  const tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz"))!);
  const local = join(folder, "local");
  await mkdir(local);
  await writeFile(join(local, "package.json"), "{}");
  await Promise.all([
    npm("install", "--prefix", local, "--prefer-offline", tarball),
    npm("install", "--global", "--prefix", join(folder, "global"), "--prefer-offline", tarball),
  ]);
  bins["in a folder"] = join(local, "node_modules/.bin/rekindle");
  bins.globally = join(folder, "global/bin/rekindle");
}, INSTALL_MS);

const running: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of running.splice(0)) {
    try {
      // The group: what the launcher left behind as well.
      process.kill(-pid!, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command, run by the machine's Node as its first line says, unless another one is named. */
function rekindle(where: keyof typeof bins, args: string[], node?: string) {
  const command = node === undefined ? [bins[where]] : [node, bins[where]];
  const child = spawn(command[0]!, [...command.slice(1), ...args], { cwd: folder, env: ENV, detached: true });
  running.push(child);
  const reported = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (data) => (reported[stream] += data));
  // Not before its output is closed too, which the server has as well.
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...reported }));
  const says = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [, match] = pattern.exec(reported.stdout) ?? [];
      if (match !== undefined) return match;
      const end = await Promise.race([ended, once(child.stdout, "data").then(() => undefined)]);
      if (end) throw new Error(`it ended: ${end.stdout}${end.stderr}`);
    }
  };
  return { child, ended, says };
}

let data = 0;
const start = (where: keyof typeof bins) =>
  rekindle(where, ["start", "--port", "0", "--data", join(folder, `data${data++}`)]);

describe.each(["in a folder", "globally"] as const)("installed %s", (where) => {
  test("prints its version", async () => {
    const end = { code: 0, signal: null, stdout: `${MANIFEST.version}\n`, stderr: "" };
    expect(await rekindle(where, ["--version"]).ended).toEqual(end);
  });

  test("serves players and stops on a signal", async () => {
    const server = start(where);
    const socket = await server.says(/Socket +(ws:\S+)/);
    expect((await fetch(await server.says(/Health +(\S+)/))).status).toBe(200);
    const client = await TestClient.connect(socket, { secret: await server.says(/Secret +(\S+)/) });
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" }));
    expect(await ok(client.request("LogEventRequest", { eventKey: "LAP", SECONDS: 61.5 }))).toMatchObject({
      scriptData: { best: 61.5 },
    });
    // The example's stand-in for Facebook, which is compiled for the package.
    expect(await ok(client.request("FacebookConnectRequest", { accessToken: "token-of-ada" }))).toMatchObject({
      displayName: "Ada",
    });
    server.child.kill("SIGTERM");
    expect((await client.closed).code).toBe(1012);
    const end = await server.ended;
    expect(end).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(end.stdout).toContain("rekindle start --game FOLDER");
    expect(end.stdout).not.toContain("npm ");
  });

  test("runs an event of the game", async () => {
    const end = await rekindle(where, ["run", "LAP", "--data", '{"SECONDS": 61.5}', "--json"]).ended;
    expect(end).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(end.stdout)).toMatchObject({ response: { scriptData: { best: 61.5, record: true } } });
  });
});

describe("the launcher", () => {
  test("exits with the exit code of the command", async () => {
    const end = await rekindle("globally", ["strat"]).ended;
    expect(end).toMatchObject({ code: 2, stderr: 'Unknown command "strat". Did you mean start?\n' });
  });

  test("ends with the signal that ended the server", async () => {
    const server = start("globally");
    await server.says(/Health +(\S+)/);
    // Which the server does not handle.
    server.child.kill("SIGHUP");
    expect(await server.ended).toMatchObject({ code: null, signal: "SIGHUP" });
  });

  test("leaves no server running if it is killed", async () => {
    const server = start("globally");
    await server.says(/Health +(\S+)/);
    server.child.kill("SIGKILL");
    expect(await server.ended).toMatchObject({ signal: "SIGKILL", stdout: expect.stringContaining("Stopping") });
  });
});

describe("a launcher whose Node is not suitable", () => {
  const version = { code: 0, stdout: `${MANIFEST.version}\n`, stderr: "" };
  const refused = (missing: string) => ({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(new RegExp(`^Rekindle runs on Node \\S+ or a later one of .*${missing}.*\n$`)),
  });
  const inPackage = (name: string) => join(folder, "local/node_modules", name);
  const runtime = Object.keys(MANIFEST.optionalDependencies).find((name) =>
    name.endsWith(`-${process.platform}-${process.arch}`),
  )!;
  const away: string[] = [];
  const without = async (path: string) => {
    await rename(path, `${path}.away`);
    away.push(path);
  };
  afterEach(async () => {
    for (const path of away.splice(0)) {
      await rm(path, { force: true });
      await rename(`${path}.away`, path);
    }
  });

  test.for([
    ["the version that is wanted", "26.10.0", true],
    ["a later one of its major version", "26.9.9", true],
    ["an older one", "26.11.0", false],
    ["one of a later major version", "25.9.0", false],
    ["one of an older major version", "27.0.0", false],
  ] as const)("it is not installed, and the available Node is %s", async ([, wanted, runs]) => {
    expect(process.version).toBe("v26.10.0");
    const manifest = { ...MANIFEST, optionalDependencies: { [runtime]: wanted } };
    await without(inPackage(runtime));
    await without(inPackage("rekindle/package.json"));
    await writeFile(inPackage("rekindle/package.json"), JSON.stringify(manifest));
    const end = await rekindle("in a folder", ["--version"], process.execPath).ended;
    expect(end).toMatchObject(runs ? version : refused(`the package ${runtime}, which has it, is not installed`));
  });

  test.skipIf(MACHINES_NODE === process.execPath)("the machine's own Node prints the same sentence", async () => {
    await without(inPackage(runtime));
    const end = await rekindle("in a folder", ["--version"]).ended;
    expect(end).toMatchObject(refused(`the package ${runtime}, which has it, is not installed`));
  });

  test("Node cannot be run here, as on a system without glibc", async () => {
    const binary = inPackage(`${runtime}/bin/node`);
    await without(binary);
    await writeFile(binary, "#!/nowhere/ld-linux.so\n");
    await chmod(binary, 0o755);
    const end = await rekindle("in a folder", ["--version"]).ended;
    expect(end).toMatchObject(refused("cannot be run: spawn .* ENOENT"));
  });

  test("no Node is published for this platform", async () => {
    await without(inPackage("rekindle/package.json"));
    const other = { ...MANIFEST, optionalDependencies: { "node-plan9-mips": "26.11.0" } };
    await writeFile(inPackage("rekindle/package.json"), JSON.stringify(other));
    const end = await rekindle("in a folder", ["--version"]).ended;
    expect(end).toMatchObject(refused("no Node is published as a package for"));
  });
});

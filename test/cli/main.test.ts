import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { API_KEY, DEVICE_SECRET } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { Command, MAIN } from "../support/command.ts";
import { ok } from "../support/social.ts";

const DEMO = fileURLToPath(new URL("../../examples/starter/demo.ts", import.meta.url));
const SOCIAL_DEMO = fileURLToPath(new URL("../../examples/starter/social-demo.ts", import.meta.url));

let folder: string;
const running: Command[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-cli-"));
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function run(args: string[], env?: Record<string, string>): Command {
  return runProgram([process.execPath, MAIN, ...args], env);
}

function runProgram(program: string[], env?: Record<string, string>): Command {
  const command = new Command(program, env);
  running.push(command);
  return command;
}

/** Several tests at once share what each of them starts with and clears away; so these end by themselves. */
async function ends(program: string[]) {
  const command = new Command([process.execPath, ...program]);
  const exitCode = await command.ended;
  return { exitCode, stdout: command.stdout, stderr: command.stderr };
}

const data = () => ["--data", join(folder, "data")];

describe("start", () => {
  it("prints what a new user needs, serves requests and stops on a signal", async () => {
    const server = run(["start", "--port", "0", ...data()]);
    const socket = await server.says(/Socket +(ws:\S+)/);
    const secret = await server.says(/Secret +(\S+)/);
    expect(await server.says(/Data +(\S+)/)).toBe(join(folder, "data"));
    expect((await fetch(await server.says(/Health +(\S+)/))).status).toBe(200);
    const client = await TestClient.connect(socket, { secret });
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" }));
    await ok(client.request("FacebookConnectRequest", { accessToken: "token-of-ada" }));
    expect(await ok(client.request("SocialDisconnectRequest", { systemId: "FB" }))).toMatchObject({
      scriptData: { message: "Your account is disconnected, Ada." },
    });

    server.child.kill("SIGTERM");
    expect((await client.closed).code).toBe(1012);
    expect(await server.ended).toBe(0);
    for (const hidden of ["example-facebook-secret", "example-server-secret", "WARNING", "NOTE"]) {
      expect(server.stdout).not.toContain(hidden);
    }
    expect(server.stdout).toContain('"mongodbUrl":"(not set)"');
    expect(server.stderr).toBe("");
  });

  it("stops with npm, although the shell between them does not forward the signal", async () => {
    const line = `"${process.execPath}" "${MAIN}" --port 0 --data "${join(folder, "data")}"; exit $?`;
    const shell = runProgram(["sh", "-c", line], { npm_lifecycle_event: "start" });
    await shell.says(/Health +(\S+)/);
    shell.child.kill("SIGKILL");
    // The pipes close when the server, too, has ended.
    await shell.ended;
    expect(shell.stdout).toContain("Stopping");
  });

  it("exits immediately on a second signal, even with requests in flight", async () => {
    const server = run(["--port", "0", "--drain-timeout-ms", "600000", ...data()]);
    const { port } = new URL(await server.says(/Health +(\S+)/));
    const client = connect(Number(port), "127.0.0.1");
    client.on("error", () => {});
    client.write("POST /rs/x/s/X HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n{");
    // The server asks for the rest of the body, which never comes.
    expect(String(await once(client, "data"))).toContain("100 Continue");
    server.child.kill("SIGINT");
    await server.says(/Stopping/);
    // Only one that comes long after the first counts as a second.
    const again = setInterval(() => server.child.kill("SIGINT"), 200);
    expect(await server.ended).toBe(1);
    clearInterval(again);
    client.destroy();
  });

  it("logs and counts an uncaught error and keeps running", async () => {
    const raise = 'process.on("SIGUSR2", () => { Promise.reject(new Error("rejected")); throw new Error("thrown"); });';
    const preload = `--import="data:text/javascript,${encodeURIComponent(raise)}"`;
    const server = run(["--port", "0", ...data()], { NODE_OPTIONS: preload });
    const socket = await server.says(/Socket +(ws:\S+)/);
    const client = await TestClient.connect(socket, { secret: await server.says(/Secret +(\S+)/) });
    const health = await server.says(/Health +(\S+)/);
    server.child.kill("SIGUSR2");
    await server.says(/thrown[^\n]*"errorId"/);
    await server.says(/rejected[^\n]*"errorId"/);
    const metrics = await (await fetch(new URL("/metrics", health))).text();
    expect(metrics).toContain('rekindle_unexpected_errors_total{place="process"} 2');
    await ok(client.request("DeviceAuthenticationRequest", { deviceId: "d", deviceOS: "IOS" }));
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });

  it("runs a game's own folder without printing its secrets", async () => {
    const credential = { name: "device", type: "device", secret: DEVICE_SECRET };
    await writeFile(join(folder, "config.json"), JSON.stringify({ apiKey: API_KEY, "~credentials": [credential] }));
    const server = run(["--port", "0", "--game", folder, ...data()]);
    const client = await TestClient.connect(await server.says(/Socket +(ws:\S+)/), { secret: DEVICE_SECRET });
    expect(client.sessionId).toBeDefined();
    expect(server.stdout + server.stderr).not.toContain(DEVICE_SECRET);
    expect(server.stdout).toContain(`from ${folder}`);
    await client.close();
  });

  it("prints the problems of a game that can still be started", async () => {
    const credential = { name: "mine", canHavePlayer: true, secret: "s" };
    await writeFile(join(folder, "config.json"), JSON.stringify({ apiKey: API_KEY, "~credentials": [credential] }));
    const server = run(["--port", "0", "--game", folder, ...data()]);
    expect(await server.says(/NOTE: .*/)).toContain('has no credential "device"');
    expect(await server.says(/Socket +(ws:\S+)/)).toMatch(`/ws/mine/${API_KEY}`);
  });

  it.each([
    ["listens for other machines", ["--host", "0.0.0.0"]],
    ["has a public address", ["--public-url", "wss://play.example.org"]],
  ])("warns if a server with the example's public secrets %s", async (_, args) => {
    const server = run(["--port", "0", ...args, ...data()]);
    expect(await server.says(/WARNING: .*/)).toContain("the example's secrets (server, debug,");
  });

  it("reads settings from file and environment and prints the public address", async () => {
    const config = join(folder, "settings.json");
    await writeFile(config, JSON.stringify({ port: 0, publicUrl: "wss://play.example.org/", logLevel: "warn" }));
    const server = run([], { REKINDLE_CONFIG: config, REKINDLE_DATA: join(folder, "elsewhere") });
    expect(await server.says(/Socket +(\S+)/)).toBe("wss://play.example.org/ws/device/starter0example");
    expect(await server.says(/Data +(\S+)/)).toBe(join(folder, "elsewhere"));
    expect(await server.says(/Settings: .*/)).toContain('"logLevel":"warn"');
  });

  it("keeps written data when it is killed and restarted", async () => {
    const enter = async (server: Command) => {
      const client = await TestClient.connect(await server.says(/Socket +(ws:\S+)/), {
        secret: await server.says(/Secret +(\S+)/),
      });
      return ok(client.request("DeviceAuthenticationRequest", { deviceId: "same", deviceOS: "IOS" }));
    };
    const first = run(["--port", "0", ...data()]);
    const made = await enter(first);
    first.child.kill("SIGKILL");
    await first.ended;
    const again = await enter(run(["--port", "0", ...data()]));
    expect(again).toMatchObject({ userId: made["userId"], newPlayer: false });
  });

  it("exits with one sentence if it cannot start", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const broken = join(folder, "broken");
    await writeFile(broken, "no folder");
    const game = join(folder, "game");
    await mkdir(game);
    await writeFile(join(game, "config.json"), '{\n  "~credentials": hidden\n}');
    const used = run(["--port", "0", ...data()]);
    await used.says(/Health/);
    const cases: [string[], number, string][] = [
      [["start", "--prot", "1"], 2, "Unknown setting --prot on the command line. Did you mean --port?"],
      [["--port", "many"], 2, "--port"],
      [["strat"], 2, 'Unknown command "strat". Did you mean start?'],
      [["start", "game"], 2, 'Unexpected argument "game": settings are'],
      [["--port", String(port), "--data", join(folder, "1")], 1, `127.0.0.1:${port} is already in use. Set --port`],
      [["--host", "192.0.2.1", "--port", "0", "--data", join(folder, "2")], 1, "is not an address of this machine."],
      [["--game", join(folder, "nowhere"), "--data", join(folder, "3")], 1, "nowhere does not exist."],
      [
        ["--game", game, "--data", join(folder, "4")],
        1,
        "config.json is not valid JSON: unexpected character at line 2",
      ],
      [["--port", "0", "--data", broken], 1, "broken is a file, not a folder. Set --data"],
      [["--port", "0", "--data", join(broken, "data")], 1, "part of the path is a file. Set --data"],
      [["--port", "0", ...data()], 1, "preview.db is in use by another server."],
    ];
    const tries = cases.map(async ([args, exitCode, sentence]) => {
      const command = run([...args]);
      expect(await command.ended, args.join(" ")).toBe(exitCode);
      expect(command.stderr).toContain(sentence);
      expect(command.stderr.trim().split("\n"), "one sentence, no stack").toHaveLength(1);
      expect(command.stdout + command.stderr).not.toContain("hidden");
    });
    await Promise.all(tries);
    taken.close();
  });
});

describe("other commands", () => {
  it.concurrent.each([["--help"], ["help"], ["import", "--help"], ["start", "-h"]])(
    "%s %s lists the commands and every setting",
    async (...args) => {
      const help = await ends([MAIN, ...args.filter((arg) => arg !== undefined)]);
      expect(help.exitCode).toBe(0);
      for (const part of ["import EXPORT FOLDER", "--mongodb-url", "--login-lock-minutes", "(default 8080)"]) {
        expect(help.stdout).toContain(part);
      }
    },
  );

  it("version prints the version", async () => {
    const version = run(["--version"]);
    expect(await version.ended).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  /** Bytes that reading and writing JSON would change: order, precision, layout, line ends. */
  const EXPORT = `{\r\n\t"@id": "/game/${API_KEY}/config", "~credentials": [{"name":"device","secret":"s"}],
    "other": {"9": 12345678901234567890, "1": 1.0, "__proto__": {}}}`;

  it("import creates a game folder, export returns the same bytes, and nothing is overwritten", async () => {
    const from = join(folder, "export.json");
    await writeFile(from, EXPORT);
    const game = join(folder, "new", "game");
    const imported = run(["import", from, game]);
    expect(await imported.ended, imported.stderr).toBe(0);
    expect(imported.stdout).toContain(`npm start -- --game ${game}`);
    expect(await readFile(join(game, "config.json"), "utf8")).toBe(EXPORT);

    const to = join(folder, "again.json");
    expect(await run(["export", game, to]).ended).toBe(0);
    expect(await readFile(to, "utf8")).toBe(EXPORT);
    const printed = run(["export", game]);
    expect(await printed.ended).toBe(0);
    expect(printed.stdout).toBe(EXPORT);

    const twice = run(["import", from, game]);
    expect(await twice.ended).toBe(1);
    expect(twice.stderr).toContain("config.json already exists");
  });

  it("import copies the Cloud Code of a folder and ignores other files", async () => {
    const files = {
      "config.json": EXPORT,
      "event/Score.js": "// event",
      "event/readme.txt": "no script",
      "z/rtScript/Battle.js": "// realtime",
      "node_modules/event/Other.js": "// a package",
      "Assets/picture.png": "no script",
    };
    const from = join(folder, "export");
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(from, path)), { recursive: true });
      await writeFile(join(from, path), text);
    }
    const imported = run(["import", from, join(folder, "game")]);
    expect(await imported.ended, imported.stderr).toBe(0);
    expect(imported.stdout).toContain("with 2 scripts.");
    const copied = await readdir(join(folder, "game"), { recursive: true, withFileTypes: true });
    const paths = copied.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    expect(paths.sort()).toEqual(
      ["config.json", "event/Score.js", "z/rtScript/Battle.js"].map((path) => join(folder, "game", path)),
    );
  });

  it("import copies a zip export if there are no script folders", async () => {
    const from = join(folder, "zipped");
    await mkdir(from, { recursive: true });
    await writeFile(join(from, "config.json"), EXPORT);
    await writeFile(join(from, "art.zip"), zipSync({ "art/a.png": new Uint8Array(3) }));
    const zip = zipSync({ "event/A.js": strToU8("1"), "modules/B.js": strToU8("1") });
    await writeFile(join(from, "scripts.zip"), zip);
    const imported = run(["import", from, join(folder, "unzipped")]);
    expect(await imported.ended, imported.stderr).toBe(0);
    expect(imported.stdout).toContain("with 2 scripts.");
    expect((await readdir(join(folder, "unzipped"))).sort()).toEqual(["config.json", "scripts.zip"]);
    expect(new Uint8Array(await readFile(join(folder, "unzipped", "scripts.zip")))).toEqual(zip);
  });

  it.concurrent.each<[string[], number, string]>([
    [["import"], 2, "rekindle import EXPORT FOLDER"],
    [["import", "/nowhere.json", "x"], 1, "/nowhere.json does not exist."],
    [["import", "package.json", "x"], 1, "package.json has no usable API key"],
    [["import", "src", "x"], 1, "src is not a game folder"],
    [["export"], 2, "rekindle export FOLDER [FILE]"],
    [["export", "/nowhere"], 1, "/nowhere does not exist."],
    [["export", "examples/starter", "package.json/file"], 1, "part of the path is a file."],
    [["export", "examples/starter", "a", "b"], 2, "rekindle export FOLDER [FILE]"],
  ])("%j exits with one sentence", async (args, exitCode, sentence) => {
    const command = await ends([MAIN, ...args]);
    expect(command.exitCode).toBe(exitCode);
    expect(command.stderr).toContain(sentence);
    expect(command.stderr.trim().split("\n")).toHaveLength(1);
  });
});

it("the demo runs from start to finish", async () => {
  const demo = runProgram([process.execPath, DEMO]);
  expect(await demo.ended, demo.stdout + demo.stderr).toBe(0);
  expect(demo.stdout).toContain('"error":{"tournament":"RUNNING"}');
  expect(demo.stdout).toContain("Done. Every frame");
});

it("the social demo runs from start to finish", async () => {
  const demo = runProgram([process.execPath, SOCIAL_DEMO]);
  expect(await demo.ended, demo.stdout + demo.stderr).toBe(0);
  expect(demo.stdout).toContain('"canceledScheduledPosts":1');
  expect(demo.stdout).toContain('"reason":{"userName":"CHANGE_REQUIRED"}');
  expect(demo.stdout).toContain("Done. Every call");
});

it("the demo runs twice against a running server", async () => {
  const server = run(["--port", "0", ...data()]);
  const url = new URL(await server.says(/Socket +(ws:\S+)/));
  for (const time of ["first", "second"]) {
    const demo = runProgram([process.execPath, DEMO, "--url", url.origin]);
    expect(await demo.ended, `${time}: ${demo.stdout}${demo.stderr}`).toBe(0);
  }
});

it("the demo exits with one sentence if the server runs another game", async () => {
  await writeFile(
    join(folder, "config.json"),
    JSON.stringify({ apiKey: "another", "~credentials": [{ name: "device", secret: "s" }] }),
  );
  const server = run(["--port", "0", "--game", folder, ...data()]);
  const url = new URL(await server.says(/Socket +(ws:\S+)/));
  const demo = runProgram([process.execPath, DEMO, "--url", url.origin]);
  expect(await demo.ended).toBe(1);
  expect(demo.stderr.trim().split("\n")).toHaveLength(1);
  expect(demo.stderr).toContain("The demo failed: Unexpected server response: 404");
});

it.concurrent.each([
  [["--url", "ws://127.0.0.1:1"], "ECONNREFUSED"],
  [["--url", "nowhere"], "Invalid URL"],
  [["--ulr", "x"], "Unknown option '--ulr'"],
])("the demo with %j exits with one sentence", async (args, sentence) => {
  const demo = await ends([DEMO, ...args]);
  expect(demo.exitCode).toBe(1);
  expect(demo.stderr).toContain(`The demo failed: `);
  expect(demo.stderr).toContain(sentence);
  expect(demo.stderr.trim().split("\n")).toHaveLength(1);
});

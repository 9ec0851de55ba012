import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apis } from "../../src/apis/index.ts";
import { Command, MAIN } from "../support/command.ts";

/** Every command of the guide is run, in its order, against the example game. */
const guide = await readFile(fileURLToPath(new URL("../../docs/guides/back-office.md", import.meta.url)), "utf8");
const commands = [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) =>
  block!.replaceAll("\\\n", " ").trim().split("\n"),
);
const LINK = commands.find((command) => command.includes("FacebookConnectRequest"))!;

/** What an output gives to later commands, by the name that the guide uses. */
const FINDS: readonly [name: string, RegExp][] = [
  ["AUTH_TOKEN", /"authToken":"([^"]+)"/],
  ["USER_ID", /"userId":"([0-9a-f]{24})"/],
  ["PROFILE_KEY", /^profileKey +(\S+)$/m],
  ["KEY", /^key +(\S+)$/m],
  ["KEY_ID", /^id +([0-9a-z]{16})$/m],
  ["SOCIAL_ACCOUNT_ID", /"(sa_[0-9a-f-]+)"/],
  ["INTEGRATION_ID", /"(int_facebook_[0-9a-f]+)"/],
  ["ORGANIZATION_ID", /^id +(org_\S+)$/m],
  ["PROJECT_ID", /^id +(prj_\S+)$/m],
];
const found = new Map<string, string>();

let data: string;
let server: Command;
let url: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "rekindle-guide-"));
  server = new Command([process.execPath, MAIN, "start", "--port", "0", "--data", data]);
  url = new URL(await server.says(/Health +(\S+)/)).origin;
  found.set("SECRET", await server.says(/Secret +(\S+)/));
});
afterAll(async () => {
  server.child.kill("SIGKILL");
  await server.ended;
  await rm(data, { recursive: true, force: true });
});

function sh(command: string): Promise<{ code: unknown; output: string }> {
  const line = command
    .replace(/npm run rekindle -- (.*)/, `"${process.execPath}" "${MAIN}" $1 --data "${data}"`)
    .replace("http://127.0.0.1:8080", url)
    .replace(/^curl/, "curl --silent --show-error --fail-with-body")
    .replace(/\b[A-Z]+(?:_[A-Z]+)*\b/g, (word) => found.get(word) ?? word);
  return new Promise((resolve) => {
    execFile("sh", ["-c", line], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + (error ? stderr : "") });
    });
  });
}

const has = (name: string) => apis.some((api) => api.name === name);

it.each(commands)("%s", async (command) => {
  // Until a server has the API.
  if (command.includes("/api/profiles") && !has("ayrshare")) return;
  const { code, output } = await sh(command);
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).not.toMatch(/"error"/);
  for (const [name, pattern] of FINDS) {
    const [, value] = pattern.exec(output) ?? [];
    if (value !== undefined && !found.has(name)) found.set(name, value);
  }
  if (command.includes("DELETE")) {
    expect(output).toMatch(/"disconnected"|"deleted":true|"status":"success"/);
    // For the next API. A new link has new ids.
    for (const id of ["SOCIAL_ACCOUNT_ID", "INTEGRATION_ID"]) found.delete(id);
    expect(await sh(LINK)).toMatchObject({ code: 0, output: expect.not.stringContaining('"error"') });
  }
});

it("has commands", () => {
  expect(commands.length).toBeGreaterThan(10);
});

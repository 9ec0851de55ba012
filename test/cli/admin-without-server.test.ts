import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseKey } from "../../src/domains/social/index.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Command } from "../support/command.ts";
import { startStandIn } from "../support/mongod/server.ts";
import { callWith, json, run, startServer, stop } from "../support/operator.ts";

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a server that does not run", () => {
  let data: string;
  const servers: Command[] = [];
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "rekindle-admin-"));
  });
  afterEach(async () => {
    for (const { child, ended } of servers.splice(0)) {
      child.kill("SIGKILL");
      await ended;
    }
    await rm(data, { recursive: true, force: true });
  });
  const start = async () => {
    const started = await startServer(data);
    servers.push(started.server);
    return started;
  };

  it("is administered in its file; the key works once it is started", async () => {
    await stop((await start()).server);
    expect(await readdir(data)).not.toContain("admin.json");
    const { key } = await json("keys", "create", "--name", "n", "--scopes", "*", "--data", data);
    const { url } = await start();
    expect(await callWith(url, key)).toBe(200);
    expect(await json("keys", "list", "--data", data)).toHaveLength(1);
  });

  it("may have been killed: its file names a server that is gone", async () => {
    const { server } = await start();
    server.child.kill("SIGKILL");
    await server.ended;
    expect(await readdir(data)).toContain("admin.json");
    expect(await json("keys", "list", "--data", data)).toEqual([]);
  });

  it.each([
    ["another server of this kind", 401, '{"error":{"code":"UNAUTHENTICATED","message":"No."}}'],
    ["a server of another kind", 200, "<html></html>"],
  ])("may have been killed, and its port taken by %s", async (_, status, body) => {
    await stop((await start()).server);
    const other = createServer((_request, response) => response.writeHead(status).end(body));
    await writeFile(join(data, "admin.json"), JSON.stringify({ url: await listen(other), token: "t".repeat(43) }));
    expect(await json("keys", "list", "--data", data)).toEqual([]);
    other.close();
  });

  it("is waited for while it starts or stops; one that takes no commands is named", async () => {
    const { server } = await start();
    await rm(join(data, "admin.json"));
    const waiting = run("keys", "list", "--data", data);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await stop(server);
    expect(await waiting).toMatchObject({ exitCode: 0, stdout: "None.\n" });

    await start();
    await writeFile(join(data, "admin.json"), "{");
    const { exitCode, stderr } = await run("keys", "list", "--data", data);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`A server has the data folder ${data} and takes no commands. Stop it, or try again.\n`);
  });

  it.skipIf(process.getuid?.() === 0)("says that its file belongs to another user", async () => {
    await start();
    await chmod(join(data, "admin.json"), 0o000);
    const { exitCode, stderr } = await run("keys", "list", "--data", data);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Run the command as the server's user.");
  });
});

it("administers MongoDB without a server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-admin-"));
  const kept = await openEmbeddedStore({ path: join(folder, "test.db") });
  const standIn = await startStandIn(kept);
  const other = createServer((_request, response) => response.end('{"data":[]}'));
  try {
    // Of an embedded store in the same folder, which these commands are not for.
    await writeFile(join(folder, "admin.json"), JSON.stringify({ url: await listen(other), token: "t".repeat(43) }));
    const on = ["--mongodb-url", standIn.url, "--data", folder];
    const { key, id } = await json("keys", "create", "--name", "n", "--scopes", "*", ...on);
    expect(parseKey(key)?.id).toBe(id);
    expect(await json("keys", "list", ...on)).toMatchObject([{ id, state: "active" }]);
  } finally {
    other.close();
    await standIn.close();
    await kept.close();
    await rm(folder, { recursive: true, force: true });
  }
});

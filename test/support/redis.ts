import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this machine has Redis. Where it has none, tests of it are skipped and say so. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis) console.warn("There is no redis-server here: tests that need one are skipped.");

export interface RedisServer {
  url: string;
  port: number;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** A Redis server of its own, which keeps nothing, on a free port or the one that is given. */
export async function startRedis(wanted?: number, more: string[] = []): Promise<RedisServer> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(wanted ?? (await freePort()), more);
    } catch (error) {
      // Somebody else took the port that was free a moment ago.
      const isTaken = /Address already in use/.test(String(error));
      if (!isTaken || wanted !== undefined || tries === 5) throw error;
    }
  }
}

async function startOn(port: number, more: string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-redis-"));
  const options = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: folder, loglevel: "notice" };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const process = spawn("redis-server", [...args, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    let reported = "";
    process.stdout.on("data", (chunk) => {
      reported += chunk;
      if (reported.includes("Ready to accept connections")) resolve();
    });
    process.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${reported}`)));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    process,
    async stop() {
      if (process.exitCode === null && process.signalCode === null) {
        process.kill("SIGCONT");
        process.kill("SIGKILL");
        await once(process, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import { freePort, hasRedis, startRedis } from "../support/redis.ts";
import { signIn } from "./support.ts";

const EVENT =
  "try { Spark.setScriptData('it', Spark.getRedis().incr('n')); } catch (e) { Spark.setScriptData('it', e.message); }";

let folder: string;
let app: TestApp;
const start = async (redisUrl: string) => {
  const embeddedScripts = [{ type: "event", shortCode: "COUNT", source: EVENT }];
  app = await startTestApp({ game: testGame([], { folder, embeddedScripts }), config: { redisUrl } });
  const client = await app.client();
  await signIn(client);
  return async () => {
    const { scriptData } = await client.request("LogEventRequest", { eventKey: "COUNT" });
    return (scriptData as { it: unknown }).it;
  };
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
});
afterEach(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

describe("Redis for scripts", () => {
  it.skipIf(!hasRedis)("is the configured server", async () => {
    const server = await startRedis();
    try {
      const count = await start(server.url);
      expect([await count(), await count()]).toEqual([1, 2]);
    } finally {
      await server.stop();
    }
  });

  it("causes an error and a log line without secrets if it is unreachable", async () => {
    const count = await start(`redis://someone:s3cret@127.0.0.1:${await freePort()}`);
    expect(await count()).toBe("SparkRedis.incr: Redis is not reachable. Try again later.");
    expect(await count()).toBe("SparkRedis.incr: Redis is not reachable. Try again later.");
    expect(app.log.filter(({ msg }) => msg === "cannot connect to Redis; retrying")).toHaveLength(1);
    expect(JSON.stringify(app.log)).not.toContain("s3cret");
  });

  it("is missing if it is not configured", async () => {
    const count = await start("");
    expect(await count()).toMatch(/^SparkRedis needs a Redis server: .*redisUrl\.$/);
  });
});

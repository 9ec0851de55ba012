import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { connectRedis, type Redis, RedisError, RedisUnavailable } from "../../src/cluster/redis.ts";
import { freePort, hasRedis, type RedisServer, startRedis } from "../support/redis.ts";

const servers: RedisServer[] = [];
let redis: Redis | undefined;
const states: string[] = [];
let wake = () => {};

function connect(url: string, timeoutMs = 5_000): Redis {
  redis?.close();
  redis = connectRedis({
    url,
    timeoutMs,
    onState(state, reason) {
      states.push(`${state} ${reason}`.trim());
      wake();
    },
  });
  return redis;
}

async function start(port?: number, more?: string[]): Promise<RedisServer> {
  const server = await startRedis(port, more);
  servers.push(server);
  return server;
}

/** Waits until the connection reports the state. */
async function until(state: RegExp): Promise<void> {
  while (!states.some((reported) => state.test(reported))) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

afterEach(async () => {
  redis?.close();
  redis = undefined;
  states.length = 0;
  for (const server of servers.splice(0)) await server.stop();
});

describe.skipIf(!hasRedis)("a connection to Redis", () => {
  it("sends commands and returns Redis' replies", async () => {
    const { url } = await start();
    connect(url);
    expect(await redis!.send(["SET", "k", "ü"])).toBe("OK");
    expect(await redis!.send(["GET", "k"])).toBe("ü");
    expect(await redis!.send(["ZADD", "z", "1", "a"])).toBe(1);
    expect(await redis!.send(["ZRANGE", "z", "0", "-1", "WITHSCORES"])).toEqual(["a", "1"]);
    expect(await redis!.send(["GET", "none"])).toBeNull();
    expect(states).toEqual([]);
  });

  it("distinguishes errors reported by Redis", async () => {
    const { url } = await start();
    connect(url);
    await redis!.send(["LPUSH", "l", "1"]);
    await expect(redis!.send(["GET", "l"])).rejects.toThrow(RedisError);
    await expect(redis!.send(["GET", "l"])).rejects.toThrow(/^WRONGTYPE/);
  });

  it("authenticates and never reveals the password", async () => {
    const { port } = await start(undefined, ["--requirepass", "s3cret"]);
    connect(`redis://:s3cret@127.0.0.1:${port}`);
    expect(await redis!.send(["PING"])).toBe("PONG");
    connect(`redis://:wrong-s3cret@127.0.0.1:${port}`, 2_000);
    const error: Error = await redis!.send(["PING"]).then(
      () => new Error("it was let in"),
      (caught: Error) => caught,
    );
    expect(error).toBeInstanceOf(RedisUnavailable);
    await until(/^disconnected/);
    expect(JSON.stringify([error.message, states])).not.toContain("s3cret");
  });

  it("fails immediately while Redis is unreachable and recovers afterwards", async () => {
    const port = await freePort();
    connect(`redis://127.0.0.1:${port}`);
    await expect(redis!.send(["PING"])).rejects.toThrow(RedisUnavailable);
    await expect(redis!.send(["PING"])).rejects.toThrow("Redis is not reachable.");
    const first = await start(port);
    await until(/^connected/);
    expect(await redis!.send(["PING"])).toBe("PONG");
    states.length = 0;
    first.process.kill("SIGKILL");
    await once(first.process, "exit");
    await until(/^disconnected/);
    await expect(redis!.send(["PING"])).rejects.toThrow(RedisUnavailable);
    await start(port);
    await until(/^connected/);
    expect(await redis!.send(["PING"])).toBe("PONG");
  });

  it("does not wait for a Redis that hangs", async () => {
    const server = await start();
    connect(server.url, 2_000);
    expect(await redis!.send(["PING"])).toBe("PONG");
    server.process.kill("SIGSTOP");
    await expect(redis!.send(["PING"])).rejects.toThrow("Redis did not respond in time.");
    server.process.kill("SIGCONT");
    connect(server.url);
    expect(await redis!.send(["PING"])).toBe("PONG");
  });

  it("reports an invalid URL without showing it", async () => {
    connect("redis://:s3cret@127.0.0.1:notaport");
    await expect(redis!.send(["PING"])).rejects.toThrow("Redis is not reachable.");
    expect(states).toEqual(["disconnected the URL is invalid"]);
  });

  it("closes without error before the first command", () => {
    connect("redis://127.0.0.1:1");
    redis!.close();
  });
});

import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bluesky } from "../../src/publishers/bluesky.ts";
import { NetworkCalls } from "../../src/publishers/calls.ts";
import type { NetworkAccount } from "../../src/publishers/publisher.ts";
import { contextOf, draftOf, failureOf, progressOf } from "./support.ts";

/** A server inside the operator's network: counts who connects, and answers nothing. */
let inside: Server;
let port: number;
let connections = 0;
beforeAll(async () => {
  inside = createServer((socket) => {
    connections++;
    socket.on("error", () => {});
    socket.destroy();
  });
  inside.listen(0, "127.0.0.1");
  await once(inside, "listening");
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => inside.close());
beforeEach(() => {
  connections = 0;
});

const settings = { blueskyUrl: "https://bsky.example" };
const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const calling = (privateNetworks: string) =>
  contextOf({ calls: new NetworkCalls({ timeoutMs: 2_000, privateNetworks, resolve }) });
const accountAt = (pds: string): NetworkAccount => ({
  id: "did:plc:a",
  facts: { pds },
  credentials: { token: "token", refreshToken: "refresh" },
});
const publish = (pds: string, privateNetworks = "") =>
  bluesky.publish(settings, accountAt(pds), draftOf("Hello"), calling(privateNetworks), progressOf());

describe("a host that a user names", () => {
  test.each(["inside.example", "x.localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"])(
    "is not connected to if its address is private: %s",
    async (host) => {
      expect(await failureOf(publish(`https://${host}:${port}`))).toBe("UNAVAILABLE");
      expect(connections).toBe(0);
    },
  );

  test("is connected to if the settings permit its network", async () => {
    await failureOf(publish(`https://inside.example:${port}`, "127.0.0.1"));
    expect(connections).toBe(1);
  });

  test("receives no token when it renews or ends a session either", async () => {
    const account = accountAt(`https://inside.example:${port}`);
    expect(await failureOf(bluesky.refresh!(settings, account, calling("")))).toBe("UNAVAILABLE");
    expect(await failureOf(bluesky.revoke!(settings, account, calling("")))).toBe("UNAVAILABLE");
    expect(connections).toBe(0);
  });
});

test("the host of the settings may be private", async () => {
  const own = { blueskyUrl: `http://127.0.0.1:${port}` };
  await failureOf(bluesky.publish(own, accountAt(own.blueskyUrl), draftOf("Hello"), calling(""), progressOf()));
  expect(connections).toBe(1);
});

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { NetworkCalls } from "../../src/publishers/calls.ts";

const BYTES = 64 * 1_048_576;

test("a video is sent with its length and without a copy in memory", async () => {
  const body = Buffer.alloc(BYTES, 1);
  const memory = () => process.memoryUsage().arrayBuffers;
  const before = memory();
  let [received, more, headers]: [number, number | undefined, IncomingHttpHeaders] = [0, undefined, {}];
  const server = createServer(async (request, response) => {
    headers = request.headers;
    for await (const chunk of request) {
      more ??= memory() - before;
      received += chunk.length;
    }
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/upload`);
  const bytes = { body, type: "video/mp4" };
  try {
    const calls = new NetworkCalls({ timeoutMs: 30_000 });
    const { status } = await calls.send({ network: "bluesky", what: "upload", method: "POST", url, bytes });
    expect([status, received]).toEqual([200, BYTES]);
    expect(headers).toMatchObject({ "content-length": String(BYTES), "content-type": "video/mp4" });
    expect(headers).not.toHaveProperty("transfer-encoding");
    expect(more).toBeLessThan(BYTES / 4);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

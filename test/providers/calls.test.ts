import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import type { ProviderCall } from "../../src/providers/http.ts";
import { failureOf } from "./support.ts";

let server: LoopbackServer;
beforeAll(async () => {
  server = await startLoopbackServer(0, () => ({ body: { keys: [] } }));
});
afterAll(() => server.close());
beforeEach(() => {
  server.heal();
  server.requests.length = 0;
});

const call = (more: Partial<ProviderCall> = {}): ProviderCall => ({
  systemId: "FB",
  what: "test",
  url: new URL(`${server.url}/path`),
  timeoutMs: 20_000,
  maxBytes: 1_000,
  ...more,
});
const status = (value: number) => ({ kind: "answer" as const, answer: { status: value, body: {} } });

describe("a call to a provider", () => {
  it.each([
    ["a cut connection", { kind: "reset" as const }],
    ["status 502", status(502)],
    ["status 503", status(503)],
  ])("is repeated once after %s", async (_, failure) => {
    const calls = new ProviderCalls();
    server.failWith({ ...failure, times: 1 });
    expect((await calls.send(call())).status).toBe(200);
    server.failWith(failure);
    expect(await failureOf(calls.send(call()), [])).toBe("unavailable FB");
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    ["that posts a form", { form: { code: "c" } }, status(503), 1],
    ["after status 500", {}, status(500), 1],
    ["after status 429", {}, status(429), 1],
    ["after a time-out", { timeoutMs: 150 }, { kind: "hang" as const }, 1],
  ])("is not repeated %s", async (_, more, failure, requests) => {
    server.failWith(failure);
    expect(await failureOf(new ProviderCalls().send(call(more)), [])).toBe("unavailable FB");
    expect(server.requests).toHaveLength(requests);
  });

  it("fails at once while its origin is down, and no other origin's does", async () => {
    const calls = new ProviderCalls({ failures: 3, pauseMs: 60_000 });
    const other = await startLoopbackServer(0, () => ({ body: {} }));
    try {
      server.failWith(status(500));
      for (let n = 0; n < 3; n++) await failureOf(calls.send(call()), []);
      server.heal();
      await expect(calls.send(call())).rejects.toThrow("not called, because its last calls failed");
      expect(server.requests).toHaveLength(3);
      expect((await calls.send(call({ url: new URL(other.url) }))).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  it("is tried again after a pause, and then as before", async () => {
    const calls = new ProviderCalls({ failures: 1, pauseMs: 50 });
    server.failWith({ ...status(500), times: 1 });
    await failureOf(calls.send(call()), []);
    await expect.poll(() => calls.send(call()).then(({ status: value }) => value, String)).toBe(200);
    expect((await calls.send(call())).status).toBe(200);
  });

  it("does not count refusals as failures", async () => {
    const calls = new ProviderCalls({ failures: 1 });
    server.failWith(status(401));
    for (let n = 0; n < 3; n++) expect((await calls.send(call())).status).toBe(401);
  });
});

describe("the signing keys of a provider", () => {
  const token = { protectedHeader: { alg: "RS256", kid: "unknown" }, payload: "", signature: "" };
  const lookUp = (calls: ProviderCalls) => calls.keySet("GP", `${server.url}/keys`)(token.protectedHeader, token);

  it("are fetched once for tokens that name unknown keys", async () => {
    const calls = new ProviderCalls();
    for (let n = 0; n < 5; n++) await expect(lookUp(calls)).rejects.toThrow("no applicable key");
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["status 500", status(500)],
    ["status 404", status(404)],
    ["garbage", { kind: "garbage" as const }],
    ["a body without end", { kind: "hugeBody" as const }],
  ])("are unavailable after %s", async (_, failure) => {
    server.failWith(failure);
    await expect(lookUp(new ProviderCalls())).rejects.toThrow();
  });
});

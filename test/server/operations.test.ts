import { afterEach, describe, expect, it, vi } from "vitest";
import { SystemScripts } from "../../src/domains/system-scripts/system-scripts.ts";
import { Stores } from "../../src/kernel/stores.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { count, echo, gated, signIn, withRequests } from "./support.ts";

const wait = gated();
let app: TestApp;
const start = async (options: Parameters<typeof startTestApp>[0] = {}) => {
  app = await startTestApp({ requests: withRequests(echo, count, wait.request), ...options });
  return app;
};
afterEach(() => app.discard());

describe("/health", () => {
  it("reports version, sockets and databases", async () => {
    await start();
    const client = await app.client();
    await signIn(client);
    const response = await fetch(`${app.httpUrl}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: "ok",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      sockets: 1,
      stores: { preview: "ok" },
    });
  });

  it("is 503 while a database does not respond", async () => {
    await start();
    await signIn(await app.client());
    await app.services.stores.opened("preview")!.close();
    const response = await fetch(`${app.httpUrl}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "unavailable", stores: { preview: "unavailable" } });
  });
});

describe("/metrics", () => {
  it("counts requests by class and result, sockets, and times", async () => {
    await start();
    const client = await app.client();
    await signIn(client);
    await client.request("CountRequest");
    await client.request("CountRequest", { afterwards: "refuse" });
    await client.request("CountRequest", { afterwards: "fail" });
    await client.request("NobodyKnowsRequest");
    const text = await (await fetch(`${app.httpUrl}/metrics`)).text();
    for (const line of [
      "rekindle_sockets 1",
      'rekindle_requests_total{request="CountRequest",result="ok"} 1',
      'rekindle_requests_total{request="CountRequest",result="refused"} 1',
      'rekindle_requests_total{request="CountRequest",result="failed"} 1',
      'rekindle_requests_total{request="unknown",result="refused"} 1',
      'rekindle_request_seconds_count{request="CountRequest"} 3',
      'rekindle_request_seconds_bucket{request="CountRequest",le="+Inf"} 3',
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).toMatch(/^rekindle_store_seconds_count\{verb="transaction"\} \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).toMatch(/^# TYPE rekindle_request_seconds histogram$/m);
  });

  it("requires a token if one is configured", async () => {
    await start({ config: { metricsToken: "prometheus" } });
    const status = async (authorization: string) =>
      (await fetch(`${app.httpUrl}/metrics`, { headers: { authorization } })).status;
    expect(await status("")).toBe(401);
    expect(await status("Bearer other")).toBe(401);
    expect(await status("Bearer prometheus")).toBe(200);
  });
});

describe("a stop", () => {
  it("answers running and queued requests, then closes the socket and the databases", async () => {
    await start({ config: { maxInFlightPerSocket: 1 } });
    const client = await app.client();
    await signIn(client);
    const answers = [client.request("WaitRequest", { n: 1 }), client.request("CountRequest")];
    await wait.until(1);
    const closed = app.close();
    expect(await client.request("CountRequest")).toMatchObject({ error: { server: "STOPPING" } });
    wait.release();
    expect(await Promise.all(answers)).toMatchObject([{ n: 1 }, { count: 1 }]);
    expect(await client.closed).toMatchObject({ code: 1012, reason: expect.stringContaining("reconnect") });
    await closed;
    await expect(app.services.stores.opened("preview")!.ping()).rejects.toThrow();
  });

  it("redirects clients to another server if configured, in the last frame", async () => {
    const connectUrl = "wss://other.example.net/ws/device/key";
    await start({ config: { drainReconnectUrl: connectUrl } });
    const client = await app.client();
    await signIn(client);
    const answer = client.request("WaitRequest", { n: 1 });
    await wait.until(1);
    const closed = app.close();
    wait.release();
    await answer;
    await client.closed;
    expect(client.inbox).toEqual([{ "@class": ".AuthenticatedConnectResponse", connectUrl }]);
    await closed;
  });

  it("accepts no new clients", async () => {
    await start();
    const client = await app.client();
    await signIn(client);
    const answer = client.request("WaitRequest");
    await wait.until(1);
    const closed = app.close();
    await expect(fetch(`${app.httpUrl}/health`)).rejects.toThrow();
    wait.release();
    await answer;
    await closed;
  });

  it("cuts off requests that do not finish in time", async () => {
    await start({ config: { drainTimeoutMs: 50 } });
    const client = await app.client();
    await signIn(client);
    client.sendFrame({ "@class": ".WaitRequest" });
    await wait.until(1);
    await app.close();
    expect(await client.closed).toMatchObject({ code: 1006 });
    expect(app.log).toContainEqual(expect.objectContaining({ why: "stopTimeout" }));
    wait.release();
  });

  it("answers a REST call in flight", async () => {
    await start();
    const client = await app.client();
    await signIn(client);
    const url = `${app.httpUrl}/rs/device/${encodeURIComponent("device secret")}/WaitRequest`;
    const answer = fetch(url, { method: "POST", body: JSON.stringify({ authToken: client.authToken, n: 5 }) });
    await wait.until(1);
    const closed = app.close();
    wait.release();
    expect(await (await answer).json()).toMatchObject({ n: 5 });
    await closed;
  });

  it("gives scripts outside requests the remaining time, and at least a second", async () => {
    await start({ config: { drainTimeoutMs: 1_200 } });
    const client = await app.client();
    await signIn(client);
    const url = `${app.httpUrl}/rs/device/${encodeURIComponent("device secret")}/WaitRequest`;
    const answer = fetch(url, { method: "POST", body: JSON.stringify({ authToken: client.authToken }) });
    const cut = expect(answer).rejects.toThrow();
    await wait.until(1);
    const { jobs, service } = app.services;
    const waits = [vi.spyOn(jobs, "close"), vi.spyOn(service(SystemScripts), "drain")];
    await app.close();
    await cut;
    for (const each of waits) {
      expect(each.mock.calls[0], "all of the time went to the request").toEqual([1_000]);
      expect(each.mock.calls.slice(1), "work cut off with the script hosts is handed over").toEqual([[5_000]]);
    }
    wait.release();
  });

  it("is shared by all callers", async () => {
    await start();
    await Promise.all([app.close(), app.close()]);
    await app.close();
  });
});

describe("a database that cannot be opened", () => {
  it("is reported as busy and retried", async () => {
    let tries = 0;
    const { openStore } = await import("../../src/store/open.ts");
    await start({
      openStore: async (stage) => {
        tries += 1;
        if (tries < 3) throw new (await import("../../src/store/errors.ts")).StoreError("UNAVAILABLE", "not yet");
        return openStore({ mongodbUrl: "", data: app.data }, stage);
      },
    });
    const client = await app.client();
    await expect
      .poll(async () => (await client.request("DeviceAuthenticationRequest", { deviceId: "a", deviceOS: "IOS" })).error)
      .toBeUndefined();
    expect(tries).toBe(3);
  });

  it("keeps a client with a token waiting, because a response without one would make it drop its token", async () => {
    await start({ openStore: () => Promise.reject(new Error("gone")) });
    const { TestClient } = await import("../support/client.ts");
    const client = new TestClient(app.socketUrl());
    const handshake = client.handshake({ secret: "device secret", authToken: "some token" });
    await expect(handshake).rejects.toThrow();
    expect(await client.closed).toMatchObject({ code: 1013 });
  });
});

it("stores are opened once for concurrent callers", async () => {
  await start();
  let opened = 0;
  const stores = new Stores(async () => {
    opened += 1;
    return app.services.stores.open("preview");
  }, ignore);
  await Promise.all([stores.open("live"), stores.open("live")]);
  await stores.open("live");
  expect(opened).toBe(1);
});

function ignore(): void {}

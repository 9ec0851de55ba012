import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Lock } from "../../src/cluster/locks.ts";
import { RequestError } from "../../src/errors.ts";
import { DEVICE_SECRET, startTestApp, type TestApp } from "../support/app.ts";
import { gated, signIn, testRequest, withRequests } from "./support.ts";

/** Takes a lock before its work, and reports each step. */
let steps: string[] = [];
let beforeLock = Promise.resolve();
const lockRequest = testRequest({
  name: "LockRequest",
  work: "write",
  fields: Type.Object({}),
  async admit(_context, _request, { lock }) {
    steps.push("asked");
    await beforeLock;
    if (!(await lock("it"))) throw RequestError.ofPairs({ lock: "BUSY" });
  },
  async handle() {
    steps.push("done");
    return { response: {} };
  },
});
const slow = gated();

describe("a request whose client has disconnected", () => {
  let app: TestApp;
  let held: Lock | undefined;
  const refused = () => app.services.metrics.requests.get("LockRequest")?.results.refused ?? 0;
  const hold = async () => {
    held = await app.services.locks.acquire("preview:it", 0);
  };
  const isFree = async () => {
    const lock = await app.services.locks.acquire("preview:it", 0);
    await lock?.release();
    return lock !== undefined;
  };

  beforeAll(async () => {
    app = await startTestApp({ requests: withRequests(lockRequest, slow.request) });
  });
  afterAll(() => app.discard());
  beforeEach(() => {
    steps = [];
    beforeLock = Promise.resolve();
  });

  it("stops waiting for a lock immediately and does nothing", async () => {
    const client = await app.client();
    await signIn(client);
    await hold();
    const before = refused();
    client.sendFrame({ "@class": ".LockRequest", requestId: "d_move" });
    await expect.poll(() => steps).toEqual(["asked"]);
    await client.close();
    await expect.poll(refused).toBe(before + 1);
    await held!.release();
    expect(await isFree()).toBe(true);
    expect(steps).toEqual(["asked"]);

    const back = await app.client({ authToken: client.authToken! });
    expect((await back.request("LockRequest", { requestId: "d_move" })).error, "a repeat is not refused").toBe(
      undefined,
    );
    expect(steps).toEqual(["asked", "asked", "done"]);
    expect(app.log.filter(({ errorId }) => errorId)).toEqual([]);
  });

  it("stops waiting over REST too", async () => {
    const client = await app.client();
    await signIn(client);
    await hold();
    const before = refused();
    const leaving = new AbortController();
    const body = JSON.stringify({ authToken: client.authToken });
    const url = `${app.httpUrl}/rs/device/${encodeURIComponent(DEVICE_SECRET)}/LockRequest`;
    const answer = fetch(url, { method: "POST", body, signal: leaving.signal }).catch(() => "gone");
    await expect.poll(() => steps).toEqual(["asked"]);
    leaving.abort();
    expect(await answer).toBe("gone");
    await expect.poll(refused).toBe(before + 1);
    await held!.release();
    expect(await isFree()).toBe(true);
    expect(steps).toEqual(["asked"]);
  });

  it("waits for its lock over REST while the client is connected", async () => {
    const client = await app.client();
    await signIn(client);
    await hold();
    const url = `${app.httpUrl}/rs/device/${encodeURIComponent(DEVICE_SECRET)}/LockRequest`;
    const answer = fetch(url, { method: "POST", body: JSON.stringify({ authToken: client.authToken }) });
    await expect.poll(() => steps).toEqual(["asked"]);
    await client.request("AccountDetailsRequest");
    await held!.release();
    expect((await answer).status).toBe(200);
    expect(steps).toEqual(["asked", "done"]);
  });

  it("gets a free lock and runs", async () => {
    const client = await app.client();
    await signIn(client);
    const { connections } = app.services.metrics;
    const gate = Promise.withResolvers<void>();
    beforeLock = gate.promise;
    client.sendFrame({ "@class": ".LockRequest" });
    await expect.poll(() => steps).toEqual(["asked"]);
    await client.close();
    await expect.poll(() => app.services.metrics.connections).toBe(connections - 1);
    gate.resolve();
    await expect.poll(() => steps).toEqual(["asked", "done"]);
  });

  it("runs to completion if its work has started", async () => {
    const client = await app.client();
    await signIn(client);
    client.sendFrame({ "@class": ".WaitRequest" });
    await slow.until(1);
    await client.close();
    slow.release();
    await expect.poll(() => app.services.metrics.requests.get("WaitRequest")?.results.ok).toBe(1);
  });
});

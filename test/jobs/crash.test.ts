import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import type { Store } from "../../src/store/store.ts";
import { startStandIn } from "../support/mongod/server.ts";
import { fanOut, STEPS } from "./fan-out.ts";
import { FakeClock, jobsIn, LEASE_MS, startRunner } from "./support.ts";

/** Whether it was killed; false if it ended by itself. */
async function runChild(where: string, killAt: number): Promise<boolean> {
  const child = fork(new URL("job-child.ts", import.meta.url), [where, String(killAt)], { execArgv: [] });
  const [code, signal] = await once(child, "exit");
  if (signal !== "SIGKILL" && code !== 0) throw new Error(`The child ended with ${code} ${signal}.`);
  return signal === "SIGKILL";
}

async function plan(store: Store): Promise<void> {
  await jobsIn(store).createIndex({ due: 1 });
  await jobsIn(store).deleteMany({});
  await store.collection("done").deleteMany({});
  await jobsIn(store).insertOne({ n: 1, due: new Date(new FakeClock().now()) } as never);
}

/** By the process that comes after. */
async function resume(store: Store): Promise<unknown[]> {
  const clock = new FakeClock();
  clock.advance(LEASE_MS);
  const { work } = startRunner(store, clock, fanOut(store));
  await work();
  expect(await jobsIn(store).countDocuments({})).toBe(0);
  const done = await store.collection("done").find({}).toArray();
  return done.map(({ step }) => step);
}

/**
 * Before the claim, after it, and after each commit. A server keeps the transaction of a client that is gone until its
 * own limit, which the engine's tests cover.
 */
const OUTSIDE_TRANSACTIONS = [2, 3, 6, 7, 10, 14];
const EACH_STEP_ONCE = Array.from({ length: STEPS }, (_, step) => step);

describe("a process that is killed before any of its operations", () => {
  it("leaves a job in the embedded store to the next process, which runs each step once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-jobs-"));
    const path = join(folder, "test.db");
    let killAt = 0;
    for (let killed = true; killed; ) {
      killAt += 1;
      const before = await openEmbeddedStore({ path });
      await plan(before);
      await before.close();
      killed = await runChild(path, killAt);
      const after = await openEmbeddedStore({ path });
      expect(await resume(after), `killed before operation ${killAt}`).toEqual(EACH_STEP_ONCE);
      await after.close();
    }
    expect(killAt).toBeGreaterThan(3 * STEPS);
    await rm(folder, { recursive: true, force: true });
  });

  it("leaves a job in a shared store to another process, which runs each step once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rekindle-jobs-"));
    const kept = await openEmbeddedStore({ path: join(folder, "test.db") });
    const standIn = await startStandIn(kept);
    const store = await openMongodbStore({ url: standIn.url, database: "test" });
    for (const killAt of OUTSIDE_TRANSACTIONS) {
      await plan(store);
      expect(await runChild(standIn.url, killAt)).toBe(true);
      expect(await resume(store), `killed before operation ${killAt}`).toEqual(EACH_STEP_ONCE);
    }
    await store.close();
    await standIn.close();
    await kept.close();
    await rm(folder, { recursive: true, force: true });
  });
});

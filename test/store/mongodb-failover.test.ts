import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { expect, it } from "vitest";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import { writeWhile } from "./disturbed.ts";

/** Only on a real replica set that has another member to take over. */
const url = process.env.REKINDLE_TEST_MONGODB_URL ?? "";
const STEP_DOWNS = 3;

it.skipIf(url === "")(
  "loses nothing when the primary changes under load",
  async ({ skip }) => {
    const database = `rekindle-test-${randomBytes(6).toString("hex")}`;
    const admin = new MongoClient(url);
    const hello = await admin.db("admin").command({ hello: 1 });
    if (((hello.hosts as string[] | undefined) ?? []).length < 2) {
      await admin.close();
      skip("the replica set has one member");
    }
    const store = await openMongodbStore({ url, database });
    try {
      const { done } = await writeWhile(store, async () => {
        for (let i = 0; i < STEP_DOWNS; i++) {
          await setTimeout(2000);
          await admin.db("admin").command({ replSetStepDown: 5, secondaryCatchUpPeriodSecs: 4, force: true });
        }
        await setTimeout(8000);
      });
      expect(done).toBeGreaterThan(0);
    } finally {
      await store.close();
      await admin.db(database).dropDatabase();
      await admin.close();
    }
  },
  180_000,
);

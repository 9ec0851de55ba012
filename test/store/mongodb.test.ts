import { randomBytes } from "node:crypto";
import { MongoClient } from "mongodb";
import { test } from "vitest";
import { openMongodbStore } from "../../src/store/mongodb/client.ts";
import { storeContract } from "./contract.ts";

const url = process.env.REKINDLE_TEST_MONGODB_URL ?? "";

if (url === "") {
  console.log("The MongoDB engine was not run against a server: `npm run test:mongodb` does that.");
  test.skip("store contract: MongoDB, by `npm run test:mongodb`");
} else {
  storeContract("MongoDB", async (options) => {
    const database = `rekindle-test-${randomBytes(6).toString("hex")}`;
    const store = await openMongodbStore({ url, database, ...options });
    const dispose = async () => {
      await store.close();
      const client = new MongoClient(url);
      await client.db(database).dropDatabase();
      await client.close();
    };
    return { store, dispose };
  });
}

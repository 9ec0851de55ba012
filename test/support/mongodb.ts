import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `npm run test:mongodb`: the tests of the store and of the disconnect rule on a real replica set, the one that REKINDLE_TEST_MONGODB_URL names or
 * one of three members that mongodb-memory-server downloads (some 100 MB, once) and starts.
 */
const own = process.env.REKINDLE_TEST_MONGODB_URL ?? "";
const replicaSet = own === "" ? await startReplicaSet() : undefined;
const url = replicaSet?.getUri() ?? own;
const vitest = fileURLToPath(new URL("./vitest.mjs", import.meta.resolve("vitest/package.json")));
const tests = spawn(
  process.execPath,
  [vitest, "run", "test/store/mongodb", "test/domains/accounts/disconnect.test.ts", ...process.argv.slice(2)],
  {
    env: { ...process.env, REKINDLE_TEST_MONGODB_URL: url },
    stdio: "inherit",
  },
);
tests.on("close", async (code) => {
  await replicaSet?.stop();
  process.exitCode = code ?? 1;
});

async function startReplicaSet() {
  try {
    const { MongoMemoryReplSet } = await import("mongodb-memory-server-core");
    console.log("Starting a MongoDB replica set of three; the first time it is downloaded.");
    return await MongoMemoryReplSet.create({ replSet: { count: 3, storageEngine: "wiredTiger" } });
  } catch (error) {
    console.error(`No MongoDB could be downloaded and started: ${(error as Error).message}`);
    console.error(
      "Start a replica set yourself and name it: REKINDLE_TEST_MONGODB_URL=mongodb://… npm run test:mongodb",
    );
    process.exit(1);
  }
}

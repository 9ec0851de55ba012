import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Suites that kill processes, exhaust their memory, or start whole programs: `npm run test:fast` leaves them out. */
const SLOW = [
  "test/**/*crash*.test.ts",
  "test/**/hostile/*.test.ts",
  "test/**/hostile*.test.ts",
  "test/{guides,cli,console,e2e,fuzz}/**/*.test.ts",
  "test/**/{power,fuzz,hosts,background,disconnect,evaluators,mongodb-faults,mongodb-failover}.test.ts",
];

/** Files that replace a module, which those that come after them in their process would have too. */
const ALONE = ["test/domains/accounts/login.test.ts"];

// What one process has compiled, its workers and the servers that tests start need not compile again.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node", import.meta.url));

export default defineConfig({
  test: {
    globalSetup: ["test/support/built.ts", "test/support/memory-folder.ts"],
    // On a busy machine a second is nothing: what never ends is to fail, and not what ends late.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 10 } },
    pool: "forks",
    // The default leaves one processor idle, which is half of a machine with two.
    maxWorkers: "100%",
    projects: [
      // Files share a few processes: a process of its own would cost each of them half a second of imports.
      {
        extends: true,
        test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [...SLOW, ...ALONE], isolate: false },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
      { extends: true, test: { name: "slow", include: SLOW } },
    ],
  },
});

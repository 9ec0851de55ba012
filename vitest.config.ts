import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/support/built.ts",
    include: ["test/**/*.test.ts"],
    // On a busy machine a second is nothing: what never ends is to fail, and not what ends late.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000, interval: 10 } },
    pool: "forks",
    // The default leaves one processor idle, which is half of a machine with two.
    maxWorkers: "100%",
  },
});

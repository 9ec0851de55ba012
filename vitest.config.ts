import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // On a busy machine a second is nothing: a condition that never holds is what fails, not one that holds late.
    expect: { poll: { timeout: 20_000, interval: 10 } },
    pool: "forks",
  },
});

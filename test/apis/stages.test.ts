import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";

/** A live stage that was never used. */
let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.discard());

const RANDOM = "A".repeat(43);

it.each<[string, number, string, Record<string, string>?]>([
  ["a key", 401, "/v1/whoami", { authorization: `Bearer lp_live_${"a".repeat(16)}_${RANDOM}` }],
  ["a link", 404, `/connect/session/ls_live_${RANDOM}`],
  ["the state of a sign-in", 400, `/connect/reddit/callback?code=a&state=live_${RANDOM}`],
  ["a choice of accounts", 400, `/connect/choose/live/${"a".repeat(64)}`],
])("%s that a stranger made up creates no database of its stage", async (_, status, path, headers = {}) => {
  expect((await fetch(`${app.httpUrl}${path}`, { headers })).status).toBe(status);
  expect((await readdir(app.data)).filter((name) => name.startsWith("live"))).toEqual([]);
});

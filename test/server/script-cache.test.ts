import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { API_KEY, DEVICE_SECRET, startTestApp, type TestApp, testGame } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { signIn } from "./support.ts";

const EVENTS: Record<string, string> = {
  PUT: "Spark.getCache().put('k', { stage: Spark.getConfig().getStage(), list: [1, null] });",
  GET: "Spark.setScriptData('it', Spark.getCache().get('k'));",
  CLEAR: "Spark.getCache().removeAll();",
};

let folder: string;
let app: TestApp;
const start = async () => {
  const embeddedScripts = Object.entries(EVENTS).map(([shortCode, source]) => ({ type: "event", shortCode, source }));
  app = await startTestApp({ game: testGame([], { folder, embeddedScripts }), data: join(folder, "data") });
};
const eventsOf = (client: TestClient) => async (eventKey: string) => {
  const { error, scriptData } = await client.request("LogEventRequest", { eventKey });
  expect(error).toBeUndefined();
  return (scriptData as { it: unknown } | undefined)?.it;
};
const onPreview = async (name: string) => {
  const client = await app.client();
  await signIn(client, name);
  return eventsOf(client);
};
const onLive = async (name: string) => {
  const client = await TestClient.connect(`${app.url}/live/ws/device/${API_KEY}`, { secret: DEVICE_SECRET });
  await signIn(client, name);
  return eventsOf(client);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  await start();
});
afterEach(async () => {
  await app.discard();
  await rm(folder, { recursive: true, force: true });
});

it("a cached value is visible to other scripts, on the same stage only, and after a restart", async () => {
  const kept = { stage: "preview", list: [1, null] };
  await (await onPreview("ada"))("PUT");
  expect(await (await onPreview("ben"))("GET")).toEqual(kept);
  const live = await onLive("cat");
  expect(await live("GET")).toBeNull();
  await live("PUT");
  await live("CLEAR");
  await app.close();
  await start();
  expect(await (await onPreview("dan"))("GET")).toEqual(kept);
  expect(await (await onLive("eve"))("GET")).toBeNull();
});

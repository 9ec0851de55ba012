import { expect, it } from "vitest";
import { Publishing } from "../../../src/domains/publishing/index.ts";
import { connectAccount } from "../../../src/domains/social/index.ts";
import { FakeClock } from "../../support/app.ts";
import { startTikTok } from "../../support/networks/tiktok.ts";
import { HOUR_MS, integrationIdOf, startHookedApp, VIDEO_URL } from "./support.ts";

it("a scheduled video is published when its time comes, once, and then cannot be changed", async () => {
  const time = new FakeClock();
  const standIn = await startTikTok(() => time.now());
  const world = await startHookedApp(standIn.settings);
  const { app, store, mine, hooked } = world;
  const { id, credentials } = standIn.connect();
  const publishing = app.services.service(Publishing);
  const { _id: profileId } = mine.profile;
  const sealed = await publishing.seal(credentials, { profileId, platform: "tiktok", externalId: id });
  const account = await store.transaction((tx) =>
    connectAccount(
      tx,
      mine.profile,
      { network: "tiktok", found: { id, handle: "the.game", credentials }, credentials: sealed },
      { by: { door: "command line" }, now: app.clock.now() },
    ),
  );

  const added = await hooked("POST", "/v1/video", { body: { url: VIDEO_URL } });
  const body = {
    videoId: added.body.data.id,
    integrationId: integrationIdOf(account),
    scheduledDateTime: new Date(app.clock.now() + HOUR_MS).toISOString(),
    platformData: { description: "Out now." },
  };
  const { scheduleId } = (await hooked("POST", "/v1/schedule/create", { body })).body.data;
  const path = `/v1/schedule/${scheduleId}`;
  const status = async () => (await hooked("GET", path)).body.data.status;
  await world.pass(HOUR_MS - 1);
  expect(await status()).toBe("pending");
  expect(standIn.posts()).toEqual([]);
  await world.pass(1);
  await expect.poll(status).toBe("published");
  await world.pass(HOUR_MS);
  expect(standIn.posts()).toHaveLength(1);
  expect(JSON.stringify(standIn.attempts[0]!.json)).toContain(VIDEO_URL);
  expect((await hooked("GET", path)).body.data.errorMessage).toBeNull();
  for (const [method, sent] of [
    ["DELETE", undefined],
    ["PATCH", { platformData: { description: "x" } }],
  ] as const) {
    expect(await hooked(method, path, { body: sent })).toMatchObject({
      status: 409,
      body: { code: "conflict", details: { status: "published" } },
    });
  }
  await app.discard();
  await standIn.close();
});

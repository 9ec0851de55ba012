import { chmod, mkdtemp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileDeliveries } from "../../../src/domains/files/file-deliveries.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { fileNames, logged, look, QUIET_MS, RETRY_MS, take, useDeliveries } from "./support.ts";

const { cleanUp, place, put, sharedStore, start, state } = useDeliveries();

/** Replaces `processed` by a link out of the folder, so that no file can be moved there. Returns the link's target. */
async function blockProcessed(): Promise<string> {
  const outside = await mkdtemp(join(tmpdir(), "rekindle-outside-"));
  cleanUp(() => rm(outside, { recursive: true }));
  await rm(place("processed"), { recursive: true });
  await symlink(outside, place("processed"));
  return outside;
}

describe("the script runs once for a file", () => {
  it("if several servers share folder and store", async () => {
    const openStore = await sharedStore();
    const scripts = [0, 1, 2].map(() => fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) }));
    const apps = await Promise.all(scripts.map((cloudCode) => start({ cloudCode, openStore })));
    const names = Array.from({ length: 30 }, (_, i) => `feed-${10 + i}.csv`);
    for (const name of names) await put(name);
    await take(...apps);
    for (const { clock } of apps) clock.advance(RETRY_MS);
    await look(...apps);
    expect(scripts.flatMap(fileNames).sort()).toEqual(names);
    expect(await state()).toEqual({ waiting: [], processed: names, failed: [] });
    const store = await openStore();
    expect(await store.collection("fileDelivery").countDocuments({})).toBe(0);
    expect(await store.collection("upload").countDocuments({})).toBe(30);
  });

  it("if the file cannot be moved afterwards; moving is retried, also by the next server", async () => {
    const openStore = await sharedStore();
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const [one, other] = [await start({ cloudCode, openStore }), await start({ cloudCode, openStore })];
    await put("feed.csv");
    await look(one, other);
    const outside = await blockProcessed();
    for (const { clock } of [one, other]) clock.advance(QUIET_MS);
    await look(one);
    await look(one);
    expect(logged(one, "a delivered file could not be moved; it will be retried")).toMatchObject([
      { file: "feed.csv", outcome: "processed", why: `${place("processed")} is not a folder.` },
    ]);
    expect(await readdir(outside)).toEqual([]);
    await rm(place("processed"));
    await look(other);
    one.clock.advance(RETRY_MS);
    await look(one);
    expect(cloudCode.runs).toHaveLength(1);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
  });

  it("if servers ended five times before they moved the file, which has not failed", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode });
    await put("feed.csv");
    await look(app);
    await blockProcessed();
    app.clock.advance(QUIET_MS);
    await look(app);
    expect(cloudCode.runs).toHaveLength(1);
    const store = await app.services.stores.open("preview");
    await store.collection("fileDelivery").updateOne({}, { $set: { attempts: 5, freeAttempts: 0 } });
    await rm(place("processed"));
    app.clock.advance(RETRY_MS);
    await look(app);
    expect(cloudCode.runs).toHaveLength(1);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
  });

  it("and once for a new file that replaces it during the run", async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const cloudCode = fakeScripts({
      "system/GS_FILE_DELIVERED": async () => {
        await gates[cloudCode.runs.length - 1]!.promise;
        return {};
      },
    });
    const app = await start({ cloudCode });
    await put("feed.csv", "old");
    await look(app);
    app.clock.advance(QUIET_MS);
    await app.services.service(FileDeliveries).poll();
    await expect.poll(() => cloudCode.runs).toHaveLength(1);
    await put(".feed.csv", "newer");
    await rename(place(".feed.csv"), place("feed.csv"));
    for (const gate of gates) gate.resolve();
    await app.services.service(FileDeliveries).settled();
    expect(await state()).toMatchObject({ waiting: ["feed.csv"], processed: [] });
    await take(app);
    expect(cloudCode.runs.map(({ data }) => (data.uploadData as { size: number }).size)).toEqual([3, 5]);
    const [moved] = await readdir(place("processed"));
    expect(await readFile(place("processed", moved!), "utf8")).toBe("newer");
  });

  it("later, if no script host is free", async () => {
    let isThere = false;
    const cloudCode = fakeScripts({
      "system/GS_FILE_DELIVERED": () =>
        isThere ? {} : { failure: { kind: "unavailable", message: "no script host" } },
    });
    const app = await start({ cloudCode });
    await put("feed.csv");
    await take(app);
    for (let n = 0; n < 6; n++) {
      app.clock.advance(RETRY_MS);
      await look(app);
    }
    expect(await state()).toMatchObject({ waiting: ["feed.csv"] });
    isThere = true;
    app.clock.advance(RETRY_MS);
    await look(app);
    expect(cloudCode.runs).toHaveLength(8);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
    const ids = new Set(cloudCode.runs.map(({ data }) => data.uploadId));
    expect(ids.size).toBe(1);
  });

  it.skipIf(process.getuid?.() === 0)("once the file becomes readable", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode });
    await put("mine.csv");
    await put("other.csv");
    await chmod(place("mine.csv"), 0);
    await take(app);
    expect(await state()).toMatchObject({ waiting: ["mine.csv"], processed: ["other.csv"] });
    const line = { file: "mine.csv", msg: "a delivered file could not be processed; it will be retried" };
    expect(app.log).toContainEqual(expect.objectContaining(line));
    for (let n = 0; n < 6; n++) {
      app.clock.advance(RETRY_MS);
      await look(app);
    }
    expect(await state(), "however often that was tried").toMatchObject({ waiting: ["mine.csv"] });
    await chmod(place("mine.csv"), 0o600);
    await take(app);
    expect(await state()).toMatchObject({ waiting: [], processed: ["mine.csv", "other.csv"] });
  });
});

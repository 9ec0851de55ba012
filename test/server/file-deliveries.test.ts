import { spawnSync } from "node:child_process";
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ScriptRun } from "../../src/cloudcode/cloudcode.ts";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Store } from "../../src/store/store.ts";
import { startTestApp, type TestApp, type TestAppOptions, testGame } from "../support/app.ts";
import { fakeScripts } from "./fake-scripts.ts";

const QUIET_MS = 10_000;
const RETRY_MS = 5_000;
const LEASE_MS = 60_000;

let folder: string;
/** Of the stage preview. */
let place: string;
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-deliveries-"));
  place = join(folder, "preview");
  await mkdir(place);
});
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
  await rm(folder, { recursive: true, force: true });
});

/** Each test looks itself. */
async function start(options: TestAppOptions = {}): Promise<TestApp> {
  const config = { deliveryFolder: folder, deliveryQuietMs: QUIET_MS, ...options.config };
  const app = await startTestApp({ ticks: false, ...options, config });
  cleanUp.push(() => app.discard());
  return app;
}

async function look(...apps: TestApp[]): Promise<void> {
  await Promise.all(apps.map((app) => app.services.fileDeliveries.look()));
  await Promise.all(apps.map((app) => app.services.fileDeliveries.settled()));
}

/** Until files that are there now have been taken. */
async function take(...apps: TestApp[]): Promise<void> {
  await look(...apps);
  for (const { clock } of apps) clock.advance(QUIET_MS);
  await look(...apps);
}

const put = (name: string, content: string | Uint8Array = "x") => writeFile(join(place, name), content);
/** Names, without the time before those that were moved. */
const namesIn = async (...path: string[]) =>
  (await readdir(join(folder, ...path))).map((name) => name.replace(/^\d{8}T\d{9}Z-/, "")).sort();
const waiting = async () => (await namesIn("preview")).filter((name) => name !== "processed" && name !== "failed");
const state = async () => ({
  waiting: await waiting(),
  processed: await namesIn("preview", "processed"),
  failed: await namesIn("preview", "failed"),
});
const logged = ({ log }: TestApp, message: string) => log.filter(({ msg }) => msg === message);
const fileNames = ({ runs }: { runs: ScriptRun[] }) =>
  runs.map(({ data }) => (data.uploadData as { fileName: string }).fileName);

const scripted = (source: string) =>
  testGame([], { embeddedScripts: [{ type: "system", shortCode: "GS_FILE_DELIVERED", source }] });
const READ = `
  var data = Spark.getData();
  Spark.runtimeCollection("delivered").insert({
    data: data, stage: Spark.getConfig().getStage(), player: Spark.getPlayer(),
    text: Spark.getUploadableUtils().retrieveString(data.uploadId)
  });`;
const delivered = async (app: TestApp, stage: "preview" | "live" = "preview") =>
  (await app.services.stores.open(stage))
    .collection("script.delivered")
    .find({}, { sort: { "data.uploadData.fileName": 1 }, projection: { _id: 0 } })
    .toArray();

/** A store that several servers use as if each had opened it. */
async function sharedStore(): Promise<() => Promise<Store>> {
  const path = await mkdtemp(join(tmpdir(), "rekindle-shared-"));
  const store = await openEmbeddedStore({ path: join(path, "shared.db") });
  cleanUp.push(async () => {
    await store.close();
    await rm(path, { recursive: true, force: true });
  });
  return async () => ({
    collection: (name) => store.collection(name),
    transaction: (work) => store.transaction(work),
    ping: () => store.ping(),
    close: async () => {},
  });
}

describe("a delivered file", () => {
  it("is read by the script as an uploaded file, as nobody, and then lies in processed", async () => {
    const app = await start({ game: scripted(READ) });
    const zip = zipSync({ "a.txt": strToU8("in a zip") });
    await put("scores.csv", "name,score\nÄda,5\n");
    await put("empty.txt", "");
    await put("windows.json", '\ufeff{"a":1}');
    await put("pack.zip", zip);
    await put("a'b \u202e$(x).txt");
    await take(app);
    const about = (fileName: string, size: number, encoding = {}) => ({
      data: { uploadId: expect.stringMatching(/^[0-9a-f]{32}$/), uploadData: { fileName, size, ...encoding } },
      stage: "preview",
      player: null,
    });
    expect(await delivered(app)).toEqual([
      { ...about("a'b \u202e$(x).txt", 1), text: "x" },
      { ...about("empty.txt", 0), text: "" },
      { ...about("pack.zip", zip.length, { encoding: "base64" }), text: Buffer.from(zip).toString("base64") },
      { ...about("scores.csv", 18), text: "name,score\nÄda,5\n" },
      { ...about("windows.json", 10), text: '{"a":1}' },
    ]);
    const names = ["a'b \u202e$(x).txt", "empty.txt", "pack.zip", "scores.csv", "windows.json"];
    expect(await state()).toEqual({ waiting: [], processed: names, failed: [] });
    expect(logged(app, "a delivered file was processed")).toHaveLength(5);
  });

  it("is JSON and XML by Spark's files, and can be read after the script, too", async () => {
    const app = await start({
      game: scripted(`
        var data = Spark.data;
        var isXml = /xml$/.test(data.uploadData.fileName);
        Spark.runtimeCollection("delivered").insert({ data: data, read: isXml
          ? String(Spark.uploadedXml(data.uploadId).getXml().starts.text())
          : Spark.getFiles().uploadedJson(data.uploadId) });`),
    });
    await put("menu.json", '{"starts":["06:00"]}');
    await put("menu.xml", "<menu><starts>06:00</starts></menu>");
    await take(app);
    const read = (await delivered(app)).map((document) => document.read);
    expect(read).toEqual([{ starts: ["06:00"] }, "06:00"]);
  });

  it("is taken in by the script of the guide", async () => {
    const guide = await readFile(new URL("../../docs/guides/cloud-code.md", import.meta.url), "utf8");
    const [, source] = /^```js\n(\/\/ system\/GS_FILE_DELIVERED\.js\n.*?)^```$/ms.exec(guide)!;
    const app = await start({ game: scripted(source!) });
    await put("season.json", '{"theme":"ice"}');
    await put("prices.csv", "sword,5\nbow,7\n");
    await put("prices.pdf");
    await take(app);
    const store = await app.services.stores.open("preview");
    const all = (name: string) =>
      store
        .collection(name)
        .find({}, { sort: { _id: 1 } })
        .toArray();
    expect(await all("script.season")).toMatchObject([{ theme: "ice" }]);
    expect(await all("script.prices")).toEqual([
      { _id: "bow", price: 7 },
      { _id: "sword", price: 5 },
    ]);
    expect(await state()).toEqual({ waiting: [], processed: ["prices.csv", "season.json"], failed: ["prices.pdf"] });
  });

  it("of a stage runs on that stage, whose store it opens", async () => {
    const app = await start({ game: scripted(READ) });
    await mkdir(join(folder, "live"));
    await writeFile(join(folder, "live", "feed.csv"), "1");
    await take(app);
    expect(await delivered(app, "live")).toMatchObject([{ stage: "live", text: "1" }]);
    expect(await namesIn("live", "processed")).toEqual(["feed.csv"]);
    expect(app.services.stores.opened("preview")).toBeUndefined();
  });

  it("is 10 MB by default at the most, all of which a script can read", async () => {
    const app = await start({
      game: scripted(`
        var text = Spark.getUploadableUtils().retrieveString(Spark.data.uploadId);
        Spark.runtimeCollection("delivered").insert({ data: Spark.data, length: text.length });`),
      config: { scriptCpuMs: 20_000, scriptTimeoutMs: 40_000 },
    });
    await put("fits.csv", "é,".repeat(3_495_253).slice(0, -1));
    await put("fits.bin", Buffer.alloc(10_485_760, 255));
    await put("large.csv", Buffer.alloc(10_485_761, "a"));
    await take(app);
    expect((await delivered(app)).map(({ length }) => length)).toEqual([13_981_016, 6_990_505]);
    expect(await state()).toEqual({ waiting: [], processed: ["fits.bin", "fits.csv"], failed: ["large.csv"] });
    const reason = "it is larger than 10485760 bytes";
    expect(logged(app, "a delivered file failed")).toMatchObject([{ file: "large.csv", reason, level: 50 }]);
  }, 60_000);

  it("comes after those that were changed before it, one at a time", async () => {
    let running = 0;
    const cloudCode = fakeScripts({
      "system/GS_FILE_DELIVERED": async () => {
        expect(++running).toBe(1);
        await new Promise(setImmediate);
        running--;
        return {};
      },
    });
    const app = await start({ cloudCode });
    for (const name of ["b", "c", "a"]) {
      await put(name);
      // Some file systems count time in steps.
      const before = Date.now();
      await expect.poll(() => Date.now()).toBeGreaterThan(before + 10);
    }
    await take(app);
    expect(fileNames(cloudCode)).toEqual(["b", "c", "a"]);
  });

  it("is kept for scripts until deliveriesKept newer ones are; those of scripts do not count and stay", async () => {
    const app = await start({
      game: scripted(`
        Spark.getUploadableUtils().uploadString("of the script", null, "own.txt");
        ${READ}`),
      config: { deliveriesKept: 2, uploadsPerPlayer: 4 },
    });
    for (const name of ["1", "2", "3", "4"]) {
      await put(name);
      await take(app);
    }
    const store = await app.services.stores.open("preview");
    const kept = await store
      .collection("upload")
      .find({}, { sort: { fileName: 1 } })
      .toArray();
    expect(kept.map(({ fileName }) => fileName)).toEqual(["3", "4", "own.txt", "own.txt", "own.txt", "own.txt"]);
    expect((await state()).processed).toEqual(["1", "2", "3", "4"]);
  });
});

describe("a file is taken only when it is complete:", () => {
  const taking = async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    return { cloudCode, app: await start({ cloudCode }) };
  };

  it("not while it is written", async () => {
    const { app, cloudCode } = await taking();
    await put("slow.csv", "1");
    for (let n = 0; n < 5; n++) {
      await look(app);
      app.clock.advance(QUIET_MS - 1);
      await look(app);
      expect(cloudCode.runs).toEqual([]);
      await appendFile(join(place, "slow.csv"), "2");
    }
    await take(app);
    expect(cloudCode.runs).toMatchObject([{ data: { uploadData: { fileName: "slow.csv", size: 6 } } }]);
  });

  it.each([".hidden", "feed.csv.part", "feed.csv.filepart", "FEED.PART", "feed.tmp", "feed.partial", "feed~"])(
    "not %s, before it is renamed",
    async (name) => {
      const { app, cloudCode } = await taking();
      await put(name);
      await take(app);
      expect(await waiting()).toEqual([name]);
      await rename(join(place, name), join(place, "feed.csv"));
      await take(app);
      expect(fileNames(cloudCode)).toEqual(["feed.csv"]);
    },
  );

  it("with a deliveryQuietMs of 0, at once", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode, config: { deliveryQuietMs: 0 } });
    await put("feed.csv");
    await look(app);
    expect(fileNames(cloudCode)).toEqual(["feed.csv"]);
  });
});

describe("not delivered, and told once,", () => {
  it.each<[string, (path: string) => unknown, string]>([
    ["a link to a file", (path) => symlink("/etc/hostname", path), "it is a link"],
    ["a link to a folder", (path) => symlink("..", path), "it is a link"],
    ["a folder", (path) => mkdir(path), "it is a folder"],
    ["a pipe", (path) => spawnSync("mkfifo", [path]), "it is no file"],
  ])("is %s", async (_, make, why) => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode });
    await make(join(place, "odd"));
    await take(app);
    await take(app);
    expect(cloudCode.runs).toEqual([]);
    expect(await waiting()).toEqual(["odd"]);
    const told = logged(app, "what is in the delivery folder is not delivered");
    expect(told).toMatchObject([{ stage: "preview", file: "odd", why, level: 40 }]);
  });

  it("is one with a name longer than 200 bytes", async () => {
    const app = await start({ cloudCode: fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) }) });
    await put("ä".repeat(101));
    await put("ä".repeat(100));
    await take(app);
    await look(app);
    expect(await state()).toMatchObject({ waiting: ["ä".repeat(101)], processed: ["ä".repeat(100)] });
    expect(logged(app, "what is in the delivery folder is not delivered")).toHaveLength(1);
  });

  it("is any, where the game has no script for it; they wait for one", async () => {
    const scripts: Parameters<typeof fakeScripts>[0] = {};
    const cloudCode = fakeScripts(scripts);
    const app = await start({ cloudCode });
    await put("a");
    await take(app);
    await put("b");
    await take(app);
    const told = logged(app, "files are delivered, but the game has no script for them; they wait");
    expect(told).toMatchObject([{ stage: "preview", script: "system/GS_FILE_DELIVERED", level: 40 }]);
    expect(await waiting()).toEqual(["a", "b"]);
    scripts["system/GS_FILE_DELIVERED"] = () => ({});
    await look(app);
    expect(fileNames(cloudCode)).toEqual(["a", "b"]);
  });

  it("is any, where the setting is empty or the folder cannot be used", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const off = await start({ cloudCode, config: { deliveryFolder: "" } });
    await put("a");
    await take(off);
    const blocked = await start({ cloudCode, config: { deliveryFolder: join(place, "a") } });
    await take(blocked);
    await take(blocked);
    expect(cloudCode.runs).toEqual([]);
    const told = logged(blocked, "the delivery folder cannot be used; it is tried again");
    const why = "is not in a folder: a part of the path is a file";
    expect(told).toMatchObject([
      { stage: "preview", folder: join(place, "a", "preview"), why },
      { stage: "live", why },
    ]);
    await rm(join(place, "a"));
    await look(blocked);
    expect(await readdir(join(place, "a"))).toEqual(["live", "preview"]);
  });
});

describe("a file whose script fails lies in failed, and the log says why:", () => {
  it.each([
    ["it throws", "throw new Error('no such column');", "no such column"],
    ["it sets a script error", "Spark.setScriptError('column', {name: 7});", '{"column":{"name":7}}'],
    ["it is no JSON", "Spark.getFiles().uploadedJson(Spark.data.uploadId);", "the file is no JSON"],
    ["it takes too long", "while (true);", "computed longer"],
  ])("%s", async (_, source, reason) => {
    const app = await start({ game: scripted(source), config: { scriptCpuMs: 500 } });
    await put("feed.csv", "not JSON");
    await take(app);
    expect(await state()).toEqual({ waiting: [], processed: [], failed: ["feed.csv"] });
    expect(logged(app, "a delivered file failed")).toMatchObject([
      { level: 50, stage: "preview", file: "feed.csv", reason: expect.stringContaining(reason) },
    ]);
    await take(app);
    expect(logged(app, "a delivered file failed")).toHaveLength(1);
  });

  it("it runs again when the file is moved back", async () => {
    let isFixed = false;
    const cloudCode = fakeScripts({
      "system/GS_FILE_DELIVERED": () => (isFixed ? {} : { scriptErrors: { it: "is broken" } }),
    });
    const app = await start({ cloudCode });
    await put("feed.csv");
    await take(app);
    isFixed = true;
    const [failed] = await readdir(join(place, "failed"));
    await rename(join(place, "failed", failed!), join(place, "feed.csv"));
    await take(app);
    expect(fileNames(cloudCode)).toEqual(["feed.csv", "feed.csv"]);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
  });

  it("servers ended five times in the middle of it", async () => {
    const openStore = await sharedStore();
    const gate = Promise.withResolvers<never>();
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => gate.promise });
    await put("deadly.csv");
    const apps = await Promise.all([0, 1, 2, 3, 4, 5].map(() => start({ cloudCode, openStore })));
    cleanUp.push(async () => gate.reject(new Error("the test is over")));
    for (const app of apps) {
      await app.services.fileDeliveries.look();
      app.clock.advance(QUIET_MS);
    }
    for (const [i, app] of apps.entries()) {
      // Whoever had it before is gone by then.
      app.clock.advance(i * LEASE_MS);
      await app.services.fileDeliveries.look();
      if (i < 5) await expect.poll(() => cloudCode.runs).toHaveLength(i + 1);
      else await app.services.fileDeliveries.settled();
    }
    expect(cloudCode.runs).toHaveLength(5);
    expect(await state()).toMatchObject({ waiting: [], failed: ["deadly.csv"] });
    const reason = "servers ended 5 times in the middle of the script";
    expect(logged(apps[5]!, "a delivered file failed")).toMatchObject([{ reason }]);
  });
});

describe("a file is handed over once", () => {
  it("of all servers that share folder and store", async () => {
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

  it("though it cannot be moved afterwards: that is tried again, by the next server too", async () => {
    const openStore = await sharedStore();
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const [one, other] = [await start({ cloudCode, openStore }), await start({ cloudCode, openStore })];
    await put("feed.csv");
    await look(one, other);
    // A link leads out of the folder.
    const outside = await mkdtemp(join(tmpdir(), "rekindle-outside-"));
    cleanUp.push(() => rm(outside, { recursive: true }));
    await rm(join(place, "processed"), { recursive: true });
    await symlink(outside, join(place, "processed"));
    for (const { clock } of [one, other]) clock.advance(QUIET_MS);
    await look(one);
    await look(one);
    expect(logged(one, "a delivered file cannot be moved; it is tried again")).toMatchObject([
      { file: "feed.csv", outcome: "processed", why: `${join(place, "processed")} is no folder.` },
    ]);
    expect(await readdir(outside)).toEqual([]);
    await rm(join(place, "processed"));
    await look(other);
    one.clock.advance(RETRY_MS);
    await look(one);
    expect(cloudCode.runs).toHaveLength(1);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
  });

  it("and a new one that takes its place meanwhile is handed over, too", async () => {
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
    await app.services.fileDeliveries.look();
    await expect.poll(() => cloudCode.runs).toHaveLength(1);
    await put(".feed.csv", "newer");
    await rename(join(place, ".feed.csv"), join(place, "feed.csv"));
    for (const gate of gates) gate.resolve();
    await app.services.fileDeliveries.settled();
    expect(await state()).toMatchObject({ waiting: ["feed.csv"], processed: [] });
    await take(app);
    expect(cloudCode.runs.map(({ data }) => (data.uploadData as { size: number }).size)).toEqual([3, 5]);
    const [moved] = await readdir(join(place, "processed"));
    expect(await readFile(join(place, "processed", moved!), "utf8")).toBe("newer");
  });

  it("where no script host was to be had: later", async () => {
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

  it.skipIf(process.getuid?.() === 0)("where it may not be read: when it may", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode });
    await put("mine.csv");
    await put("other.csv");
    await chmod(join(place, "mine.csv"), 0);
    await take(app);
    expect(await state()).toMatchObject({ waiting: ["mine.csv"], processed: ["other.csv"] });
    expect(logged(app, "a delivered file could not be dealt with; it is tried again")).toMatchObject([
      { file: "mine.csv" },
    ]);
    await chmod(join(place, "mine.csv"), 0o600);
    await take(app);
    expect(await state()).toMatchObject({ waiting: [], processed: ["mine.csv", "other.csv"] });
  });
});

import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fakeScripts } from "../../server/fake-scripts.ts";
import type { TestApp } from "../../support/app.ts";
import { fileNames, logged, scripted, take, useDeliveries } from "./support.ts";

const { folder, namesIn, place, put, start, state } = useDeliveries();

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

describe("a delivered file", () => {
  it("is available to the script as an uploaded file without a player, and is then moved to processed", async () => {
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

  it("can be read as JSON and XML by SparkFiles, also after the script has run", async () => {
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

  it("is imported by the script in the guide", async () => {
    const guide = await readFile(new URL("../../../docs/guides/cloud-code.md", import.meta.url), "utf8");
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

  it("is processed on its stage, whose store it opens", async () => {
    // The server would open its default stage by itself soon after its start.
    const app = await start({ game: scripted(READ), config: { defaultStage: "none" as never } });
    await mkdir(folder("live"));
    await writeFile(folder("live", "feed.csv"), "1");
    await take(app);
    expect(await delivered(app, "live")).toMatchObject([{ stage: "live", text: "1" }]);
    expect(await namesIn("live", "processed")).toEqual(["feed.csv"]);
    expect(app.services.stores.opened("preview")).toBeUndefined();
  });

  it("may have up to 10 MB by default, all readable by scripts", async () => {
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
  });

  it("is processed after those modified before it, one at a time", async () => {
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
    for (const [at, name] of ["b", "c", "a"].entries()) {
      await put(name);
      await utimes(place(name), at, at);
    }
    await take(app);
    expect(fileNames(cloudCode)).toEqual(["b", "c", "a"]);
  });

  it("remains readable until there are deliveriesKept newer ones; uploads by scripts do not count", async () => {
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

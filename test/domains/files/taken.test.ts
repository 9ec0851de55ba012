import { spawnSync } from "node:child_process";
import { appendFile, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { fileNames, logged, look, QUIET_MS, take, useDeliveries } from "./support.ts";

const { place, put, start, state, waiting } = useDeliveries();

describe("a file is processed only once it is complete:", () => {
  const taking = async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    return { cloudCode, app: await start({ cloudCode }) };
  };

  it("not while it is being written", async () => {
    const { app, cloudCode } = await taking();
    await put("slow.csv", "1");
    for (let n = 0; n < 5; n++) {
      await look(app);
      app.clock.advance(QUIET_MS - 1);
      await look(app);
      expect(cloudCode.runs).toEqual([]);
      await appendFile(place("slow.csv"), "2");
    }
    await take(app);
    expect(cloudCode.runs).toMatchObject([{ data: { uploadData: { fileName: "slow.csv", size: 6 } } }]);
  });

  it.each([".hidden", "feed.csv.part", "feed.csv.filepart", "FEED.PART", "feed.tmp", "feed.partial", "feed~"])(
    "not under the name %s, only once it is renamed",
    async (name) => {
      const { app, cloudCode } = await taking();
      await put(name);
      await take(app);
      expect(await waiting()).toEqual([name]);
      await rename(place(name), place("feed.csv"));
      await take(app);
      expect(fileNames(cloudCode)).toEqual(["feed.csv"]);
    },
  );

  it("immediately if deliveryQuietMs is 0", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode, config: { deliveryQuietMs: 0 } });
    await put("feed.csv");
    await look(app);
    expect(fileNames(cloudCode)).toEqual(["feed.csv"]);
  });
});

describe("ignored, and logged once,", () => {
  it.each<[string, (path: string) => unknown, string]>([
    ["a link to a file", (path) => symlink("/etc/hostname", path), "it is a link"],
    ["a link to a folder", (path) => symlink("..", path), "it is a link"],
    ["a folder", (path) => mkdir(path), "it is a folder"],
    ["a pipe", (path) => spawnSync("mkfifo", [path]), "it is not a regular file"],
  ])("is %s", async (_, make, why) => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const app = await start({ cloudCode });
    await make(place("odd"));
    await take(app);
    await take(app);
    expect(cloudCode.runs).toEqual([]);
    expect(await waiting()).toEqual(["odd"]);
    const warnings = logged(app, "an entry of the delivery folder is ignored");
    expect(warnings).toMatchObject([{ stage: "preview", file: "odd", why, level: 40 }]);
  });

  it("is a file with a name longer than 200 bytes", async () => {
    const app = await start({ cloudCode: fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) }) });
    await put("ä".repeat(101));
    await put("ä".repeat(100));
    await take(app);
    await look(app);
    expect(await state()).toMatchObject({ waiting: ["ä".repeat(101)], processed: ["ä".repeat(100)] });
    expect(logged(app, "an entry of the delivery folder is ignored")).toHaveLength(1);
  });

  it("is every file while the game has no script; files wait for one", async () => {
    const scripts: Parameters<typeof fakeScripts>[0] = {};
    const cloudCode = fakeScripts(scripts);
    const app = await start({ cloudCode });
    await put("a");
    await take(app);
    await put("b");
    await take(app);
    const warnings = logged(app, "delivered files wait because the game has no script for them");
    expect(warnings).toMatchObject([{ stage: "preview", script: "system/GS_FILE_DELIVERED", level: 40 }]);
    expect(await waiting()).toEqual(["a", "b"]);
    scripts["system/GS_FILE_DELIVERED"] = () => ({});
    await look(app);
    expect(fileNames(cloudCode)).toEqual(["a", "b"]);
  });

  it("is every file while the setting is empty or the folder cannot be read", async () => {
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => ({}) });
    const off = await start({ cloudCode, config: { deliveryFolder: "" } });
    await put("a");
    await take(off);
    const blocked = await start({ cloudCode, config: { deliveryFolder: place("a") } });
    await take(blocked);
    await take(blocked);
    expect(cloudCode.runs).toEqual([]);
    const warnings = logged(blocked, "the delivery folder cannot be read; it will be retried");
    const why = "is not in a folder: part of the path is a file";
    // The stages are polled concurrently.
    expect(warnings.sort((one, other) => String(other["stage"]).localeCompare(String(one["stage"])))).toMatchObject([
      { stage: "preview", folder: place("a", "preview"), why },
      { stage: "live", folder: place("a", "live"), why },
    ]);
    await rm(place("a"));
    await look(blocked);
    expect(await readdir(place("a"))).toEqual(["live", "preview"]);
  });
});

import { readdir, rename } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FileDeliveries } from "../../../src/domains/files/file-deliveries.ts";
import { fakeScripts } from "../../server/fake-scripts.ts";
import { fileNames, LEASE_MS, logged, look, QUIET_MS, scripted, take, useDeliveries } from "./support.ts";

const { cleanUp, place, put, sharedStore, start, state } = useDeliveries();

describe("a file is moved to failed, and the reason is logged, if", () => {
  it.each([
    ["the script throws", "throw new Error('no such column');", "no such column"],
    ["the script sets a script error", "Spark.setScriptError('column', {name: 7});", '{"column":{"name":7}}'],
    ["the file is not JSON", "Spark.getFiles().uploadedJson(Spark.data.uploadId);", "the file is not JSON"],
    ["the script takes too long", "while (true);", "computed longer"],
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

  it("the script failed; it runs again when the file is moved back", async () => {
    let isFixed = false;
    const cloudCode = fakeScripts({
      "system/GS_FILE_DELIVERED": () => (isFixed ? {} : { scriptErrors: { it: "is broken" } }),
    });
    const app = await start({ cloudCode });
    await put("feed.csv");
    await take(app);
    isFixed = true;
    const [failed] = await readdir(place("failed"));
    await rename(place("failed", failed!), place("feed.csv"));
    await take(app);
    expect(fileNames(cloudCode)).toEqual(["feed.csv", "feed.csv"]);
    expect(await state()).toEqual({ waiting: [], processed: ["feed.csv"], failed: [] });
  });

  it("servers ended five times during the script", async () => {
    const openStore = await sharedStore();
    const gate = Promise.withResolvers<never>();
    const cloudCode = fakeScripts({ "system/GS_FILE_DELIVERED": () => gate.promise });
    await put("deadly.csv");
    const apps = await Promise.all([0, 1, 2, 3, 4, 5].map(() => start({ cloudCode, openStore })));
    cleanUp(async () => gate.reject(new Error("the test has ended")));
    await look(...apps);
    for (const { clock } of apps) clock.advance(QUIET_MS);
    for (const [i, app] of apps.entries()) {
      // The lease of the previous server has expired by then.
      app.clock.advance(i * LEASE_MS);
      await app.services.service(FileDeliveries).poll();
      if (i < 5) await expect.poll(() => cloudCode.runs).toHaveLength(i + 1);
      else await app.services.service(FileDeliveries).settled();
    }
    expect(cloudCode.runs).toHaveLength(5);
    expect(await state()).toMatchObject({ waiting: [], failed: ["deadly.csv"] });
    const reason = "servers ended 5 times while the script was running";
    expect(logged(apps[5]!, "a delivered file failed")).toMatchObject([{ reason }]);
  });
});

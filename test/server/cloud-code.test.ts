import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startTestApp, testGame } from "../support/app.ts";
import { count, signIn, withRequests } from "./support.ts";

it("scripts of the game's folder run sandboxed around a request; one that cannot be parsed is logged", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-game-"));
  const scripts: Record<string, string> = {
    "request/CountRequest.js": `
      if (Spark.getData().afterwards == "stop") Spark.setScriptError("STOPPED", "BY_SCRIPT");
      Spark.getPlayer().setScriptData("asked", true);`,
    "response/CountResponse.js": 'Spark.setScriptData("total", Spark.getData().count);',
    "response/AccountDetailsResponse.js": 'Spark.setScriptData("more", 1);',
    "response/SocialStatusResponse.js": "nobody.is(here);",
    "request/EndSessionRequest.js": "this is no script",
  };
  for (const [file, source] of Object.entries(scripts)) {
    await mkdir(join(folder, file, ".."), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  const app = await startTestApp({ game: testGame([], { folder }), requests: withRequests(count) });
  try {
    expect(app.log).toContainEqual(
      expect.objectContaining({ problem: expect.objectContaining({ file: "request/EndSessionRequest.js", line: 1 }) }),
    );
    const client = await app.client();
    await signIn(client);
    expect(await client.request("CountRequest")).toMatchObject({ count: 1, scriptData: { total: 1 } });
    expect(await client.request("CountRequest", { afterwards: "stop" })).toMatchObject({
      error: { STOPPED: "BY_SCRIPT" },
    });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ scriptData: { asked: true, more: 1 } });
    expect(await client.request("SocialStatusRequest")).toMatchObject({
      error: { script: "ERROR", detail: expect.stringContaining("response/SocialStatusResponse.js, line 1") },
    });
    expect(await client.request("EndSessionRequest")).toMatchObject({ error: { script: "SYNTAX" } });
  } finally {
    await app.discard();
    await rm(folder, { recursive: true, force: true });
  }
});

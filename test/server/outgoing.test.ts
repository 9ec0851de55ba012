import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Elsewhere, startElsewhere } from "../outgoing/support.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import { signIn } from "./support.ts";

describe("HTTP requests by scripts of a running server", () => {
  let elsewhere: Elsewhere;
  let app: TestApp;

  beforeAll(async () => {
    elsewhere = await startElsewhere((_received, response) => response.end('{"answer":42}'));
    const source = `try {
        Spark.setScriptData("it", Spark.getHttp(Spark.getData().scriptData.url).setBasicAuth("ada", "hush").get().getResponseJson());
      } catch (e) { Spark.setScriptData("it", e.message); }`;
    const embeddedScripts = [{ type: "request", shortCode: "AccountDetailsRequest", source }];
    const config = { scriptHttpPrivateNetworks: "127.0.0.1" };
    app = await startTestApp({ game: testGame([], { embeddedScripts }), config });
  });
  afterAll(async () => {
    await app.discard();
    await elsewhere.close();
  });

  test("reach what the settings allow, are counted, and leave no secret in the log", async () => {
    const client = await app.client();
    await signIn(client);
    const ask = async (url: string) =>
      (await client.request("AccountDetailsRequest", { scriptData: { url } })).scriptData.it;
    expect(await ask(`${elsewhere.url}/?token=hush`)).toEqual({ answer: 42 });
    expect(await ask("http://127.0.0.2/?token=hush")).toContain("127.0.0.2 has a private address");
    expect(await ask("http://169.254.169.254/latest/meta-data/")).toContain("169.254.169.254 has a private address");
    const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
    expect(metrics).toContain('rekindle_script_http_total{outcome="2xx"} 1');
    expect(metrics).toContain('rekindle_script_http_total{outcome="refused"} 2');
    expect(JSON.stringify(app.log)).not.toContain("hush");
  });
});

test("a server does not start with invalid networks", async () => {
  await expect(startTestApp({ config: { scriptHttpPrivateNetworks: "10.0.0.0/33" } })).rejects.toThrow(
    'scriptHttpPrivateNetworks: "10.0.0.0/33" is neither an address nor a network such as 10.0.3.0/24.',
  );
});

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, DEVICE_SECRET } from "../support/app.ts";
import { TestClient } from "../support/client.ts";
import { signIn } from "./support.ts";

describe("a killed server", () => {
  const children: ChildProcess[] = [];
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "rekindle-durable-"));
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(data, { recursive: true, force: true });
  });

  async function serve(place: string) {
    const child = fork(new URL("durable-child.ts", import.meta.url), [data, place], { execArgv: [] });
    children.push(child);
    const said: string[] = [];
    child.on("message", (message) => said.push(String(message)));
    const says = async (text: string) => {
      while (!said.some((s) => s.startsWith(text))) await once(child, "message");
      return said.find((s) => s.startsWith(text))!;
    };
    const url = `${await says("ws:")}/ws/device/${API_KEY}`;
    const client = (authToken?: string) =>
      TestClient.connect(url, { secret: DEVICE_SECRET, ...(authToken !== undefined && { authToken }) });
    return { child, said, says, client };
  }

  it("runs a durable request once, whether it was killed during its script or its response script", async () => {
    let authToken: string | undefined;
    for (const place of ["request", "response"]) {
      const server = await serve(place);
      const client = await server.client(authToken);
      if (authToken === undefined) await signIn(client);
      authToken ??= client.authToken;
      client.sendFrame({ "@class": ".DoRequest", requestId: "d_1" });
      await server.says(`at ${place}`);
      server.child.kill("SIGKILL");
      await client.closed;
    }
    const last = await serve("nowhere");
    const client = await last.client(authToken);
    const answer = await client.request("DoRequest", { requestId: "d_1" });
    const done = { _id: "all", n: 1, m: 1, x: 1, y: 1 };
    expect(answer).toEqual({ "@class": ".DoResponse", requestId: "d_1", scriptData: { done } });
    expect(await client.request("DoRequest", { requestId: "d_1" })).toEqual(answer);
    expect(last.said.filter((text) => text.startsWith("at "))).toEqual(["at response"]);
    await client.close();
  });
});

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEVICE_SECRET } from "../../support/app.ts";

const children: ChildProcess[] = [];
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "rekindle-schedules-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(data, { recursive: true, force: true });
});

async function serve(how: "plan" | "hang" | "run") {
  const child = fork(new URL("schedule-child.ts", import.meta.url), [data, how], { execArgv: [] });
  children.push(child);
  const said: string[] = [];
  child.on("message", (message) => said.push(String(message)));
  const until = async (wanted: (said: string) => boolean) => {
    while (!said.some(wanted)) await once(child, "message");
    return said.find(wanted)!;
  };
  const url = await until((s) => s.startsWith("http:"));
  const request = async (name: string, fields: Record<string, unknown>) => {
    const path = `/rs/device/${encodeURIComponent(DEVICE_SECRET)}/${name}`;
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(fields) });
    return (await answer.json()) as { userId: string; authToken: string; scriptData?: object };
  };
  return {
    said,
    until,
    player: () => request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" }),
    async grown(): Promise<{ grown?: number }> {
      const { authToken } = await request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" });
      return (await request("AccountDetailsRequest", { authToken })).scriptData ?? {};
    },
    plan: (player: string, n: number) => child.send(`${player} ${n}`),
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const allKept = ({ ran, grown }: { ran: number; grown?: number }) => ran === grown;

describe("a server killed", () => {
  it.each([1, 5, 20])("loses none of the %d modules that it acknowledged", async (count) => {
    const before = await serve("plan");
    const { userId } = await before.player();
    for (let n = 0; n < count + 10; n++) before.plan(userId, n);
    await expect.poll(() => before.said.filter((s) => s.startsWith("planned")).length).toBeGreaterThanOrEqual(count);
    await before.kill();
    const planned = before.said.filter((s) => s.startsWith("planned")).map((s) => s.replace("planned", "began"));

    const after = await serve("run");
    for (const wanted of planned) await after.until((s) => s === wanted);
    // Modules whose acknowledgement was lost run too.
    const began = () => new Set(after.said.filter((s) => s.startsWith("began"))).size;
    await expect.poll(async () => ({ ran: began(), ...(await after.grown()) })).toSatisfy(allKept);
    await after.kill();
  });

  it("while running a module leaves it to the next server, and its changes happen once", async () => {
    const planning = await serve("plan");
    const { userId } = await planning.player();
    planning.plan(userId, 1);
    await planning.until((s) => s === "planned 1");
    await planning.kill();
    const before = await serve("hang");
    await before.until((s) => s === "began 1");
    await before.kill();

    const after = await serve("run");
    await after.until((s) => s === "began 1");
    await expect.poll(() => after.grown()).toEqual({ grown: 1 });
    await after.kill();
    const last = await serve("run");
    await expect.poll(() => last.grown()).toEqual({ grown: 1 });
    expect(last.said.filter((s) => s.startsWith("began"))).toEqual([]);
    await last.kill();
  });
});

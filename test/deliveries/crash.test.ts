import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEVICE_SECRET } from "../support/app.ts";

/** A loaded machine takes its time. */
const LATE = { timeout: 60_000 };

const children: ChildProcess[] = [];
let base: string;
let place: string;
let minutes = 0;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "rekindle-deliveries-"));
  place = join(base, "deliveries", "preview");
  await mkdir(place, { recursive: true });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(base, { recursive: true, force: true });
});

async function serve(how: "hang" | "run") {
  minutes += 5;
  const options = [join(base, "data"), join(base, "deliveries"), String(minutes), how];
  const child = fork(new URL("delivery-child.ts", import.meta.url), options, { execArgv: [] });
  children.push(child);
  const said: unknown[] = [];
  child.on("message", (message) => said.push(message));
  const until = async <T>(wanted: (said: unknown) => said is T): Promise<T> => {
    for (;;) {
      const found = said.find(wanted);
      if (found !== undefined) return found;
      await once(child, "message");
    }
  };
  const url = await until((s): s is string => String(s).startsWith("http:"));
  const request = async (name: string, fields: Record<string, unknown>) => {
    const path = `/rs/device/${encodeURIComponent(DEVICE_SECRET)}/${name}`;
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(fields) });
    return (await answer.json()) as { userId: string; authToken: string; scriptData?: { got: number } };
  };
  const login = () => request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" });
  return {
    began: () => until((s): s is "began" => s === "began"),
    player: async () => (await login()).userId,
    got: async () =>
      (await request("AccountDetailsRequest", { authToken: (await login()).authToken })).scriptData?.got ?? 0,
    /** The file and the upload of each run so far. */
    async ran(): Promise<string[]> {
      child.send("ran");
      return (await until((s): s is { ran: string[] } => typeof s === "object")).ran;
    },
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const processed = () => readdir(join(place, "processed")).catch(() => []);
const waiting = async () => (await readdir(place)).filter((name) => name !== "processed" && name !== "failed");

describe("a server killed", () => {
  it("in the middle of the script has it run again by the next one, and its changes are made once", async () => {
    const before = await serve("hang");
    await writeFile(join(place, "feed.csv"), await before.player());
    await before.began();
    await before.kill();
    expect(await waiting()).toEqual(["feed.csv"]);

    const after = await serve("run");
    await expect.poll(waiting, LATE).toEqual([]);
    expect([await after.got(), (await after.ran()).length]).toEqual([1, 1]);
    await after.kill();
    const last = await serve("run");
    expect([await last.got(), (await last.ran()).length]).toEqual([1, 1]);
    expect(await processed()).toHaveLength(1);
    await last.kill();
  }, 120_000);

  it("wherever it is has lost no file, and each has changed the player once", async () => {
    const files = 60;
    let server = await serve("run");
    const player = await server.player();
    for (let n = 0; n < files; n++) {
      await writeFile(join(place, `.${n}.csv`), player);
    }
    for (let n = 0; n < files; n++) await rename(join(place, `.${n}.csv`), join(place, `${n}.csv`));
    for (const moved of [1, 7, 20, 21, 40]) {
      await expect.poll(async () => (await processed()).length, { ...LATE, interval: 1 }).toBeGreaterThanOrEqual(moved);
      await server.kill();
      server = await serve("run");
    }
    await expect.poll(waiting, LATE).toEqual([]);
    expect(await processed()).toHaveLength(files);
    const ran = await server.ran();
    expect(new Set(ran.map((run) => run.split(" ")[0])).size).toBe(files);
    // One that was cut off runs again with the same upload.
    expect(new Set(ran).size).toBe(files);
    expect(await server.got()).toBe(files);
    await server.kill();
  }, 180_000);
});

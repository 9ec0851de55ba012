import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEVICE_SECRET } from "../../support/app.ts";

/** Of about ten steps per file. Too few for any file to reach the limit of attempts. */
const STEPS = [10, 1, 9, 2, 8, 3, 7, 4, 6, 5];

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

async function serve(how: "hang" | "run" | number) {
  minutes += 5;
  const options = [join(base, "data"), join(base, "deliveries"), String(minutes), String(how)];
  const child = fork(new URL("delivery-child.ts", import.meta.url), options, { execArgv: [] });
  children.push(child);
  const gone = once(child, "exit");
  const said: unknown[] = [];
  child.on("message", (message) => said.push(message));
  const until = async <T>(wanted: (said: unknown) => said is T): Promise<T> => {
    for (;;) {
      const found = said.find(wanted);
      if (found !== undefined) return found;
      await once(child, "message");
    }
  };
  // A server that is about to end may do so before it reports its step.
  const url = typeof how === "number" ? "" : await until((s): s is string => String(s).startsWith("http:"));
  const request = async (name: string, fields: Record<string, unknown>) => {
    const path = `/rs/device/${encodeURIComponent(DEVICE_SECRET)}/${name}`;
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(fields) });
    return (await answer.json()) as { userId: string; authToken: string; scriptData?: { got: number } };
  };
  const login = () => request("DeviceAuthenticationRequest", { deviceId: "ada", deviceOS: "IOS" });
  return {
    gone,
    began: () => until((s): s is "began" => s === "began"),
    done: () => until((s): s is "done" => s === "done"),
    player: async () => (await login()).userId,
    got: async () =>
      (await request("AccountDetailsRequest", { authToken: (await login()).authToken })).scriptData?.got ?? 0,
    /** File and upload of each run so far. */
    async ran(): Promise<string[]> {
      child.send("ran");
      return (await until((s): s is { ran: string[] } => typeof s === "object")).ran;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const processed = () => readdir(join(place, "processed")).catch(() => []);
const waiting = async () => (await readdir(place)).filter((name) => name !== "processed" && name !== "failed");

describe("a server killed", () => {
  it("while running the script leaves the file to the next server, and its changes happen once", async () => {
    const before = await serve("hang");
    await writeFile(join(place, "feed.csv"), await before.player());
    await before.began();
    await before.kill();
    expect(await waiting()).toEqual(["feed.csv"]);

    const after = await serve("run");
    await after.done();
    expect([await after.got(), (await after.ran()).length, await waiting()]).toEqual([1, 1, []]);
    await after.kill();
    const last = await serve("run");
    expect([await last.got(), (await last.ran()).length]).toEqual([1, 1]);
    expect(await processed()).toHaveLength(1);
    await last.kill();
  });

  it("at any step loses no file, and each file changes the player once", async () => {
    const first = await serve("hang");
    const player = await first.player();
    await first.kill();
    const files = Array.from({ length: STEPS.length + 2 }, (_, n) => `${n}.csv`);
    for (const name of files) await writeFile(join(place, name), player);
    for (const step of STEPS) expect(await (await serve(step)).gone).toEqual([null, "SIGKILL"]);

    const last = await serve("run");
    await last.done();
    const ran = await last.ran();
    const counts = {
      changes: await last.got(),
      processed: (await processed()).length,
      uploads: new Set(ran).size,
      files: new Set(ran.map((run) => run.split(" ")[0])).size,
    };
    const all = files.length;
    expect(counts).toEqual({ changes: all, processed: all, uploads: all, files: all });
    expect(await waiting()).toEqual([]);
    // An interrupted run is repeated with the same upload.
    expect(ran.length).toBeGreaterThan(all);
    await last.kill();
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { loadGame } from "../../src/game/load.ts";
import type { Bench } from "../support/bench.ts";
import { median } from "../support/figures.ts";
import { type Place, signedIn } from "../support/player.ts";
import type { Row, Workload } from "../support/workload.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../examples/starter", import.meta.url));
const ROUNDS = 7;
const POLL_MS = 3;
const GIVE_UP_MS = 20_000;
const AIM_MS = 600;

/**
 * From the spawn until a client has connected, shaken hands and had its DeviceAuthenticationRequest answered, which opens
 * a store that is not there yet. With the example game and all that comes with it. Compiled code is kept between starts,
 * so the first start ever is measured by itself, with that cache empty.
 */
export const startup: Workload = {
  name: "startup",
  title: "From the start to the first answered request, compared with node -e 0",
  limitMs: 90_000,
  async run(bench) {
    const cache = await bench.folder();
    const npm = (cacheFolder: string) => timeStart(bench, ["npm", "start", "--"], cacheFolder);
    const direct = () => timeStart(bench, [process.execPath, "src/main.ts", "start"], cache);
    const first: number[] = [];
    for (let n = 0; n < 3; n++) first.push(await npm(await bench.folder()));
    await npm(cache);

    const times = { bare: [] as number[], npm: [] as number[], direct: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      times.bare.push(await timeBare());
      times.npm.push(await npm(cache));
      times.direct.push(await direct());
    }
    const aimed = (what: string, subject: number[]): Row => ({
      what,
      unit: "ms",
      subject,
      floor: subject.map((_, i) => times.bare[i]!),
      aim: { text: `≤ ${AIM_MS} ms`, met: median(subject) <= AIM_MS },
    });
    return {
      rows: [
        aimed("npm start", times.npm),
        aimed("npm start, the first ever (no compiled code kept)", first),
        { what: "node src/main.ts start", unit: "ms", subject: times.direct, floor: times.bare },
      ],
      notes: [],
    };
  },
};

async function timeBare(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - startedAt;
}

async function timeStart(bench: Bench, command: string[], compileCache: string): Promise<number> {
  const data = await bench.folder();
  const port = await freePort();
  const { apiKey, credentials } = await loadGame(EXAMPLE);
  const place = { url: `ws://127.0.0.1:${port}/ws/device/${apiKey}`, secret: credentials.get("device")!.secret };
  const [program, ...args] = [...command, "--port", String(port), "--data", data];
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache, npm_config_update_notifier: "false" };

  const startedAt = performance.now();
  // A group of its own, so that what npm started ends with it.
  const child = spawn(program!, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  // Closed when the server has ended too, and not npm alone: its end would be at the cost of the next start.
  child.stdout.resume();
  const end = endOf(child);
  bench.onEnd(end);
  await firstAnswer(place, child);
  const ms = performance.now() - startedAt;
  await end();
  return ms;
}

async function firstAnswer(place: Place, child: ChildProcess): Promise<void> {
  const until = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      (await signedIn(place, "first")).cut();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
      if (child.exitCode !== null || performance.now() > until) throw new Error("the server does not start");
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function endOf(child: ChildProcess): () => Promise<void> {
  const exited = once(child, "close");
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid!, "SIGTERM");
    const late = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 5_000);
    await exited;
    clearTimeout(late);
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

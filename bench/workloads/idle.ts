import type { Bench } from "../support/bench.ts";
import type { Child } from "../support/child.ts";
import { median, ratios } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { connected, inParallel, type Place, signedIn } from "../support/player.ts";
import { BenchSocket } from "../support/socket.ts";
import type { Workload } from "../support/workload.ts";

const SOCKETS = 10_000;
const WARM_UP = 200;
const AT_ONCE = 50;
const ROUNDS = 3;
const GC = ["--expose-gc"];

/**
 * What each of 10,000 sockets adds to the resident memory of a fresh process, after garbage collection. The server's are
 * signed in, each as a device player of its own whom an earlier process made; so the store's caches, which fill at the
 * first 10,000 logins and then stay as they are, count as the sockets'. Sockets that only shook hands are without them.
 */
export const idle: Workload = {
  name: "idle",
  title: `${SOCKETS.toLocaleString("en")} idle authenticated sockets, compared with bare ws`,
  limitMs: 120_000,
  async run(bench) {
    const data = await bench.folder();
    const seeding = await bench.start("rekindle", [data]);
    await seeding.ask("seedDevices", SOCKETS);
    await seeding.stop();

    const bare: Measured[] = [];
    const shaken: Measured[] = [];
    const own: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await measureBare(bench));
      shaken.push(await measureRekindle(bench, data, (place) => connected(place)));
      own.push(await measureRekindle(bench, data, (place, n) => signedIn(place, `device-${n}`)));
    }
    const row = (what: string, subject: Measured[], value: (m: Measured) => number) => {
      return { what, unit: "KiB each", subject: subject.map(value), floor: bare.map(value) };
    };
    const aimed = row("Authenticated, resident memory", own, (m) => m.rss);
    return {
      rows: [
        { ...aimed, aim: { text: "≤ 1.5×", met: median(ratios(aimed.subject, aimed.floor)) <= 1.5 } },
        row("Authenticated, live heap and buffers", own, (m) => m.heap),
        row("Handshake alone, resident memory", shaken, (m) => m.rss),
        row("Handshake alone, live heap and buffers", shaken, (m) => m.heap),
      ],
      notes: [],
    };
  },
};

/** KiB for each socket. */
interface Measured {
  rss: number;
  heap: number;
}

async function measureBare(bench: Bench): Promise<Measured> {
  const server = await bench.start("bare", [], GC);
  const url = await server.ask<string>("url");
  return measure(server, () => BenchSocket.open(url));
}

async function measureRekindle(
  bench: Bench,
  data: string,
  open: (place: Place, n: number) => Promise<BenchSocket>,
): Promise<Measured> {
  const server = await bench.start("rekindle", [data], GC);
  const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
  return measure(server, (n) => open(place, n));
}

async function measure(server: Child, open: (n: number) => Promise<BenchSocket>): Promise<Measured> {
  await inParallel(WARM_UP, AT_ONCE, async (n) => (await open(n)).cut());
  const before = await server.ask<NodeJS.MemoryUsage>("memory");
  const sockets: BenchSocket[] = [];
  await inParallel(SOCKETS, AT_ONCE, async (n) => void sockets.push(await open(n)));
  const after = await server.ask<NodeJS.MemoryUsage>("memory");
  for (const socket of sockets) socket.cut();
  await server.stop();
  const each = (bytes: number) => bytes / 1024 / SOCKETS;
  return {
    rss: each(after.rss - before.rss),
    heap: each(after.heapUsed + after.external - before.heapUsed - before.external),
  };
}

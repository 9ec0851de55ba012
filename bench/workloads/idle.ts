import type { Bench } from "../support/bench.ts";
import type { Child } from "../support/child.ts";
import { median, ratios } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { inParallel, signedIn } from "../support/player.ts";
import { BenchSocket } from "../support/socket.ts";
import type { Workload } from "../support/workload.ts";

const SOCKETS = 10_000;
const WARM_UP = 200;
const AT_ONCE = 50;
const ROUNDS = 3;
const GC = ["--expose-gc"];

/**
 * What each of 10,000 sockets adds to the resident memory of a fresh process, after garbage collection. The server's are
 * signed in, each as a device player of its own whom an earlier process made.
 */
export const idle: Workload = {
  name: "idle",
  title: `${SOCKETS.toLocaleString("en")} idle authenticated sockets, beside bare ws`,
  limitMs: 120_000,
  async run(bench) {
    const data = await bench.folder();
    const seeding = await bench.start("rekindle", [data]);
    await seeding.ask("seedDevices", SOCKETS);
    await seeding.stop();

    const bare: Measured[] = [];
    const used: Measured[] = [];
    const own: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await measureBare(bench, async () => {}));
      used.push(await measureBare(bench, async (socket) => void (await socket.ask({ "@class": ".Hello" }))));
      own.push(await measureRekindle(bench, data));
    }
    const row = (what: string, value: (m: Measured) => number, floor: Measured[]) => ({
      what,
      unit: "KiB each",
      subject: own.map(value),
      floor: floor.map(value),
    });
    const aimed = row("Idle socket, resident memory", (m) => m.rss, bare);
    return {
      rows: [
        { ...aimed, aim: { text: "≤ 1.5×", met: median(ratios(aimed.subject, aimed.floor)) <= 1.5 } },
        row("The same, beside bare sockets that each answered once", (m) => m.rss, used),
        row("Resident memory of the second half of the sockets alone", (m) => m.secondHalf, bare),
        row("Live heap and buffers", (m) => m.heap, bare),
      ],
      notes: [],
    };
  },
};

/** KiB for each socket. */
interface Measured {
  rss: number;
  /** Without what a process takes once it gets busy, whatever the number of its sockets. */
  secondHalf: number;
  heap: number;
}

async function measureBare(bench: Bench, use: (socket: BenchSocket) => Promise<void>): Promise<Measured> {
  const server = await bench.start("bare", [], GC);
  const url = await server.ask<string>("url");
  return measure(server, async () => {
    const socket = await BenchSocket.open(url);
    await use(socket);
    return socket;
  });
}

async function measureRekindle(bench: Bench, data: string): Promise<Measured> {
  const server = await bench.start("rekindle", [data], GC);
  const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
  return measure(server, (n) => signedIn(place, `device-${n}`));
}

async function measure(server: Child, open: (n: number) => Promise<BenchSocket>): Promise<Measured> {
  await inParallel(WARM_UP, AT_ONCE, async (n) => (await open(n)).cut());
  const before = await server.ask<NodeJS.MemoryUsage>("memory");
  const sockets: BenchSocket[] = [];
  const half = SOCKETS / 2;
  await inParallel(half, AT_ONCE, async (n) => void sockets.push(await open(n)));
  const between = await server.ask<NodeJS.MemoryUsage>("memory");
  await inParallel(half, AT_ONCE, async (n) => void sockets.push(await open(half + n)));
  const after = await server.ask<NodeJS.MemoryUsage>("memory");
  for (const socket of sockets) socket.cut();
  await server.stop();
  const each = (bytes: number) => bytes / 1024 / SOCKETS;
  return {
    rss: each(after.rss - before.rss),
    secondHalf: 2 * each(after.rss - between.rss),
    heap: each(after.heapUsed + after.external - before.heapUsed - before.external),
  };
}

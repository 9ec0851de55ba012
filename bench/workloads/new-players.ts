import { median, ratios } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { connected, forAWhile, inParallel, signIn } from "../support/player.ts";
import { alternate } from "../support/rounds.ts";
import type { BenchSocket } from "../support/socket.ts";
import type { Workload } from "../support/workload.ts";

const SOCKETS = 400;
const ROUND_MS = 2_000;
const ROUNDS = 5;

/** DeviceAuthentication of devices never seen, each answered once its player and token are on the disk. */
export const newPlayers: Workload = {
  name: "new-players",
  title: `New device players, durable, ${SOCKETS} sockets, compared with single-row fsynced inserts of node:sqlite`,
  limitMs: 60_000,
  async run(bench) {
    const inserts = await bench.start("inserts", [await bench.folder()]);
    const rekindle = await bench.start("rekindle", [await bench.folder()]);
    const place = { url: await rekindle.ask<string>("url"), secret: DEVICE_SECRET };
    const sockets: BenchSocket[] = [];
    await inParallel(SOCKETS, 10, async () => void sockets.push(await connected(place)));
    bench.onEnd(async () => {
      for (const socket of sockets) socket.cut();
    });
    let device = 0;
    const cpu: number[] = [];

    const { floor, subject } = await alternate(
      ROUNDS,
      () => inserts.ask<number>("rate", ROUND_MS),
      async () => {
        const before = await rekindle.ask<number>("cpuMicros");
        const { done, seconds } = await forAWhile(ROUND_MS, SOCKETS, async (_, worker) => {
          await signIn(sockets[worker]!, `new-${device++}`);
        });
        cpu.push(((await rekindle.ask<number>("cpuMicros")) - before) / done);
        return done / seconds;
      },
    );
    return {
      rows: [
        {
          what: "New players",
          unit: "a second",
          subject,
          floor,
          aim: { text: "≥ 2×", met: median(ratios(subject, floor)) >= 2 },
        },
      ],
      notes: [
        `${Math.round(median(cpu))} µs of server CPU for each new player: three documents and their index entries`,
      ],
    };
  },
};

import { median, ratios } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { forAWhile, signedIn } from "../support/player.ts";
import { alternate } from "../support/rounds.ts";
import { BenchSocket } from "../support/socket.ts";
import type { Workload } from "../support/workload.ts";

const AT_ONCE = 64;
const DEVICES = 10_000;
const ROUND_MS = 2_000;
const ROUNDS = 5;

/** From the TCP connect to the answer of DeviceAuthentication, whose new authToken is on the disk by then. */
export const login: Workload = {
  name: "login",
  title: `Full login of a known device, ${AT_ONCE} at once, compared with bare ws connects`,
  limitMs: 60_000,
  async run(bench) {
    const bare = await bench.start("bare");
    const rekindle = await bench.start("rekindle", [await bench.folder()]);
    await rekindle.ask("seedDevices", DEVICES);
    const bareUrl = await bare.ask<string>("url");
    const place = { url: await rekindle.ask<string>("url"), secret: DEVICE_SECRET };
    let device = 0;

    const round = async (server: typeof bare, one: () => Promise<BenchSocket>) => {
      const before = await server.ask<number>("cpuMicros");
      const { done, seconds } = await forAWhile(ROUND_MS, AT_ONCE, async () => (await one()).cut());
      const cpu = (await server.ask<number>("cpuMicros")) - before;
      return { rate: done / seconds, cpuMicros: cpu / done, busy: cpu / 1e6 / seconds };
    };
    const { floor, subject } = await alternate(
      ROUNDS,
      () => round(bare, () => BenchSocket.open(bareUrl)),
      () => round(rekindle, () => signedIn(place, `device-${device++ % DEVICES}`)),
    );
    const rates = { subject: subject.map((r) => r.rate), floor: floor.map((r) => r.rate) };
    const busy = (rounds: { busy: number }[]) => `${Math.round(100 * median(rounds.map((r) => r.busy)))} %`;
    return {
      rows: [
        {
          what: "Full login",
          unit: "a second",
          ...rates,
          aim: { text: "≥ 0.5×", met: median(ratios(rates.subject, rates.floor)) >= 0.5 },
        },
        {
          what: "The same by server CPU",
          unit: "µs of server CPU each",
          subject: subject.map((r) => r.cpuMicros),
          floor: floor.map((r) => r.cpuMicros),
        },
      ],
      notes: [
        `the server used ${busy(subject)} of a core, the bare one ${busy(floor)}; where both are far below 100 %, the client was the limit`,
      ],
    };
  },
};

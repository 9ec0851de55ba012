import { startFacebookStandIn } from "../../examples/starter/stand-ins/facebook.ts";
import type { Child } from "../support/child.ts";
import { median, short } from "../support/figures.ts";
import { API_KEY, DEVICE_SECRET } from "../support/game.ts";
import { type Place, signedIn } from "../support/player.ts";
import type { LoopDelay } from "../support/program.ts";
import type { BenchSocket } from "../support/socket.ts";
import type { Row, Workload } from "../support/workload.ts";

const SIZES = [0, 1_000, 10_000];
const ROUNDS = 4;
const MAX_BLOCK_MS = 10;

interface Sample {
  ms: number;
  cpuMs: number;
  loop: LoopDelay;
}

/** "first": the account is linked and its friendships are created. "again": nothing has changed since. */
type Kind = "first" | "again";

/**
 * FacebookConnectRequest of a device's player whose Facebook account has N friends, who all play. The stand-in for
 * Facebook runs in the benchmark's process; the time includes its pages of 500 friends. Every sample has a new account.
 */
export const connect: Workload = {
  name: "connect",
  title: "FacebookConnect with 0, 1,000 and 10,000 friends who all play, compared with its own cost without friends",
  limitMs: 180_000,
  async run(bench) {
    const facebook = await startFacebookStandIn({ appId: API_KEY, appSecret: API_KEY });
    bench.onEnd(() => facebook.close());
    const server = await bench.start("social", [await bench.folder(), facebook.url]);
    const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
    await server.ask("makeFriends", Math.max(...SIZES));
    let count = 0;
    const star = async (friends: number) => {
      const id = `star-${++count}`;
      const list = Array.from({ length: friends }, (_, n) => ({ id: `friend-${n}`, name: `Friend ${n}` }));
      facebook.addUser({ id, name: "Ada", accessTokens: [`token-${id}`], friends: list });
      return { socket: await signedIn(place, id), accessToken: `token-${id}` };
    };

    const samples = new Map<string, Sample[]>();
    const keep = (friends: number, kind: Kind, sample: Sample) => {
      const key = keyOf(friends, kind);
      samples.set(key, [...(samples.get(key) ?? []), sample]);
    };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const friends of SIZES) {
        const { socket, accessToken } = await star(friends);
        for (const kind of ["first", "again"] as const) {
          const sample = await measured(server, () => link(socket, accessToken));
          // The first round warms up.
          if (round > 0) keep(friends, kind, sample);
        }
        socket.cut();
      }
    }
    const { socket, accessToken } = await star(SIZES.at(-1)!);
    const waits = await othersWait(place, () => link(socket, accessToken));
    socket.cut();
    return { rows: rowsOf(samples), notes: [costOf(samples), waits] };
  },
};

const keyOf = (friends: number, kind: Kind) => `${kind} ${friends}`;

async function link(socket: BenchSocket, accessToken: string): Promise<void> {
  const { error } = await socket.ask({ "@class": ".FacebookConnectRequest", accessToken });
  if (error !== undefined) throw new Error(`the server refused: ${JSON.stringify(error)}`);
}

async function measured(server: Child, work: () => Promise<void>): Promise<Sample> {
  await server.ask("watchLoop");
  const cpuBefore = await server.ask<number>("cpuMicros");
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  const cpuMs = ((await server.ask<number>("cpuMicros")) - cpuBefore) / 1000;
  return { ms, cpuMs, loop: await server.ask<LoopDelay>("loopDelay") };
}

/** How long another player waits for a read and for a write during one connect. */
async function othersWait(place: Place, work: () => Promise<void>): Promise<string> {
  const longest = { read: 0, write: 0 };
  let isDone = false;
  const probe = async (kind: keyof typeof longest, request: Record<string, unknown>) => {
    const socket = await signedIn(place, kind);
    while (!isDone) {
      const startedAt = performance.now();
      await socket.ask(request);
      longest[kind] = Math.max(longest[kind], performance.now() - startedAt);
    }
    socket.cut();
  };
  const probes = [
    probe("read", { "@class": ".AccountDetailsRequest" }),
    probe("write", { "@class": ".ChangeUserDetailsRequest", language: "en" }),
  ];
  await work();
  isDone = true;
  await Promise.all(probes);
  const friends = SIZES.at(-1)!.toLocaleString("en");
  return `during a connect with ${friends} friends another player's read took ${short(longest.read)} ms at most, a write ${short(longest.write)} ms`;
}

function rowsOf(samples: Map<string, Sample[]>): Row[] {
  const rows: Row[] = [];
  for (const friends of SIZES) {
    for (const kind of ["first", "again"] as const) {
      const own = samples.get(keyOf(friends, kind))!;
      const none = samples.get(keyOf(0, kind))!;
      const what = `FacebookConnect, ${friends.toLocaleString("en")} friends, ${kind === "first" ? "first time" : "again"}`;
      const row = (title: string, value: (sample: Sample) => number): Row => ({
        what: `${what}: ${title}`,
        unit: "ms",
        subject: own.map(value),
        floor: friends === 0 ? [] : none.map(value),
      });
      const blocks = row("event loop's longest block", (s) => s.loop.maxMs);
      rows.push(
        row("time", (s) => s.ms),
        row("server CPU", (s) => s.cpuMs),
        {
          ...blocks,
          aim: { text: `never over ${MAX_BLOCK_MS} ms`, met: Math.max(...blocks.subject) <= MAX_BLOCK_MS },
        },
        row("the main thread's own work in one block", (s) => s.loop.maxCpuMs),
      );
    }
  }
  return rows;
}

function costOf(samples: Map<string, Sample[]>): string {
  const most = SIZES.at(-1)!;
  const [none, many] = [samples.get(keyOf(0, "first"))!, samples.get(keyOf(most, "first"))!];
  const each = (value: (s: Sample) => number) => ((median(many.map(value)) - median(none.map(value))) / most) * 1000;
  return `cost of a first connect: ${short(median(none.map((s) => s.ms)))} ms + ${short(each((s) => s.ms))} µs for each friend (${short(each((s) => s.cpuMs))} µs of server CPU)`;
}

import type { Child } from "../support/child.ts";
import { median, short } from "../support/figures.ts";
import { DEVICE_SECRET } from "../support/game.ts";
import { type Place, signedIn } from "../support/player.ts";
import type { LoopDelay } from "../support/program.ts";
import type { BenchSocket } from "../support/socket.ts";
import type { Row, Workload } from "../support/workload.ts";

const SIZES = [0, 100, 10_000];
const ROUNDS = 6;
const PROBED = 3;
const MAX_BLOCK_MS = 10;

interface Sample {
  ms: number;
  cpuMs: number;
  loop: LoopDelay;
}

/**
 * SocialDisconnectRequest of a player whose Facebook account brought so many friends, who all play. Between two samples
 * the account is linked again by the domain's own function. The sizes take turns, and each is compared with the
 * disconnect without friends of the same round.
 */
export const disconnect: Workload = {
  name: "disconnect",
  title: "SocialDisconnect with 0, 100 and 10,000 linked friends, compared with its own cost without friends",
  limitMs: 90_000,
  async run(bench) {
    const server = await bench.start("rekindle", [await bench.folder()]);
    const place = { url: await server.ask<string>("url"), secret: DEVICE_SECRET };
    await server.ask("makeFriends", Math.max(...SIZES));
    const stars = await Promise.all(SIZES.map((friends) => star(place, friends)));
    bench.onEnd(async () => {
      for (const { socket } of stars) socket.cut();
    });

    for (const one of stars) for (let n = 0; n < 2; n++) await sample(server, one);
    const samples = new Map<number, Sample[]>(SIZES.map((friends) => [friends, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const one of stars) samples.get(one.friends)!.push(await sample(server, one));

    const waits: string[] = [];
    for (const one of [stars[0]!, stars.at(-1)!]) waits.push(await othersWait(server, place, one));
    return { rows: rowsOf(samples), notes: [costOf(samples), ...waits] };
  },
};

interface Star {
  socket: BenchSocket;
  player: string;
  friends: number;
}

/** A player by a device, which stays as the way to log in. */
async function star(place: Place, friends: number): Promise<Star> {
  const socket = await signedIn(place, `star-${friends}`);
  const { userId } = await socket.ask({ "@class": ".AccountDetailsRequest" });
  return { socket, player: String(userId), friends };
}

async function link(server: Child, { player, friends }: Star): Promise<void> {
  await server.ask("linkFriends", { player, externalId: `star-${friends}`, friends });
}

async function sample(server: Child, one: Star): Promise<Sample> {
  await link(server, one);
  await server.ask("watchLoop");
  const cpuBefore = await server.ask<number>("cpuMicros");
  const startedAt = performance.now();
  await unlink(one);
  const ms = performance.now() - startedAt;
  const cpuMs = ((await server.ask<number>("cpuMicros")) - cpuBefore) / 1000;
  return { ms, cpuMs, loop: await server.ask<LoopDelay>("loopDelay") };
}

async function unlink({ socket }: Star): Promise<void> {
  const { error } = await socket.ask({ "@class": ".SocialDisconnectRequest", systemId: "FB" });
  if (error !== undefined) throw new Error(`the server refused: ${JSON.stringify(error)}`);
}

/** How long other players wait for a read and for a write while the disconnect is under way. */
async function othersWait(server: Child, place: Place, one: Star): Promise<string> {
  const reader = await signedIn(place, "reader");
  const writer = await signedIn(place, "writer");
  const longest = { read: 0, write: 0 };
  for (let n = 0; n < PROBED; n++) {
    await link(server, one);
    let over = false;
    const probe = async (socket: BenchSocket, kind: keyof typeof longest, request: Record<string, unknown>) => {
      while (!over) {
        const startedAt = performance.now();
        await socket.ask(request);
        longest[kind] = Math.max(longest[kind], performance.now() - startedAt);
      }
    };
    const probes = [
      probe(reader, "read", { "@class": ".AccountDetailsRequest" }),
      probe(writer, "write", { "@class": ".ChangeUserDetailsRequest", language: "en" }),
    ];
    await unlink(one);
    over = true;
    await Promise.all(probes);
  }
  reader.cut();
  writer.cut();
  const friends = one.friends.toLocaleString("en");
  return `meanwhile (${friends} friends) another player's read took ${short(longest.read)} ms at most, a write ${short(longest.write)} ms`;
}

function rowsOf(samples: Map<number, Sample[]>): Row[] {
  const none = samples.get(0)!;
  const rows: Row[] = [];
  for (const [friends, own] of samples) {
    const what = `SocialDisconnect, ${friends.toLocaleString("en")} friends`;
    const floor = (value: (sample: Sample) => number) => (friends === 0 ? [] : none.map(value));
    const blocks = own.map((s) => s.loop.maxMs);
    rows.push(
      { what: `${what}: time`, unit: "ms", subject: own.map((s) => s.ms), floor: floor((s) => s.ms) },
      { what: `${what}: server CPU`, unit: "ms", subject: own.map((s) => s.cpuMs), floor: floor((s) => s.cpuMs) },
      {
        what: `${what}: event loop's longest block`,
        unit: "ms",
        subject: blocks,
        floor: floor((s) => s.loop.maxMs),
        aim: { text: `never over ${MAX_BLOCK_MS} ms`, met: Math.max(...blocks) <= MAX_BLOCK_MS },
      },
      {
        what: `${what}: the main thread's own work in one block`,
        unit: "ms",
        subject: own.map((s) => s.loop.maxCpuMs),
        floor: floor((s) => s.loop.maxCpuMs),
      },
    );
  }
  return rows;
}

function costOf(samples: Map<number, Sample[]>): string {
  const [none, some, many] = SIZES.map((friends) => samples.get(friends)!);
  const most = SIZES.at(-1)!;
  const each = (value: (s: Sample) => number, more: Sample[], friends: number) =>
    ((median(more.map(value)) - median(none!.map(value))) / friends) * 1000;
  return (
    `cost: ${short(median(none!.map((s) => s.ms)))} ms + ${short(each((s) => s.ms, many!, most))} µs for each friend ` +
    `(${short(each((s) => s.cpuMs, many!, most))} µs of server CPU); from 0 to 100 friends ` +
    `${short(each((s) => s.ms, some!, SIZES[1]!))} µs for each`
  );
}

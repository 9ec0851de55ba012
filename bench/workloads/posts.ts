import { setTimeout as delay } from "node:timers/promises";
import { newKey } from "../../src/domains/accounts/token-vault.ts";
import type { Bench } from "../support/bench.ts";
import type { Child } from "../support/child.ts";
import { short } from "../support/figures.ts";
import { percentile } from "../support/latency.ts";
import type { Row, Workload } from "../support/workload.ts";

const MINUTE_MS = 60_000;
const AHEAD_MS = 10_000;
const KILLS = 20;
/** For posts that were claimed by a killed server: the lease, a look-up, and some. */
const RECOVERY_MS = 180_000;
/** For the outcomes of the last posts that arrived. */
const SETTLE_MS = 30_000;
const AIM_MS = 1_000;

interface Results {
  posts: number;
  doubled: number;
  lateness: number[];
  seconds: number;
}

/** Posts of a thousand accounts, due evenly within one minute, to a network in a process of its own that responds after 50 ms. */
export const posts: Workload = {
  name: "posts",
  title: "10,000 posts due within one minute, and again while the server is killed 20 times",
  limitMs: 480_000,
  async run(bench) {
    const calm = await sent(bench, 10_000);
    const killed = await sentByMortals(bench, 10_000);
    return { rows: [...calm.rows, ...killed.rows], notes: [...calm.notes, ...killed.notes] };
  },
};

export const manyPosts: Workload = {
  name: "posts-100k",
  title: "100,000 posts due within one minute",
  limitMs: 600_000,
  run: (bench) => sent(bench, 100_000),
};

interface Place {
  start(): Promise<Child>;
  network: Child;
}

async function placeOf(bench: Bench): Promise<Place> {
  const network = await bench.start("network");
  const folder = await bench.folder();
  const args = [folder, await network.ask<string>("url"), newKey()];
  return { network, start: () => bench.start("publishing", args) };
}

async function sent(bench: Bench, count: number): ReturnType<Workload["run"]> {
  const { network, start } = await placeOf(bench);
  const server = await start();
  const from = await planned(server, count);
  await server.ask("start");
  await delay(Math.max(0, from - Date.now()));
  const cpuBefore = await server.ask<number>("cpuMicros");
  await server.ask("watchLoop");
  await allArrived(network, count, from + MINUTE_MS + RECOVERY_MS);
  await untilNoneIsOpen(server, SETTLE_MS);
  const cpuMicros = (await server.ask<number>("cpuMicros")) - cpuBefore;
  const results = await network.ask<Results>("results");
  const statuses = await server.ask<Record<string, number>>("statuses");
  const { lateness, seconds } = results;
  const late = { text: `≤ ${AIM_MS} ms`, met: Math.max(...sample(lateness)) <= AIM_MS };
  const rows: Row[] = [
    rowOf(`${count.toLocaleString("en")} posts: lateness p50`, "ms", percentile(lateness, 0.5)),
    rowOf("lateness p99", "ms", percentile(lateness, 0.99)),
    { ...rowOf("lateness, the longest", "ms", Math.max(...sample(lateness))), aim: late },
    rowOf("posts sent", "1/s", results.posts / seconds),
    rowOf("CPU of the server for each post", "µs", cpuMicros / count),
  ];
  return { rows, notes: [`${outcome(results, count)}; ${JSON.stringify(statuses)}`] };
}

async function sentByMortals(bench: Bench, count: number): ReturnType<Workload["run"]> {
  const { network, start } = await placeOf(bench);
  let server = await start();
  const from = await planned(server, count);
  await server.ask("start");
  await delay(Math.max(0, from - Date.now()));
  for (let n = 1; n <= KILLS; n++) {
    await delay(Math.max(0, from + (n * MINUTE_MS) / (KILLS + 1) - Date.now()));
    await server.kill();
    server = await start();
    await server.ask("start");
  }
  await delay(Math.max(0, from + MINUTE_MS - Date.now()));
  await untilNoneIsOpen(server, RECOVERY_MS);
  const results = await network.ask<Results>("results");
  const statuses = await server.ask<Record<string, number>>("statuses");
  const { lateness } = results;
  const none = (value: number) => ({ text: "0", met: value === 0 });
  const lost = count - results.posts;
  return {
    rows: [
      { ...rowOf(`killed ${KILLS} times: posts lost`, "", lost), aim: none(lost) },
      { ...rowOf("posts doubled", "", results.doubled), aim: none(results.doubled) },
      rowOf("lateness p50", "ms", percentile(lateness, 0.5)),
      rowOf("lateness, the longest", "ms", Math.max(...sample(lateness))),
    ],
    notes: [`killed: ${outcome(results, count)}; ${JSON.stringify(statuses)}`],
  };
}

/** When the first post is due. */
async function planned(server: Child, count: number): Promise<number> {
  // Storing them takes about 100 µs each, and several times that on a busy machine.
  const from = Date.now() + AHEAD_MS + count / 1.5;
  await server.ask("plan", { count, from, overMs: MINUTE_MS });
  if (Date.now() > from) throw new Error("the posts took too long to store");
  return from;
}

async function allArrived(network: Child, count: number, until: number): Promise<void> {
  while ((await network.ask<number>("arrived")) < count && Date.now() < until) await delay(500);
}

async function untilNoneIsOpen(server: Child, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  while ((await server.ask<number>("open")) > 0 && Date.now() < until) await delay(1_000);
}

const rowOf = (what: string, unit: string, value: number): Row => ({ what, unit, subject: [value], floor: [] });

/** `Math.max` takes no more arguments than fit on the stack. */
const sample = (values: readonly number[]) => [values.reduce((most, value) => Math.max(most, value), 0)];

function outcome({ posts: arrived, doubled, lateness }: Results, count: number): string {
  const late = lateness.filter((ms) => ms > AIM_MS).length;
  return `${arrived} of ${count} arrived, ${doubled} doubled, ${late} later than ${AIM_MS} ms, median ${short(percentile(lateness, 0.5))} ms`;
}

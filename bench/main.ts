import { statfs } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { Bench, type Options } from "./support/bench.ts";
import { table } from "./support/report.ts";
import type { Row, Workload } from "./support/workload.ts";
import { workloads } from "./workloads/index.ts";

const USAGE = `npm run bench -- [workload …] [--data FOLDER] [--cpu-prof FOLDER]

Compares the server with what it is built on, in the same run. Runs every workload by default:
${workloads.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n")}

  --data FOLDER      where databases are created, which decides the disk that is measured; default: a temporary folder
  --cpu-prof FOLDER  stores a CPU profile of each server process there
`;
const TMPFS = 0x01021994;

/** Runs the workloads in the arguments and prints their results. A missed target is reported, but is not an error. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: "string" }, "cpu-prof": { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  const unknown = positionals.find((name) => !workloads.some((workload) => workload.name === name));
  if (values.help || unknown !== undefined) {
    process.stdout.write(unknown === undefined ? USAGE : `There is no workload "${unknown}".\n\n${USAGE}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const options = { data: values.data ?? tmpdir(), cpuProf: values["cpu-prof"] };
  const chosen = workloads.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

  const cpu = cpus()[0]?.model ?? "unknown processor";
  process.stdout.write(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} × ${cpu}\n`,
  );
  if ((await statfs(options.data)).type === TMPFS)
    process.stdout.write(`${options.data} is in memory: nothing is synced to a disk there. Set --data.\n`);
  process.stdout.write(
    "Medians of alternating rounds, with minimum and maximum in brackets. A ratio compares two neighbouring rounds.\n",
  );

  const rows: Row[] = [];
  for (const workload of chosen) rows.push(...(await runOne(workload, options)));
  if (chosen.length > 1) process.stdout.write(`\nAll aims\n${table(rows.filter((row) => row.aim))}\n`);
}

async function runOne(workload: Workload, options: Options): Promise<Row[]> {
  const bench = new Bench(options);
  const startedAt = performance.now();
  process.stdout.write(`\n${workload.title}\n`);
  try {
    const { rows, notes } = await withinLimit(workload, bench);
    process.stdout.write(`${table(rows)}\n`);
    for (const note of notes) process.stdout.write(`  ${note}\n`);
    return rows;
  } catch (error) {
    process.stdout.write(`  could not be measured: ${(error as Error).stack}\n`);
    process.exitCode = 1;
    return [];
  } finally {
    await bench.end();
    process.stdout.write(`  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)\n`);
  }
}

async function withinLimit({ name, limitMs, run }: Workload, bench: Bench): ReturnType<Workload["run"]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} takes longer than ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([run(bench), late]);
  } finally {
    clearTimeout(timer);
  }
}

await main();

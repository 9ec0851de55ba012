import { parseArgs } from "node:util";
import { fuzz, tableOf } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
if (values.help || !Number.isFinite(seconds) || !Number.isInteger(seed)) {
  process.stdout.write(
    "npm run fuzz -- [--seconds N] [--seed S]\n\nSends frames of every kind to a server of its own; 60 seconds by default.\n",
  );
  process.exitCode = values.help ? 0 : 2;
} else {
  process.stdout.write(`seed ${seed}\n`);
  const report = await fuzz({ seed, seconds, frames: 0 });
  process.stdout.write(`${tableOf(report)}\n`);
  for (const problem of report.problems) process.stdout.write(`\nPROBLEM ${problem}\n`);
  // A server that failed may not let go of everything.
  process.exit(report.problems.length > 0 ? 1 : 0);
}

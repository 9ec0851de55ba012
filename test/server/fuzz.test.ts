import { expect, it } from "vitest";
import { fuzz, tableOf } from "../fuzz/fuzz.ts";

const FRAMES = 50_000;
/** A fresh one for each run; `FUZZ_SEED` repeats one. */
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 32);

it("every input is answered or closes its own socket, and the server keeps serving the others", async () => {
  process.stdout.write(`seed ${seed}\n`);
  const report = await fuzz({ seed, frames: FRAMES, seconds: 0 });
  process.stdout.write(`${tableOf(report)}\n`);
  expect(report.problems, `npm run fuzz -- --seed ${seed}`).toEqual([]);
  expect(report.frames).toBeGreaterThanOrEqual(FRAMES);
  const count = (layer: string) =>
    Object.entries(report.layers).reduce((sum, [name, n]) => sum + (name.startsWith(layer) ? n : 0), 0);
  for (const layer of ["read", "refused", "worked on"]) expect(count(layer), layer).toBeGreaterThan(FRAMES / 20);
  expect(count("refused: rate")).toBe(0);
});

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import type { Collection } from "../../src/store/store.ts";
import { PATIENT_MS } from "../support/patience.ts";

/** A real process is killed in the middle of its writes, again and again, on one file. */
const RUNS = 24;
const CHILD = new URL("./crash-child.ts", import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-crash-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Starts the child, kills it a while after its first acknowledgement, and returns the lines that it wrote whole. */
async function killedRun(path: string, run: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, path, String(run)], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (timer === undefined && output.split("\n").length > 2) timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("close", (_code, signal) => resolve(signal));
  });
  expect({ signal, errors }).toEqual({ signal: "SIGKILL", errors: "" });
  return output.split("\n").slice(0, -1);
}

interface Acknowledged {
  present: Map<string, { changed: boolean }>;
  deleted: Set<string>;
  moves: Map<string, number>;
  batches: Set<string>;
}

function note(acknowledged: Acknowledged, line: string): void {
  const [what, id, count] = line.split(" ") as [string, string, string];
  if (what === "insert") acknowledged.present.set(id, { changed: false });
  if (what === "change") acknowledged.present.set(id, { changed: true });
  if (what === "batch") acknowledged.batches.add(id);
  if (what === "move") acknowledged.moves.set(id, Number(count));
  if (what === "delete") {
    acknowledged.present.delete(id);
    acknowledged.deleted.add(id);
  }
}

it(`loses no acknowledged write and tears no transaction in ${RUNS} kills under load`, async () => {
  const path = join(folder, "crash.db");
  const acknowledged: Acknowledged = { present: new Map(), deleted: new Set(), moves: new Map(), batches: new Set() };
  for (let run = 0; run < RUNS; run++) {
    const lines = await killedRun(path, run, 20 + ((run * 37) % 200));
    expect(lines[0]).toBe("ready");
    for (const line of lines.slice(1)) note(acknowledged, line);
    const store = await openEmbeddedStore({ path, evaluators: { timeoutMs: PATIENT_MS } });
    try {
      await checkPlain(store.collection("plain"), acknowledged);
      await checkCounters(store.collection("counters"), acknowledged);
      await checkBatches(store.collection("batches"), acknowledged);
    } finally {
      await store.close();
    }
    checkFile(path);
  }
  expect(acknowledged.present.size).toBeGreaterThan(RUNS);
  expect(acknowledged.batches.size).toBeGreaterThan(RUNS);
  expect(acknowledged.moves.size).toBeGreaterThan(RUNS);
});

/** A write in flight at the kill may be there or not; an acknowledged one must be. */
async function checkPlain(plain: Collection, { present, deleted }: Acknowledged): Promise<void> {
  const found = new Map((await plain.find({}).toArray()).map((document) => [document._id as string, document]));
  const wrong: string[] = [];
  for (const [id, { changed }] of present) {
    const document = found.get(id);
    if (document === undefined ? !isBeingDeleted(id, present) : changed && document.changed === undefined)
      wrong.push(id);
  }
  for (const id of deleted) if (found.has(id)) wrong.push(`${id} is back`);
  expect(wrong).toEqual([]);
  const byIndex = await plain.find({ tags: { $in: [0, 1, 2, 3, 4, 5, 6] } }, { projection: { _id: 1 } }).toArray();
  expect(byIndex.length).toBe(found.size);
}

/** The kill may have come between a delete and its report: of one of those that are deleted, before what follows it. */
function isBeingDeleted(id: string, present: Acknowledged["present"]): boolean {
  const [run, writer, text] = id.split(":");
  const n = Number(text);
  return n % 5 === 2 && present.has(`${run}:${writer}:${n + 2}`) && !present.has(`${run}:${writer}:${n + 3}`);
}

async function checkCounters(counters: Collection, { moves }: Acknowledged): Promise<void> {
  const points = async (_id: string) => ((await counters.findOne({ _id }))?.points ?? 0) as number;
  const [a, b] = await Promise.all([points("a"), points("b")]);
  expect(a + b).toBe(0);
  const all = await counters.find({ moves: { $gt: 0 } }).toArray();
  const total = all.reduce((sum, { moves: n }) => sum + ((n as number) * ((n as number) + 1)) / 2, 0);
  expect(b).toBe(total);
  for (const [id, n] of moves) expect((await counters.findOne({ _id: id }))?.moves).toBeGreaterThanOrEqual(n);
}

async function checkBatches(batches: Collection, { batches: acknowledged }: Acknowledged): Promise<void> {
  const sizes = new Map<unknown, number>();
  for await (const { batch } of batches.find({}, { projection: { batch: 1 } })) {
    sizes.set(batch, (sizes.get(batch) ?? 0) + 1);
  }
  expect([...sizes].filter(([, size]) => size !== 40)).toEqual([]);
  expect([...acknowledged].filter((id) => !sizes.has(id))).toEqual([]);
}

function checkFile(path: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([
    expect.objectContaining({ integrity_check: "ok" }),
  ]);
  database.close();
}

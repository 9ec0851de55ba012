import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { type Log, Wal } from "../../src/store/embedded/wal.ts";

/**
 * A power failure leaves of the log what was flushed, and of what was written since any part of it. Each failure here
 * is such a mixture, sector by sector, beside the database file; the store opened on it must have all that was
 * acknowledged, and each transaction whole or not at all.
 */
const SECTOR = 512;
const LOG_HEADER = 32;
const FAILURES = 60;

/** Remembers what of the log is on disk. */
class WatchedLog implements Log {
  readonly #inner: Log;
  readonly #path: string;
  onDisk: Buffer;

  constructor(inner: Log, path: string) {
    this.#inner = inner;
    this.#path = path;
    this.onDisk = this.current();
  }

  current(): Buffer {
    return readFileSync(`${this.#path}-wal`);
  }

  flush(done: (error: Error | null) => void): void {
    const written = this.current();
    this.#inner.flush((error) => {
      this.onDisk = written;
      done(error);
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** A log as a power failure now could leave it. `random` answers numbers from 0 to 1. */
  afterFailure(random: () => number): Buffer {
    const current = this.current();
    const result = Buffer.alloc(Math.max(current.length, this.onDisk.length));
    this.onDisk.copy(result);
    const share = random();
    for (let at = 0; at < current.length; at += SECTOR) {
      if (random() < share) current.copy(result, at, at, at + SECTOR);
    }
    /** SQLite flushes a new header itself before it writes anything behind it. */
    current.copy(result, 0, 0, LOG_HEADER);
    return random() < 0.3
      ? result.subarray(0, Math.max(this.onDisk.length, Math.floor(random() * result.length)))
      : result;
  }
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-power-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it("loses no acknowledged write and breaks no transaction if the power fails at any moment", async () => {
  const path = join(folder, "power.db");
  const random = randomFrom(20_260);
  let log: WatchedLog | undefined;
  const store = await openEmbeddedStore(
    { path },
    {
      openLog: async (opened) => {
        log = new WatchedLog(await Wal.open(opened), opened);
        return log;
      },
    },
  );
  const acknowledged = new Map<number, number>();
  let stopped = false;
  await store.collection("things").createIndex({ n: 1 });
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let n = 1; !stopped; n++) {
      await write(store, writer, n);
      acknowledged.set(writer, n);
    }
  });
  const generations = new Set<string>();
  for (let failure = 0; failure < FAILURES; failure++) {
    for (let turns = Math.floor(random() * 25); turns >= 0; turns--)
      await new Promise((resolve) => setImmediate(resolve));
    const failed = join(folder, `failed-${failure}.db`);
    /** All at one moment, between two turns of the event loop. */
    const left = log!.afterFailure(random);
    const file = readFileSync(path);
    const known = new Map(acknowledged);
    generations.add(left.subarray(16, 24).toString("hex"));
    await Promise.all([writeFile(failed, file), writeFile(`${failed}-wal`, left)]);
    await check(failed, known);
    await Promise.all([rm(failed), rm(`${failed}-lock`)]);
  }
  stopped = true;
  await Promise.all(writers);
  await store.close();
  await copyFile(path, join(folder, "closed.db"));
  await check(join(folder, "closed.db"), acknowledged);
  /** The log was restarted several times meanwhile. */
  expect(generations.size).toBeGreaterThan(2);
});

const FILLER = "z".repeat(6000);

/** A transaction over two documents, one of which it moves in an index; then a plain write. */
async function write(store: EmbeddedStore, writer: number, n: number): Promise<void> {
  await store.transaction(async (tx) => {
    const things = tx.collection("things");
    await things.updateOne({ _id: `a${writer}` }, { $set: { n, filler: FILLER } }, { upsert: true });
    await things.insertOne({ _id: `${writer}:${n}`, n: -n, filler: FILLER });
    await things.updateOne({ _id: `b${writer}` }, { $set: { n } }, { upsert: true });
    if (n > 20) await things.deleteOne({ _id: `${writer}:${n - 20}` });
  });
  await store.collection("plain").updateOne({ _id: writer }, { $set: { n, filler: FILLER } }, { upsert: true });
}

async function check(path: string, acknowledged: Map<number, number>): Promise<void> {
  const store = await openEmbeddedStore({ path });
  try {
    const things = store.collection("things");
    for (const [writer, n] of acknowledged) {
      const [a, b, plain] = await Promise.all([
        things.findOne({ _id: `a${writer}` }),
        things.findOne({ _id: `b${writer}` }),
        store.collection("plain").findOne({ _id: writer }),
      ]);
      const done = Number(a?.n);
      expect(done).toBeGreaterThanOrEqual(n);
      expect(b?.n).toBe(done);
      expect(plain?.n).toBeGreaterThanOrEqual(n);
      expect(await things.countDocuments({ n: done })).toBeGreaterThanOrEqual(2);
      const kept = (await things.find({ _id: { $gt: `${writer}:`, $lt: `${writer};` } }).toArray()).map(
        (thing) => thing.n,
      );
      const expected = Array.from({ length: Math.min(done, 20) }, (_, i) => i - done);
      expect(new Set(kept)).toEqual(new Set(expected));
    }
  } finally {
    await store.close();
  }
}

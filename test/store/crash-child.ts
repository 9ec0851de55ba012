import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { report } from "../support/report.ts";

/**
 * The process that the crash test kills: many writers at once, each of which reports on standard output what was
 * acknowledged, one line each, written at once. Arguments: the file, the number of the run.
 */
const [path, run] = process.argv.slice(2) as [string, string];
const store = await openEmbeddedStore({ path });
const plain = store.collection("plain");
const counters = store.collection("counters");
await plain.createIndex({ writer: 1, n: 1 }, { unique: true });
await plain.createIndex({ tags: 1 });

report("ready");

/** Inserts, and changes every third. */
async function insert(writer: string): Promise<void> {
  for (let n = 0; ; n++) {
    const _id = `${run}:${writer}:${n}`;
    await plain.insertOne({ _id, writer: `${run}:${writer}`, n, tags: [n % 7, "t"], filler: "x".repeat(n % 900) });
    report(`insert ${_id}`);
    if (n % 3 === 0) {
      await plain.updateOne({ _id }, { $set: { changed: n }, $push: { tags: "changed" } });
      report(`change ${_id}`);
    }
    if (n % 5 === 4) {
      const gone = `${run}:${writer}:${n - 2}`;
      await plain.deleteOne({ _id: gone });
      report(`delete ${gone}`);
    }
  }
}

/** Moves points between two counters, so that their sum stays, and counts the moves in a third document. */
async function move(writer: string): Promise<void> {
  for (let n = 1; ; n++) {
    await store.transaction(async (tx) => {
      const inside = tx.collection("counters");
      await inside.updateOne({ _id: "a" }, { $inc: { points: -n } }, { upsert: true });
      if (n % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
      await inside.updateOne({ _id: "b" }, { $inc: { points: n } }, { upsert: true });
      await inside.updateOne({ _id: `${run}:${writer}` }, { $set: { moves: n } }, { upsert: true });
    });
    report(`move ${run}:${writer} ${n}`);
  }
}

/** A transaction of many documents, which is either whole or not there. */
async function batch(writer: string): Promise<void> {
  for (let n = 0; ; n++) {
    await store.transaction(async (tx) => {
      const documents = Array.from({ length: 40 }, (_, i) => ({
        batch: `${run}:${writer}:${n}`,
        i,
        filler: "y".repeat(2000),
      }));
      await tx.collection("batches").insertMany(documents);
    });
    report(`batch ${run}:${writer}:${n}`);
  }
}

await counters.findOne({});
await Promise.all([..."abcdefgh"].map(insert).concat([..."mn"].map(move), [..."xy"].map(batch)));

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ObjectId } from "../src/bson.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../src/store/embedded/store.ts";

/** The embedded store beside what `node:sqlite` does without it. Run: `npm exec -c 'node bench/store.ts'`. */
interface Row {
  workload: string;
  store: string;
  peer: string;
  ratio: string;
}

const folder = await mkdtemp(join(tmpdir(), "rekindle-bench-"));
const player = (n: number) => ({
  _id: new ObjectId(),
  userName: `player-${n}-${randomBytes(4).toString("hex")}`,
  displayName: `Player ${n}`,
  externalIds: { FB: String(n) },
  creationDate: new Date(),
  scriptData: { level: n % 50, inventory: ["sword", "shield", "potion"], notes: "x".repeat(300) },
});

async function makeStore(name: string): Promise<EmbeddedStore> {
  const store = await openEmbeddedStore({ path: join(folder, `${name}.db`) });
  const players = store.collection("player");
  await players.createIndex({ userName: 1 }, { unique: true });
  await players.createIndex({ "externalIds.FB": 1 }, { sparse: true });
  await players.createIndex({ creationDate: 1 });
  return store;
}

/** Operations a second, `width` at a time, for about a second. */
async function rate(width: number, operation: (n: number) => Promise<unknown>, ms = 1500): Promise<number> {
  let done = 0;
  const end = performance.now() + ms;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (performance.now() < end) await operation(done++);
    }),
  );
  return (done / (performance.now() - start)) * 1000;
}

/** What a program without this store would do: one row, one fsync. */
function plainInserts(): number {
  const database = new DatabaseSync(join(folder, "plain.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE player (id TEXT PRIMARY KEY, name TEXT UNIQUE, fb TEXT, at INTEGER, doc TEXT)");
  database.exec("CREATE INDEX fb ON player (fb); CREATE INDEX at ON player (at)");
  const insert = database.prepare("INSERT INTO player VALUES (?, ?, ?, ?, ?)");
  let done = 0;
  const start = performance.now();
  while (performance.now() - start < 1500) {
    const { _id, userName, creationDate, ...rest } = player(done++);
    insert.run(_id.toHexString(), userName, rest.externalIds.FB, creationDate.getTime(), JSON.stringify(rest));
  }
  const result = (done / (performance.now() - start)) * 1000;
  database.close();
  return result;
}

interface Turn {
  totalMs: number;
  longestMs: number;
  /** The longest in time of this thread's processor: what it would be on a machine with nothing else to do. */
  busiestMs: number;
}

/** The longest time between two turns of the event loop while `work` runs. */
async function longestTurn(work: () => Promise<unknown>): Promise<Turn> {
  let longestMs = 0;
  let busiestMs = 0;
  let running = true;
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = performance.now();
  let lastUsed = used();
  const tick = () => {
    const now = performance.now();
    const nowUsed = used();
    longestMs = Math.max(longestMs, now - last);
    busiestMs = Math.max(busiestMs, nowUsed - lastUsed);
    last = now;
    lastUsed = nowUsed;
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  const start = performance.now();
  await work();
  running = false;
  return { longestMs, busiestMs, totalMs: performance.now() - start };
}

const rows: Row[] = [];
const perSecond = (value: number) => `${Math.round(value).toLocaleString("en")}/s`;
const micro = (operations: number) => `${(1e6 / operations).toFixed(1)} µs`;

const plain = plainInserts();
const store = await makeStore("store");
const players = store.collection("player");
for (const width of [1, 16, 64, 256]) {
  const inserts = await rate(width, (n) => players.insertOne(player(n)));
  rows.push({
    workload: `durable insert, 3 indexes, ${width} at a time`,
    store: perSecond(inserts),
    peer: `${perSecond(plain)} (row by row, FULL)`,
    ratio: (inserts / plain).toFixed(2),
  });
}

const ids = (await players.find({}, { projection: { userName: 1 }, limit: 10_000 }).toArray()) as {
  _id: ObjectId;
  userName: string;
}[];
const pick = (n: number) => ids[(n * 7919) % ids.length]!;
const alone = (workload: string, value: number) => rows.push({ workload, store: micro(value), peer: "", ratio: "" });
alone("findOne by _id", await rate(1, (n) => players.findOne({ _id: pick(n)._id })));
alone("findOne by a unique index", await rate(1, (n) => players.findOne({ userName: pick(n).userName })));
const inc = { $inc: { "scriptData.level": 1 } };
for (const width of [1, 64]) {
  const value = await rate(width, (n) => players.updateOne({ _id: pick(n)._id }, inc));
  rows.push({ workload: `durable $inc, ${width} at a time`, store: perSecond(value), peer: "", ratio: "" });
}
const transfer = (n: number) =>
  store.transaction(async (tx) => {
    const inside = tx.collection("player");
    await inside.findOne({ _id: pick(n)._id });
    await inside.updateOne({ _id: pick(n)._id }, inc);
    await inside.updateOne({ _id: pick(n + 1)._id }, inc);
  });
for (const width of [1, 64]) {
  const value = await rate(width, transfer);
  rows.push({
    workload: `durable transaction of a read and two $inc, ${width} at a time`,
    store: perSecond(value),
    peer: "",
    ratio: "",
  });
}

const friends = store.collection("friendship");
await friends.createIndex({ players: 1 });
const owner = new ObjectId();
const make = () => Array.from({ length: 10_000 }, () => ({ players: [owner, new ObjectId()], via: ["FB"] }));
const documents = make();
const blocks = async (workload: string, work: () => Promise<unknown>) => {
  const { longestMs, busiestMs, totalMs } = await longestTurn(work);
  rows.push({
    workload,
    store: `${totalMs.toFixed(0)} ms, longest turn ${longestMs.toFixed(1)} ms (${busiestMs.toFixed(1)} of CPU)`,
    peer: "",
    ratio: "",
  });
};
await blocks("insertMany of 10,000", () => friends.insertMany(documents));
await blocks("find of 10,000 by an index", () => friends.find({ players: owner }).toArray());
await blocks("find of 10,000, sorted in memory", () =>
  friends.find({ players: owner }, { sort: { via: 1, _id: -1 } }).toArray(),
);
await blocks("updateMany of 10,000", () => friends.updateMany({ players: owner }, { $push: { via: "GC" } }));
await blocks("deleteMany of 10,000 in a transaction", () =>
  store.transaction((tx) => tx.collection("friendship").deleteMany({ players: owner })),
);
await friends.insertMany(make());
await blocks("countDocuments by an index", () => friends.countDocuments({ players: owner }));
await blocks("aggregate $match, $group over 10,000", () =>
  friends
    .aggregate([{ $match: { players: owner } }, { $unwind: "$via" }, { $group: { _id: "$via", n: { $sum: 1 } } }])
    .toArray(),
);
await blocks("close", () => store.close());
console.table(rows);
await rm(folder, { recursive: true });

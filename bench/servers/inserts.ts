import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { serve } from "../support/program.ts";

/**
 * What durable writes are compared with: `node:sqlite` alone, one row of a new player's size in each transaction, each
 * synced to the disk before the next. In WAL mode, where that is one sync; the default journal would need several.
 */
const database = new DatabaseSync(join(process.argv[2]!, "rows.db"));
database.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE player (id TEXT PRIMARY KEY, doc TEXT)",
);
const insert = database.prepare("INSERT INTO player VALUES (?, ?)");
const doc = JSON.stringify({
  userName: "device-0123456789abcdef01234567",
  userNameSource: "DEVICE",
  externalIds: {},
  accountVersion: 0,
  currencies: [0, 0, 0, 0, 0, 0],
  virtualGoods: {},
  achievements: [],
  segments: {},
  scriptData: {},
  privateData: {},
  creationDate: { $date: 1_767_323_045_000 },
  lastSeen: { $date: 1_767_323_045_000 },
});
let count = 0;

/** Inserts for that many milliseconds; answers how many rows a second. */
function rate(ms: number): number {
  const startedAt = performance.now();
  const before = count;
  while (performance.now() - startedAt < ms) insert.run(`player-${count++}`, doc);
  return ((count - before) / (performance.now() - startedAt)) * 1000;
}

serve({ rate }, () => database.close());

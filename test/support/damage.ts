import { open } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";

/** Overwrites the first page of a collection in the file of an embedded store that is not open. */
export async function damageCollection(path: string, name: string): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const { page_size: size } = database.prepare("PRAGMA page_size").get() as { page_size: number };
  const sql = "SELECT rootpage FROM sqlite_schema WHERE name = (SELECT 'c' || id FROM collections WHERE name = ?)";
  const { rootpage } = database.prepare(sql).get(name) as { rootpage: number };
  database.close();
  await overwrite(path, (rootpage - 1) * size, size);
}

export async function overwrite(path: string, position: number, length: number): Promise<void> {
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(length, 0xa5), 0, length, position);
  await file.sync();
  await file.close();
}

import { randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFileError } from "../../files.ts";
import { keyFrom, newKey } from "./token-vault.ts";

const NAME = "token-key";

/** The key file exists but holds no key. It is never overwritten, since that would make every stored token unreadable. */
export class KeyFileDamaged extends Error {
  override name = "KeyFileDamaged";
}

/**
 * The key in the data folder, created on first use. A new key is on disk before it is returned, and of two processes
 * that create one both return the same. Throws KeyFileDamaged and errors of file operations.
 */
export async function keyInFolder(folder: string): Promise<Buffer> {
  const path = join(folder, NAME);
  const found = await readKey(path);
  if (found) return found;
  await createKey(path);
  const created = await readKey(path);
  if (!created) throw new KeyFileDamaged(`${path} was deleted while it was created.`);
  return created;
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    const key = keyFrom(await readFile(path, "utf8"));
    if (key) return key;
  } catch (error) {
    if (isFileError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
  throw new KeyFileDamaged(`${path} does not contain a key of 32 bytes in base64.`);
}

/** The name appears with the whole key or not at all. */
async function createKey(path: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(`${newKey()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(beside, path).catch((error: unknown) => {
      if (!(isFileError(error) && error.code === "EEXIST")) throw error;
    });
    await syncFolder(join(path, ".."));
  } finally {
    await rm(beside, { force: true });
  }
}

/** Not every platform can; there the name is on disk a little later. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

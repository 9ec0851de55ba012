import { chmod, open, stat } from "node:fs/promises";
import { isFileError } from "../../files.ts";

/** Suffixes of a database's files. SQLite gives the files that it creates the mode of the first. */
const MADE = ["", "-lock"];
const BESIDE = ["-wal", "-shm", "-journal", "-lock-journal"];
const OTHERS = 0o077;
/** File systems without modes, or files of other users, refuse a chmod. That is not ours to fix. */
const REFUSED = new Set(["EPERM", "ENOTSUP", "EROFS", "ENOSYS"]);

/**
 * Creates missing files for the server's user only, and removes other users' permissions from existing ones. Does not
 * open existing files, because closing them would release SQLite's locks.
 */
export async function makePrivate(path: string): Promise<void> {
  for (const end of MADE) if (!(await make(path + end))) await tighten(path + end);
  for (const end of BESIDE) await tighten(path + end);
}

async function make(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if (isFileError(error) && error.code === "EEXIST") return false;
    throw error;
  }
}

async function tighten(path: string): Promise<void> {
  try {
    const found = await stat(path);
    const { mode } = found;
    if (found.isFile() && (mode & OTHERS) !== 0) await chmod(path, mode & ~OTHERS & 0o777);
  } catch (error) {
    if (!isFileError(error) || !(error.code === "ENOENT" || REFUSED.has(error.code ?? ""))) throw error;
  }
}

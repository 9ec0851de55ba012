import { chmod, open, stat } from "node:fs/promises";
import { isFileError } from "../../files.ts";

/** What SQLite has of a database, by the end of the name. It gives the files that it makes itself the mode of the first. */
const MADE = ["", "-lock"];
const BESIDE = ["-wal", "-shm", "-journal", "-lock-journal"];
const OTHERS = 0o077;
/** File systems without modes, or with others' files in them, refuse a change. What they show is not ours to mend. */
const REFUSED = new Set(["EPERM", "ENOTSUP", "EROFS", "ENOSYS"]);

/**
 * Makes the files of a database that are not there, for the server's user alone, and takes everybody else's rights away
 * from those that are. A file that is there is not opened: to close it again would release SQLite's locks on it.
 */
export async function makePrivate(path: string): Promise<void> {
  for (const end of MADE) if (!(await make(path + end))) await tighten(path + end);
  for (const end of BESIDE) await tighten(path + end);
}

/** False where there is one already. */
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

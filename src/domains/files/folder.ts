import { constants, type Dirent } from "node:fs";
import { type FileHandle, lstat, mkdir, open, opendir, rename } from "node:fs/promises";
import { join } from "node:path";
import { isFileError } from "../../files.ts";

/** The result of a delivery, and the subfolder of the delivery folder that the file is moved to. */
export type Outcome = "processed" | "failed";
const OUTCOMES: readonly string[] = ["processed", "failed"] satisfies Outcome[];

/** A file in the state in which it was listed. */
export interface FoundFile {
  name: string;
  /** Bytes. */
  size: number;
  modified: bigint;
  /** Identifies the file and its content; changes if the file is written, moved or replaced. */
  signature: string;
}

export interface Listing {
  /** Oldest first. */
  files: FoundFile[];
  /** Entries that cannot be delivered. */
  refused: { name: string; why: string }[];
}

const PRIVATE = { recursive: true, mode: 0o700 } as const;

/** Maximum number of files listed at once. The others are listed when these are gone. */
const MAX_FILES = 1_000;
/** Leaves room for the time that `move` puts before the name. */
const MAX_NAME_BYTES = 200;
/** Hidden files, and names that programs use for incomplete files. */
const UNFINISHED = /^\.|\.(part|filepart|partial|tmp|crdownload)$|~$/i;
// Windows has neither.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants> & { O_RDONLY: number };

/** The delivery folder of one stage. Links and the contents of subfolders are ignored. Stateless. */
export class DeliveryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Creates missing folders, accessible to the server's user only. Existing folders are not changed. */
  async prepare(): Promise<void> {
    for (const outcome of OUTCOMES) await mkdir(join(this.path, outcome), PRIVATE);
  }

  /** Cost: reads all names in the folder, and the metadata of up to 1,000 files. */
  async list(): Promise<Listing> {
    const files: FoundFile[] = [];
    const refused: Listing["refused"] = [];
    for await (const entry of await opendir(this.path)) {
      const { name } = entry;
      if (UNFINISHED.test(name) || (entry.isDirectory() && OUTCOMES.includes(name))) continue;
      const why = refusal(entry);
      if (why !== undefined) {
        if (refused.length < MAX_FILES) refused.push({ name, why });
        continue;
      }
      const found = await this.#stat(name);
      if (found) files.push(found);
      if (files.length === MAX_FILES) break;
    }
    files.sort((a, b) => Number(a.modified - b.modified) || (a.name < b.name ? -1 : 1));
    return { files, refused };
  }

  async has({ name, signature }: FoundFile): Promise<boolean> {
    return (await this.#stat(name))?.signature === signature;
  }

  /** Returns undefined if the file is gone or has changed. */
  async read(file: FoundFile): Promise<Buffer | undefined> {
    const handle = await present(open(join(this.path, file.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (!handle) return undefined;
    try {
      if ((await signatureOf(handle)) !== file.signature) return undefined;
      const bytes = Buffer.alloc(file.size);
      let done = 0;
      while (done < file.size) {
        const { bytesRead } = await handle.read(bytes, done, file.size - done, done);
        if (bytesRead === 0) return undefined;
        done += bytesRead;
      }
      return (await signatureOf(handle)) === file.signature ? bytes : undefined;
    } finally {
      await handle.close();
    }
  }

  /**
   * Renames the file to a path in the outcome's folder, with the time before its name. Returns that path, or undefined
   * if the file is gone or has changed since it was listed; a changed file stays where it is.
   */
  async move(file: FoundFile, outcome: Outcome, now: number): Promise<string | undefined> {
    if (!(await this.has(file))) return undefined;
    const folder = join(this.path, outcome);
    await mkdir(folder, PRIVATE);
    // A link could move files out of the delivery folder.
    if (!(await lstat(folder)).isDirectory()) throw new NoFolder(folder);
    const from = join(this.path, file.name);
    const to = await freeName(folder, file.name, now);
    if ((await present(rename(from, to).then(() => true))) === undefined) return undefined;
    const moved = await lstat(to, { bigint: true });
    if (Number(moved.size) === file.size && moved.mtimeNs === file.modified) return to;
    // The file was written or replaced just before the rename.
    if (!(await present(lstat(from)))) await rename(to, from);
    return undefined;
  }

  async #stat(name: string): Promise<FoundFile | undefined> {
    const found = await present(lstat(join(this.path, name), { bigint: true }));
    if (!found?.isFile()) return undefined;
    return { name, size: Number(found.size), modified: found.mtimeNs, signature: signature(found) };
  }
}

export class NoFolder extends Error {
  override name = "NoFolder";

  constructor(path: string) {
    super(`${path} is not a folder.`);
  }
}

function refusal(entry: Dirent): string | undefined {
  if (entry.isSymbolicLink()) return "it is a link";
  if (entry.isDirectory()) return "it is a folder";
  if (!entry.isFile()) return "it is not a regular file";
  if (Buffer.byteLength(entry.name) > MAX_NAME_BYTES) return `its name is longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}

async function freeName(folder: string, name: string, now: number): Promise<string> {
  const time = new Date(now).toISOString().replace(/[-:.]/g, "");
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? `${time}-${name}` : `${time}-${n}-${name}`);
    if (!(await present(lstat(path)))) return path;
  }
}

interface Stats {
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

const signature = ({ ino, size, mtimeNs, ctimeNs }: Stats) => [ino, size, mtimeNs, ctimeNs].join("-");

async function signatureOf(handle: FileHandle): Promise<string> {
  return signature(await handle.stat({ bigint: true }));
}

/** Resolves to undefined if the file does not exist or is a link. */
async function present<T>(operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (isFileError(error) && (error.code === "ENOENT" || error.code === "ELOOP")) return undefined;
    throw error;
  }
}

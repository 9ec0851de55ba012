import { constants, type Dirent } from "node:fs";
import { type FileHandle, lstat, mkdir, open, opendir, rename } from "node:fs/promises";
import { join } from "node:path";
import { isFileError } from "../../files.ts";

/** What becomes of a delivered file: the folder inside the delivery folder that it is moved to. */
export type Outcome = "processed" | "failed";
const OUTCOMES: readonly string[] = ["processed", "failed"] satisfies Outcome[];

/** A file as it was when it was looked at. */
export interface FoundFile {
  name: string;
  /** Bytes. */
  size: number;
  modified: bigint;
  /** Of this file and its content: another one after anything that is done to it. */
  signature: string;
}

export interface Listing {
  /** Oldest first. */
  files: FoundFile[];
  /** What is there and is no file to deliver, with the reason. */
  refused: { name: string; why: string }[];
}

const PRIVATE = { recursive: true, mode: 0o700 } as const;

/** So many files of a folder are seen at once; further ones are seen when these are gone. */
const MAX_FILES = 1_000;
/** With the time that goes before it, a name fits into every file system. */
const MAX_NAME_BYTES = 200;
/** Hidden files, and names that programs give a file until they have it complete. */
const UNFINISHED = /^\.|\.(part|filepart|partial|tmp|crdownload)$|~$/i;
// Windows has neither.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants> & { O_RDONLY: number };

/**
 * A folder that files are delivered to, for one stage. Only files that lie in it themselves are seen: neither links nor
 * what is in folders inside it. Nothing is remembered between calls.
 */
export class DeliveryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folders that are not there, for the server's user alone. Those that are there stay as they are. */
  async prepare(): Promise<void> {
    for (const outcome of OUTCOMES) await mkdir(join(this.path, outcome), PRIVATE);
  }

  /** Costs the names of all that is there, and a look at each file, of up to 1,000. */
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
      const found = await this.#look(name);
      if (found) files.push(found);
      if (files.length === MAX_FILES) break;
    }
    files.sort((a, b) => Number(a.modified - b.modified) || (a.name < b.name ? -1 : 1));
    return { files, refused };
  }

  /** Whether the file is there, as it was found. */
  async has({ name, signature }: FoundFile): Promise<boolean> {
    return (await this.#look(name))?.signature === signature;
  }

  /** The file's bytes; undefined where it is gone or no longer what was found. */
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
   * Moves the file away, by one renaming, to a name that begins with the time, and answers that path; undefined where the
   * file is gone or was written since it was found, which leaves what is there in its place.
   */
  async move(file: FoundFile, outcome: Outcome, now: number): Promise<string | undefined> {
    if (!(await this.has(file))) return undefined;
    const folder = join(this.path, outcome);
    await mkdir(folder, PRIVATE);
    // A link would lead files out of the folder.
    if (!(await lstat(folder)).isDirectory()) throw new NoFolder(folder);
    const from = join(this.path, file.name);
    const to = await freeName(folder, file.name, now);
    if ((await present(rename(from, to).then(() => true))) === undefined) return undefined;
    const moved = await lstat(to, { bigint: true });
    if (Number(moved.size) === file.size && moved.mtimeNs === file.modified) return to;
    // It was written, or another was put in its place, just before it was moved.
    if (!(await present(lstat(from)))) await rename(to, from);
    return undefined;
  }

  async #look(name: string): Promise<FoundFile | undefined> {
    const found = await present(lstat(join(this.path, name), { bigint: true }));
    if (!found?.isFile()) return undefined;
    return { name, size: Number(found.size), modified: found.mtimeNs, signature: signature(found) };
  }
}

/** There is something else where a folder is to be. */
export class NoFolder extends Error {
  override name = "NoFolder";

  constructor(path: string) {
    super(`${path} is no folder.`);
  }
}

function refusal(entry: Dirent): string | undefined {
  if (entry.isSymbolicLink()) return "it is a link";
  if (entry.isDirectory()) return "it is a folder";
  if (!entry.isFile()) return "it is no file";
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

/** Undefined where there is no such file, or a link in its place. */
async function present<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done;
  } catch (error) {
    if (isFileError(error) && (error.code === "ENOENT" || error.code === "ELOOP")) return undefined;
    throw error;
  }
}

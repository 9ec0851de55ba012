import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FoundFile, type ReportProblem, type ScriptFile, scriptsAmong } from "./script-files.ts";

/** Far above the size of any Cloud Code export. */
const MAX_ZIP_BYTES = 16 * 1_048_576;
const MAX_UNPACKED_BYTES = 64 * 1_048_576;
const MAX_ENTRIES = 50_000;
const MAX_ZIPS = 10;

/**
 * Reads the scripts of the first zip export in the game folder. Unpacked in memory, so its names never become paths.
 * @param maxScriptBytes larger scripts are listed but not unpacked
 */
export async function scriptsInZip(
  folder: string,
  maxScriptBytes: number,
  problem: ReportProblem,
): Promise<ScriptFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const zips = entries.filter((entry) => entry.isFile() && /^[^.].*\.zip$/i.test(entry.name));
  const names = zips.map(({ name }) => name).sort(cloudCodeFirst);
  let chosen: { name: string; scripts: ScriptFile[] } | undefined;
  for (const name of names.slice(0, MAX_ZIPS)) {
    const scripts = await scriptsOf(join(folder, name), name, maxScriptBytes, problem);
    if (scripts.length === 0) continue;
    if (chosen) problem(name, `This zip is ignored: Cloud Code is loaded from ${chosen.name} only.`);
    else chosen = { name, scripts };
  }
  return chosen?.scripts ?? [];
}

async function scriptsOf(path: string, name: string, maxBytes: number, problem: ReportProblem): Promise<ScriptFile[]> {
  const { size } = await stat(path);
  if (size > MAX_ZIP_BYTES) {
    problem(name, `The zip is larger than ${MAX_ZIP_BYTES} bytes.`);
    return [];
  }
  const { unzipSync } = await import("fflate");
  const data = await readFile(path);
  try {
    const listed: (FoundFile & { raw: string; packed: number })[] = [];
    unzipSync(data, {
      filter: (entry) => {
        if (listed.length >= MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`);
        const read = async (): Promise<string> => texts.get(entry.name) ?? "";
        const parts = entry.name.split(/[/\\]/);
        listed.push({ path: parts, bytes: entry.originalSize, read, raw: entry.name, packed: entry.size });
        return false;
      },
    });
    const texts = new Map<string, string>();
    const scripts = scriptsAmong(listed, `${name}/`, problem);
    const files = new Set(scripts.filter(({ bytes }) => bytes <= maxBytes).map(({ file }) => file));
    const wanted = listed.filter(({ path }) => files.has(`${name}/${path.join("/")}`));
    checkSizes(wanted, size);
    const raw = new Set(wanted.map((entry) => entry.raw));
    const unpacked = unzipSync(data, { filter: (entry) => raw.has(entry.name) });
    for (const { raw, bytes } of wanted) {
      const content = unpacked[raw];
      if (content?.length !== bytes) throw new Error(`${raw} is not as long as the zip says`);
      texts.set(raw, new TextDecoder().decode(content));
    }
    return scripts;
  } catch (error) {
    problem(name, `The zip cannot be read: ${(error as Error).message}.`);
    return [];
  }
}

/** Guards against zip bombs: overlapping entries, or scripts that unpack to an implausible size. */
function checkSizes(entries: readonly { packed: number; bytes: number }[], zipBytes: number): void {
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  const unpacked = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (packed > zipBytes) throw new Error("its entries are larger than the zip");
  if (unpacked > MAX_UNPACKED_BYTES) throw new Error(`its scripts are larger than ${MAX_UNPACKED_BYTES} bytes`);
}

function cloudCodeFirst(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => (/^cloud[ _-]?code\.zip$/i.test(name) ? 0 : 1));
  return first! - second! || (a < b ? -1 : 1);
}

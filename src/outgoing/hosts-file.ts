import { readFile, stat } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";

/** Of the system; on Windows a file of the same form. */
export const HOSTS_FILE =
  process.platform === "win32"
    ? join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "drivers", "etc", "hosts")
    : "/etc/hosts";

/** A larger one is taken for empty. */
const MAX_BYTES = 16_777_216;

/** The names that a hosts file gives to addresses. It is read again when it has changed; one that is not there has none. */
export class HostsFile {
  readonly #path: string;
  #names: ReadonlyMap<string, readonly string[]> = new Map();
  #state = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** @param name in small letters, without a dot at its end */
  async addressesOf(name: string): Promise<readonly string[]> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const state = `${mtimeMs} ${size} ${ino}`;
      if (state !== this.#state) {
        this.#names = size <= MAX_BYTES ? namesIn(await readFile(this.#path, "utf8")) : new Map();
        this.#state = state;
      }
    } catch {
      this.#names = new Map();
      this.#state = "";
    }
    return this.#names.get(name) ?? [];
  }
}

/** Of lines such as `127.0.0.1 localhost other # note`. */
function namesIn(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...given] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of given) {
      const known = names.get(name);
      if (known) known.push(address);
      else names.set(name, [address]);
    }
  }
  return names;
}

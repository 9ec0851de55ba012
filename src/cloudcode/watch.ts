import { type FSWatcher, watch } from "node:fs";
import { isKind, isSearched, type SearchedFolder } from "./script-files.ts";

/** Changes are acted on when there was none for this long: editors and copies write in several steps. */
const QUIET_MS = 200;
/** However much goes on, they are acted on after this long. */
const PATIENCE_MS = 2_000;
const MAX_FOLDERS = 200;

/** Tells when something that may be a script changed in folders that scripts are looked for in. */
export class FolderWatch {
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #since = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches these folders, and none of those before. A folder that is gone is left out. */
  watch(folders: readonly SearchedFolder[]): void {
    this.#stopWatching();
    for (const { path, holds } of folders.slice(0, MAX_FOLDERS)) {
      try {
        const watcher = watch(path, { persistent: false }, (_event, name) => {
          if (name === null || matters(name, holds)) this.soon();
        });
        watcher.on("error", () => this.soon());
        this.#watchers.push(watcher);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }

  /** Acts as if something had changed. */
  soon(): void {
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET_MS, this.#since + PATIENCE_MS - now));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onChange();
    }, wait).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stopWatching();
  }

  #stopWatching(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}

/** May a change of `name` change the scripts? A database in a folder beside them, for one, changes all the time. */
function matters(name: string, holds: SearchedFolder["holds"]): boolean {
  if (holds === "scripts") return /\.[jt]s$/.test(name);
  return isKind(name) || (holds === "anything" && (/\.zip$/i.test(name) || (isSearched(name) && !name.includes("."))));
}

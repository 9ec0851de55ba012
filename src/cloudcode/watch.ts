import { type FSWatcher, watch } from "node:fs";
import { isKind, isSearched, type SearchedFolder } from "./script-files.ts";

/** Debounce: editors and copies write in several steps. */
const DEBOUNCE_MS = 200;
/** Under continuous changes, the longest delay. */
const MAX_DELAY_MS = 2_000;
const MAX_FOLDERS = 200;

/** Calls `onChange` when something that may be a script changes in the searched folders. */
export class FolderWatch {
  readonly #onChange: () => void;
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | undefined;
  #since = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watches exactly these folders. Missing ones are skipped. */
  watch(folders: readonly SearchedFolder[]): void {
    this.#stopWatching();
    for (const { path, holds } of folders.slice(0, MAX_FOLDERS)) {
      try {
        const watcher = watch(path, { persistent: false }, (_event, name) => {
          if (name === null || isRelevant(name, holds)) this.soon();
        });
        watcher.on("error", () => this.soon());
        this.#watchers.push(watcher);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
  }

  soon(): void {
    const now = performance.now();
    if (this.#timer === undefined) this.#since = now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(DEBOUNCE_MS, this.#since + MAX_DELAY_MS - now));
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

/** Whether a change of `name` can change the scripts. A database in the folder, for example, changes all the time. */
function isRelevant(name: string, holds: SearchedFolder["holds"]): boolean {
  if (holds === "scripts") return /\.[jt]s$/.test(name);
  return isKind(name) || (holds === "anything" && (/\.zip$/i.test(name) || (isSearched(name) && !name.includes("."))));
}

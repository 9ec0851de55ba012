import type { DownloadableItem } from "../config-items.ts";
import { addProperties, addUnsupported } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { OriginalDate } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { unsupportedInDownloadable } from "./unsupported.ts";

/** A downloadable file in the game's configuration. */
export class SparkDownloadable {
  readonly #json: string;
  readonly #item: DownloadableItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"downloadables">(json);
  }

  get #live(): DownloadableItem {
    liveRun();
    return this.#item;
  }

  /** The file's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The size in bytes, or null if it is not configured. */
  getSize(): number | null {
    return this.#live.size;
  }

  /** When the file was last modified, or null if it is not configured. */
  getLastModified(): Date | null {
    const { lastModified } = this.#live;
    return lastModified === null ? null : new OriginalDate(lastModified);
  }

  toJSON(): DownloadableItem {
    liveRun();
    return parsed<"downloadables">(this.#json);
  }
}

addUnsupported(SparkDownloadable, unsupportedInDownloadable);
addProperties(SparkDownloadable);

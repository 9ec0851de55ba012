import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { StoreError } from "./errors.ts";
import type { Store } from "./store.ts";

export interface StoreSettings {
  /** The MongoDB replica set; empty: the embedded store. */
  mongodbUrl: string;
  /** The folder of the embedded store's files. */
  data: string;
}

/** Opens the documents of one stage: `rekindle-<stage>` in MongoDB, or the file `<data>/<stage>.db`. */
export async function openStore(settings: StoreSettings, stage: string, clock?: Clock): Promise<Store> {
  const common = clock === undefined ? {} : { clock };
  if (settings.mongodbUrl !== "") {
    throw new StoreError("UNAVAILABLE", "The MongoDB engine is not there yet; leave mongodbUrl empty.");
  }
  const { openEmbeddedStore } = await import("./embedded/store.ts");
  return openEmbeddedStore({ path: join(settings.data, `${stage}.db`), ...common });
}

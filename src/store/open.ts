import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Store } from "./store.ts";

export interface StoreSettings {
  /** The MongoDB replica set; empty: the embedded store. */
  mongodbUrl: string;
  /** The folder of the embedded store's files. */
  data: string;
  /** Of the embedded store's evaluators; its defaults where they are absent. */
  queryProcesses?: number;
  queriesPerPlayer?: number;
  queryTimeoutMs?: number;
  queryMemoryMb?: number;
}

/** Opens the documents of one stage: `rekindle-<stage>` in MongoDB, or the file `<data>/<stage>.db`. */
export async function openStore(settings: StoreSettings, stage: string, clock?: Clock): Promise<Store> {
  const common = clock === undefined ? {} : { clock };
  if (settings.mongodbUrl !== "") {
    const { openMongodbStore } = await import("./mongodb/store.ts");
    return openMongodbStore({ url: settings.mongodbUrl, database: `rekindle-${stage}` });
  }
  const { openEmbeddedStore } = await import("./embedded/store.ts");
  return openEmbeddedStore({ path: fileOf(settings, stage), ...common, evaluators: evaluatorsOf(settings) });
}

function evaluatorsOf({ queryProcesses, queriesPerPlayer, queryTimeoutMs, queryMemoryMb }: StoreSettings) {
  return {
    ...(queryProcesses !== undefined && { processes: queryProcesses }),
    ...(queriesPerPlayer !== undefined && { perCaller: queriesPerPlayer }),
    ...(queryTimeoutMs !== undefined && { timeoutMs: queryTimeoutMs }),
    ...(queryMemoryMb !== undefined && { memoryMb: queryMemoryMb }),
  };
}

/** Whether the stage may have documents: of the embedded store, those that were opened before. */
export function stageExists(settings: StoreSettings, stage: string): boolean {
  return settings.mongodbUrl !== "" || existsSync(fileOf(settings, stage));
}

function fileOf({ data }: StoreSettings, stage: string): string {
  return join(data, `${stage}.db`);
}

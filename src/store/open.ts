import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { StoreError } from "./errors.ts";
import type { MongodbClient } from "./mongodb/client.ts";
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

export interface OpenOptions {
  clock?: Clock;
  /** Called once for a stage whose data file turns out to be damaged. */
  onDamage?: (stage: string, error: StoreError) => void;
}

export type OpenStage = (stage: string) => Promise<Store>;

/**
 * Opens the documents of a stage: `rekindle-<stage>` in MongoDB, or the file `<data>/<stage>.db`. All stages share one
 * MongoDB client, which is closed with the last store that is open.
 */
export function storeOpener(settings: StoreSettings, { clock, onDamage }: OpenOptions = {}): OpenStage {
  if (settings.mongodbUrl !== "") {
    let client: MongodbClient | undefined;
    return async (stage) => {
      const { MongodbClient } = await import("./mongodb/client.ts");
      client ??= new MongodbClient({ url: settings.mongodbUrl });
      return client.open(`rekindle-${stage}`);
    };
  }
  return async (stage) => {
    const { openEmbeddedStore } = await import("./embedded/store.ts");
    return openEmbeddedStore({
      path: fileOf(settings, stage),
      ...(clock && { clock }),
      evaluators: evaluatorsOf(settings),
      ...(onDamage && { onDamage: (error) => onDamage(stage, error) }),
    });
  };
}

/** Opens one stage for somebody who uses no other. */
export function openStore(settings: StoreSettings, stage: string, options?: OpenOptions): Promise<Store> {
  return storeOpener(settings, options)(stage);
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

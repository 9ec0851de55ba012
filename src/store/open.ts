import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { StoreError } from "./errors.ts";
import type { MongodbClient } from "./mongodb/client.ts";
import type { Store } from "./store.ts";

export interface StoreSettings {
  mongodbUrl: string;
  data: string;
  queryProcesses?: number;
  queriesPerPlayer?: number;
  queryTimeoutMs?: number;
  queryMemoryMb?: number;
}

export interface OpenOptions {
  clock?: Clock;
  /** Called once per stage if its data file is found to be damaged. */
  onDamage?: (stage: string, error: StoreError) => void;
}

export type OpenStage = (stage: string) => Promise<Store>;

/** `rekindle-<stage>` in MongoDB, or the file `<data>/<stage>.db`. All stages share one MongoDB client. */
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

/** Whether the stage may have documents. With the embedded store: whether it was ever opened. */
export function stageExists(settings: StoreSettings, stage: string): boolean {
  return settings.mongodbUrl !== "" || existsSync(fileOf(settings, stage));
}

function fileOf({ data }: StoreSettings, stage: string): string {
  return join(data, `${stage}.db`);
}

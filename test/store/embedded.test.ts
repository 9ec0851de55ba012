import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { Turns } from "../../src/store/embedded/turns.ts";
import { type Opened, storeContract } from "./contract.ts";

/** Pauses wherever it may, so that each piece of work is as small as it can be. */
class Hurried extends Turns {
  override spent(): boolean {
    return true;
  }
}

describe.each([
  ["embedded", () => new Turns()],
  ["embedded, with a pause at every document", () => new Hurried()],
])("%s", (name, makeTurns) => {
  storeContract(name, (options) => open(options, makeTurns()));
});

async function open(options: { transactionTimeoutMs: number }, turns: Turns): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "rekindle-store-"));
  const store = await openEmbeddedStore({ path: join(folder, "test.db"), ...options }, { turns });
  const dispose = async () => {
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { store, dispose };
}

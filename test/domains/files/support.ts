import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { ScriptRun } from "../../../src/cloudcode/cloudcode.ts";
import { FileDeliveries } from "../../../src/domains/files/file-deliveries.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Store } from "../../../src/store/store.ts";
import { startTestApp, type TestApp, type TestAppOptions, testGame } from "../../support/app.ts";

export const QUIET_MS = 10_000;
export const RETRY_MS = 5_000;
export const LEASE_MS = 60_000;

/** A new delivery folder for each test of the calling file, and servers that use it. */
export function useDeliveries() {
  let root: string;
  const undoing: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "rekindle-deliveries-"));
    await mkdir(place());
  });
  afterEach(async () => {
    for (const undo of undoing.splice(0).reverse()) await undo();
    await rm(root, { recursive: true, force: true });
  });

  const folder = (...path: string[]) => join(root, ...path);
  const place = (...path: string[]) => folder("preview", ...path);
  const cleanUp = (undo: () => Promise<unknown>) => void undoing.push(undo);
  const namesIn = async (...path: string[]) =>
    (await readdir(folder(...path))).map((name) => name.replace(/^\d{8}T\d{9}Z-/, "")).sort();
  const waiting = async () => (await namesIn("preview")).filter((name) => name !== "processed" && name !== "failed");
  return {
    /** A path in the delivery folder. */
    folder,
    /** A path in the folder of the stage preview. */
    place,
    /** Cleanup after the test, in reverse order. */
    cleanUp,
    put: (name: string, content: string | Uint8Array = "x") => writeFile(place(name), content),
    /** File names; those of moved files without their time. */
    namesIn,
    waiting,
    state: async () => ({
      waiting: await waiting(),
      processed: await namesIn("preview", "processed"),
      failed: await namesIn("preview", "failed"),
    }),
    /** A server that polls only when requested. */
    async start(options: TestAppOptions = {}): Promise<TestApp> {
      const config = { deliveryFolder: root, deliveryQuietMs: QUIET_MS, ...options.config };
      const app = await startTestApp({ ticks: false, ...options, config });
      cleanUp(() => app.discard());
      return app;
    },
    /** Opens a store shared by several servers. */
    async sharedStore(): Promise<() => Promise<Store>> {
      const path = await mkdtemp(join(tmpdir(), "rekindle-shared-"));
      const store = await openEmbeddedStore({ path: join(path, "shared.db") });
      cleanUp(async () => {
        await store.close();
        await rm(path, { recursive: true, force: true });
      });
      return async () => ({
        collection: (name) => store.collection(name),
        transaction: (work) => store.transaction(work),
        ping: () => store.ping(),
        close: async () => {},
      });
    },
  };
}

export async function look(...apps: TestApp[]): Promise<void> {
  await Promise.all(apps.map((app) => app.poll()));
  await Promise.all(apps.map((app) => app.services.service(FileDeliveries).settled()));
}

/** Polls until the current files have been processed. */
export async function take(...apps: TestApp[]): Promise<void> {
  await look(...apps);
  for (const { clock } of apps) clock.advance(QUIET_MS);
  await look(...apps);
}

export const logged = ({ log }: TestApp, message: string) => log.filter(({ msg }) => msg === message);
export const fileNames = ({ runs }: { runs: ScriptRun[] }) =>
  runs.map(({ data }) => (data.uploadData as { fileName: string }).fileName);

/** A game with this script for delivered files. */
export const scripted = (source: string) =>
  testGame([], { embeddedScripts: [{ type: "system", shortCode: "GS_FILE_DELIVERED", source }] });

import { join } from "node:path";
import { settingsOf } from "../../config.ts";
import { fileProblem, isFileError } from "../../files.ts";
import { STAGES, type Stage } from "../../game/game.ts";
import { Background } from "../../jobs/background.ts";
import type { JobKind } from "../../jobs/kind.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Filter } from "../../store/store.ts";
import { deliver, giveUp, MAX_ATTEMPTS, RETRY_MS } from "./delivery.ts";
import { DeliveryFolder, type Listing } from "./folder.ts";
import { addJobs, type DeliveryJob, deliveryId } from "./job.ts";
import type { Place } from "./place.ts";
import { QuietFiles } from "./quiet-files.ts";
import { filesSettings } from "./settings.ts";

const SCRIPT = SYSTEM_SCRIPTS.fileDelivered;

/**
 * Runs GS_FILE_DELIVERED for each file that arrives in the delivery folder. Once a file is complete, its content is
 * stored as an uploaded file, the script runs, and the file is moved to `processed` or `failed`. Each file is a job
 * that only a server with access to the complete file can claim. A server processes one file per stage at a time,
 * oldest first. The script runs at least once per file; its changes to players happen exactly once.
 */
export class FileDeliveries implements DomainService {
  readonly jobs: readonly [JobKind<DeliveryJob>];
  readonly #kernel: Kernel;
  readonly #background: Background;
  readonly #places: ReadonlyMap<Stage, Place>;

  constructor(kernel: Kernel) {
    const { config, log } = kernel;
    this.#kernel = kernel;
    this.#background = new Background((err) =>
      log.error({ err }, "polling the delivery folder failed; it will be retried"),
    );
    const { deliveryFolder, deliveryQuietMs } = settingsOf(config, filesSettings);
    const places = (deliveryFolder === "" ? [] : STAGES).map((stage) => ({
      stage,
      folder: new DeliveryFolder(join(deliveryFolder, stage)),
      quiet: new QuietFiles(deliveryQuietMs),
      complete: new Map(),
      isListing: false,
      reported: new Set<string>(),
    }));
    this.#places = new Map(places.map((place) => [place.stage, place]));
    this.jobs = [
      {
        name: "file delivery",
        collection: "fileDelivery",
        concurrency: 1,
        leaseMs: 10_000 + 3 * config.scriptTimeoutMs,
        retry: { firstMs: RETRY_MS, mostMs: RETRY_MS },
        maxAttempts: MAX_ATTEMPTS,
        filter: (stage) => this.#workable(stage),
        run: (claim, { stage }) => deliver(kernel, this.#places.get(stage)!, claim),
        giveUp: (claim, { stage }) => giveUp(kernel, this.#places.get(stage)!, claim),
      },
    ];
  }

  /** Does not wait for the listings: a folder on a network may hang. */
  async poll(): Promise<void> {
    if (this.#background.closing) return;
    for (const place of this.#places.values()) {
      if (place.isListing) continue;
      place.isListing = true;
      const done = this.#pollPlace(place).finally(() => {
        place.isListing = false;
      });
      this.#background.run(done);
    }
  }

  async settled(): Promise<void> {
    await this.#background.settled();
    await this.#kernel.jobs.settled();
  }

  drain(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  async #pollPlace(place: Place): Promise<void> {
    const { clock, jobs, scripts, stores } = this.#kernel;
    const listing = await this.#list(place);
    if (!listing || this.#background.closing) return;
    const complete = place.quiet.of(listing.files, clock.now());
    const isWanted = scripts.has("system", SCRIPT);
    const noScript = {
      script: `system/${SCRIPT}`,
      message: "delivered files wait because the game has no script for them",
    };
    this.#report(place, [
      ...listing.refused.map(({ name, why }) => ({
        ...{ file: name, why },
        message: "an entry of the delivery folder is ignored",
      })),
      ...(complete.length > 0 && !isWanted ? [noScript] : []),
    ]);
    place.complete = new Map(complete.map((file) => [deliveryId(file), file]));
    if (complete.length === 0 || !isWanted) return;
    try {
      await addJobs(await stores.open(place.stage), complete, clock.now());
    } catch (error) {
      for (const file of complete) place.quiet.postpone(file, clock.now() + RETRY_MS);
      throw error;
    }
    await jobs.poll(this.jobs[0].name);
  }

  /** Returns undefined, and logs the problem once, if the folder cannot be read. */
  async #list(place: Place): Promise<Listing | undefined> {
    try {
      await place.folder.prepare();
      return await place.folder.list();
    } catch (error) {
      if (!isFileError(error)) throw error;
      const problem = { folder: place.folder.path, why: fileProblem(error) };
      this.#report(place, [{ ...problem, message: "the delivery folder cannot be read; it will be retried" }]);
      return undefined;
    }
  }

  /** Logs the current problems that have not been logged yet. */
  #report(place: Place, problems: { message: string; [about: string]: string }[]): void {
    const before = place.reported;
    place.reported = new Set();
    for (const { message, ...about } of problems) {
      const key = JSON.stringify([message, about]);
      place.reported.add(key);
      if (!before.has(key)) this.#kernel.log.warn({ stage: place.stage, ...about }, message);
    }
  }

  #workable(stage: Stage): Filter | undefined {
    const complete = this.#places.get(stage)?.complete;
    const isWanted = complete && complete.size > 0 && this.#kernel.scripts.has("system", SCRIPT);
    return isWanted ? { _id: { $in: [...complete.keys()] } } : undefined;
  }
}

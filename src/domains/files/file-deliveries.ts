import { join } from "node:path";
import { fileProblem, isFileError } from "../../files.ts";
import { STAGES, type Stage } from "../../game/game.ts";
import { Background } from "../../jobs/background.ts";
import { type Claim, LeaseLost } from "../../jobs/claim.ts";
import type { JobEnd, JobKind } from "../../jobs/kind.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ScriptResult } from "../../kernel/scripts/result.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Filter } from "../../store/store.ts";
import { DeliveryFolder, type FoundFile, type Listing, NoFolder, type Outcome } from "./folder.ts";
import { addJobs, type DeliveryJob, deliveryId } from "./job.ts";
import { QuietFiles } from "./quiet-files.ts";
import { addDelivered, deleteOldDelivered, type Upload } from "./uploads.ts";

const SCRIPT = SYSTEM_SCRIPTS.fileDelivered;
/** When a file that could not be delivered is tried again. */
const RETRY_MS = 5_000;
/** After this many attempts that ended with their server, a file has failed. */
const MAX_ATTEMPTS = 5;
/** Of script errors in the log. */
const MAX_REASON_CHARS = 1_000;

/** The folder of one stage, and what this server knows of it. */
interface Place {
  stage: Stage;
  folder: DeliveryFolder;
  quiet: QuietFiles;
  /** By the id of their jobs: the files that were complete at the last listing. */
  complete: ReadonlyMap<string, FoundFile>;
  isListing: boolean;
  /** What was logged and still holds. */
  told: Set<string>;
}

type Ending = { outcome: Outcome; reason?: string };

/**
 * Runs GS_FILE_DELIVERED for each file that is put into the delivery folder: once a file is complete, its content is kept
 * as an uploaded file, the script runs, and the file is moved to `processed` or `failed`. A file is a job, of those servers
 * that see it complete. Each server runs one of a stage at a time, oldest first. So the script runs at least once for a
 * file, and what it changes of players is changed once: it is one transaction with the record that the script has ended.
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
      log.error({ err }, "a delivered file could not be handed to the script"),
    );
    const places = (config.deliveryFolder === "" ? [] : STAGES).map((stage) => ({
      stage,
      folder: new DeliveryFolder(join(config.deliveryFolder, stage)),
      quiet: new QuietFiles(config.deliveryQuietMs),
      complete: new Map(),
      isListing: false,
      told: new Set<string>(),
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
        run: (claim, { stage }) => this.#run(claim, this.#places.get(stage)!),
        giveUp: (claim, { stage }) => this.#giveUp(claim, this.#places.get(stage)!),
      },
    ];
  }

  /** Lists each folder, which nobody waits for: one on a network that hangs holds up nothing else. */
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

  /** Resolves when this process neither lists folders nor runs jobs. */
  async settled(): Promise<void> {
    await this.#background.settled();
    await this.#kernel.jobs.settled();
  }

  /** Waits up to `timeoutMs` for listings. */
  drain(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  async #pollPlace(place: Place): Promise<void> {
    const { clock, jobs, scripts, stores } = this.#kernel;
    const listing = await this.#list(place);
    if (!listing || this.#background.closing) return;
    const complete = place.quiet.of(listing.files, clock.now());
    const isWanted = scripts.has("system", SCRIPT);
    const waitsForScript = {
      script: `system/${SCRIPT}`,
      message: "files are delivered, but the game has no script for them; they wait",
    };
    this.#tell(place, [
      ...listing.refused.map(({ name, why }) => ({
        ...{ file: name, why },
        message: "what is in the delivery folder is not delivered",
      })),
      ...(complete.length > 0 && !isWanted ? [waitsForScript] : []),
    ]);
    place.complete = new Map(complete.map((file) => [deliveryId(file), file]));
    if (complete.length === 0 || !isWanted) return;
    try {
      await addJobs(await stores.open(place.stage), complete, clock.now());
    } catch (error) {
      for (const file of complete) place.quiet.postpone(file, clock.now() + RETRY_MS);
      throw error;
    }
    await jobs.poll("file delivery");
  }

  /** Undefined where the folder cannot be used, which is logged once, until it can. */
  async #list(place: Place): Promise<Listing | undefined> {
    try {
      await place.folder.prepare();
      return await place.folder.list();
    } catch (error) {
      if (!isFileError(error)) throw error;
      const problem = { folder: place.folder.path, why: fileProblem(error) };
      this.#tell(place, [{ ...problem, message: "the delivery folder cannot be used; it is tried again" }]);
      return undefined;
    }
  }

  /** Logs what is new among that what is so now. */
  #tell(place: Place, now: { message: string; [about: string]: string }[]): void {
    const before = place.told;
    place.told = new Set();
    for (const { message, ...about } of now) {
      const key = JSON.stringify([message, about]);
      place.told.add(key);
      if (!before.has(key)) this.#kernel.log.warn({ stage: place.stage, ...about }, message);
    }
  }

  #workable(stage: Stage): Filter | undefined {
    const complete = this.#places.get(stage)?.complete;
    const isWanted = complete && complete.size > 0 && this.#kernel.scripts.has("system", SCRIPT);
    return isWanted ? { _id: { $in: [...complete.keys()] } } : undefined;
  }

  /** Only attempts that end with their server count. */
  async #run(claim: Claim<DeliveryJob>, place: Place): Promise<JobEnd> {
    const file = place.complete.get(claim.document._id);
    if (!file) return "unavailable";
    try {
      const { outcome } = claim.document;
      const ending = outcome ? { outcome } : await this.#handOver(claim, place, file);
      if (ending === "unavailable") return ending;
      if (ending !== "gone" && !(await this.#move(place, file, ending))) return "unavailable";
      await claim.finish();
      return "settled";
    } catch (err) {
      if (err instanceof LeaseLost) throw err;
      const { stage } = place;
      this.#kernel.log.error(
        { err, stage, file: file.name },
        "a delivered file could not be dealt with; it is tried again",
      );
      return "unavailable";
    }
  }

  async #giveUp(claim: Claim<DeliveryJob>, place: Place): Promise<void> {
    const file = place.complete.get(claim.document._id);
    const { outcome = "failed" } = claim.document;
    const reason = `servers ended ${MAX_ATTEMPTS} times in the middle of the script`;
    if (file && (await this.#move(place, file, { outcome, ...(outcome === "failed" && { reason }) })))
      return claim.finish();
    await claim.reschedule(new Date(this.#kernel.clock.now() + RETRY_MS), { $set: { outcome } });
  }

  async #handOver(
    claim: Claim<DeliveryJob>,
    { stage, folder }: Place,
    file: FoundFile,
  ): Promise<Ending | "gone" | "unavailable"> {
    const { config, scripts } = this.#kernel;
    if (file.size > config.deliveryFileBytes)
      return { outcome: "failed", reason: `it is larger than ${config.deliveryFileBytes} bytes` };
    const bytes = await folder.read(file);
    if (!bytes) return "gone";
    const { text, encoding } = textOf(bytes);
    const uploadId = claim.document.uploadId ?? (await this.#keep(claim, { fileName: file.name, text }));
    const uploadData = { fileName: file.name, size: file.size, ...(encoding && { encoding }) };
    let ending: Ending | "unavailable" = "unavailable";
    await scripts.run({
      kind: "system",
      ...{ name: SCRIPT, stage },
      data: { uploadId, uploadData },
      alongside: async (tx, result) => {
        ending = this.#endingOf(result);
        if (ending !== "unavailable") await claim.progress({ $set: { outcome: ending.outcome } }, tx);
      },
    });
    return ending;
  }

  /** Keeps the content as an uploaded file, once for all attempts. */
  async #keep(claim: Claim<DeliveryJob>, upload: Upload): Promise<string> {
    const { config, clock } = this.#kernel;
    const uploadId = await claim.store.transaction(async (tx) => {
      const id = await addDelivered(tx, upload, clock.now());
      await claim.progress({ $set: { uploadId: id } }, tx);
      return id;
    });
    claim.document = { ...claim.document, uploadId, attempts: 1, freeAttempts: 0 };
    await deleteOldDelivered(claim.store, config.deliveriesKept);
    return uploadId;
  }

  /** Unavailable: there was no script host, or a stop cut the script off. Failed: by itself, or it set a script error. */
  #endingOf({ failure, scriptErrors }: ScriptResult): Ending | "unavailable" {
    if (failure && (failure.kind === "unavailable" || this.#kernel.jobs.closing)) return "unavailable";
    if (failure) return { outcome: "failed", reason: failure.message };
    if (Object.keys(scriptErrors).length === 0) return { outcome: "processed" };
    return { outcome: "failed", reason: JSON.stringify(scriptErrors).slice(0, MAX_REASON_CHARS) };
  }

  /** False where it is to be tried again. */
  async #move({ stage, folder }: Place, file: FoundFile, { outcome, reason }: Ending): Promise<boolean> {
    const { clock, log } = this.#kernel;
    let movedTo: string | undefined;
    try {
      movedTo = await folder.move(file, outcome, clock.now());
    } catch (error) {
      if (!isFileError(error) && !(error instanceof NoFolder)) throw error;
      const why = isFileError(error) ? fileProblem(error) : error.message;
      log.error(
        { stage, file: file.name, outcome, reason, why },
        "a delivered file cannot be moved; it is tried again",
      );
      return false;
    }
    const about = { stage, file: file.name, bytes: file.size, movedTo };
    if (outcome === "failed") log.error({ ...about, reason }, "a delivered file failed");
    else log.info(about, "a delivered file was processed");
    return true;
  }
}

/** As scripts read it: what is no text in UTF-8 is text in base64. */
function textOf(bytes: Buffer): { text: string; encoding?: "base64" } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: bytes.toString("base64"), encoding: "base64" };
  }
}

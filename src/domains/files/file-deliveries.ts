import { join } from "node:path";
import { fileProblem, isFileError } from "../../files.ts";
import { STAGES, type Stage } from "../../game/game.ts";
import { Background } from "../../jobs/background.ts";
import type { DomainService } from "../../kernel/domain.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ScriptResult } from "../../kernel/scripts/result.ts";
import { SYSTEM_SCRIPTS } from "../../kernel/scripts/system-scripts.ts";
import type { Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import { DeliveryFolder, type FoundFile, type Listing, NoFolder, type Outcome } from "./folder.ts";
import { QuietFiles } from "./quiet-files.ts";
import { claimDelivery, type DeliveryClaim, forgetDelivery, rememberDelivery } from "./records.ts";
import { addDelivered, deleteOldDelivered } from "./uploads.ts";

/** When a file that could not be dealt with is tried again. */
const RETRY_MS = 5_000;
/** A script is begun so often for a file where servers end in the middle of it; then the file has failed. */
const MAX_BEGUN = 5;
/** Of script errors in the log. */
const MAX_REASON_CHARS = 1_000;

/** The folder of one stage, and what this server knows of it. */
interface Place {
  stage: Stage;
  folder: DeliveryFolder;
  quiet: QuietFiles;
  busy: boolean;
  /** What the log has told already and is still so. */
  told: Set<string>;
}

/** How it ended: undefined where the script could not run at all. */
type Ending = { outcome: "processed" } | { outcome: "failed"; reason: string } | undefined;

/**
 * Runs GS_FILE_DELIVERED for each file that is put into the delivery folder: once a file is complete, its content is kept
 * as an uploaded file, the script runs, and the file is moved to `processed` or `failed`. Files of one stage run one
 * after the other, oldest first. Of all servers that share folder and store one has a file, by a lease that it renews;
 * another takes it over where that one ended. So the script runs at least once for a file, and what it changes of players
 * is changed once: it is one transaction with the record that it is over.
 */
export class FileDeliveries implements DomainService {
  readonly #kernel: Kernel;
  readonly #background: Background;
  readonly #places: Place[];
  #looking = false;

  constructor(kernel: Kernel) {
    const { config, log } = kernel;
    this.#kernel = kernel;
    this.#background = new Background((err) =>
      log.error({ err }, "a delivered file could not be handed to the script"),
    );
    this.#places = (config.deliveryFolder === "" ? [] : STAGES).map((stage) => ({
      stage,
      folder: new DeliveryFolder(join(config.deliveryFolder, stage)),
      quiet: new QuietFiles(config.deliveryQuietMs),
      busy: false,
      told: new Set(),
    }));
  }

  /** Begins with the files that are complete; done about every second. Costs a listing of each folder. */
  async lookAtAll(): Promise<void> {
    if (this.#background.closing) return;
    await waitForAll(this.#places.map((place) => this.#lookAt(place)));
  }

  /** A look that nobody waits for, unless one is under way: a folder on a network that hangs holds up nothing else. */
  async poll(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const over = this.lookAtAll().finally(() => {
      this.#looking = false;
    });
    this.#background.run(over);
  }

  /** Resolves when nothing of this process is under way any more. */
  settled(): Promise<void> {
    return this.#background.settled();
  }

  /** Waits up to `timeoutMs` for what is under way; a script that is cut off runs again at the next start. */
  drain(timeoutMs: number): Promise<void> {
    return this.#background.close(timeoutMs);
  }

  async #lookAt(place: Place): Promise<void> {
    if (place.busy) return;
    const listing = await this.#list(place);
    if (!listing || this.#background.closing) return;
    const complete = place.quiet.of(listing.files, this.#kernel.clock.now());
    const script = SYSTEM_SCRIPTS.fileDelivered;
    const isWanted = this.#kernel.scripts.has("system", script);
    const news = listing.refused.map(({ name, why }) => ({ file: name, why }));
    this.#tell(place, [
      ...news.map((about) => ({ ...about, message: "what is in the delivery folder is not delivered" })),
      ...(complete.length > 0 && !isWanted
        ? [
            {
              script: `system/${script}`,
              message: "files are delivered, but the game has no script for them; they wait",
            },
          ]
        : []),
    ]);
    if (complete.length === 0 || !isWanted) return;
    place.busy = true;
    const done = this.#deliver(place, complete).finally(() => {
      place.busy = false;
    });
    this.#background.run(done);
  }

  /** Undefined where the folder cannot be used, which is logged until it can. */
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

  async #deliver(place: Place, files: FoundFile[]): Promise<void> {
    const { stores, clock, log } = this.#kernel;
    const { stage } = place;
    let store: Store;
    try {
      store = await stores.open(stage);
    } catch (error) {
      for (const file of files) place.quiet.postpone(file, clock.now() + RETRY_MS);
      throw error;
    }
    for (const file of files) {
      if (this.#background.closing) return;
      try {
        const isOver = await this.#deliverOne(store, place, file);
        if (!isOver) place.quiet.postpone(file, clock.now() + RETRY_MS);
      } catch (err) {
        place.quiet.postpone(file, clock.now() + RETRY_MS);
        log.error({ err, stage, file: file.name }, "a delivered file could not be dealt with; it is tried again");
      }
    }
  }

  /** Answers false where it is to be tried again. */
  async #deliverOne(store: Store, place: Place, file: FoundFile): Promise<boolean> {
    const claim = await claimDelivery(store, file, {
      now: new Date(this.#kernel.clock.now()),
      until: this.#leaseEnd(),
    });
    if (claim === "busy") return false;
    // Its script ran before a server ended that did not come to move it.
    if (typeof claim === "string") return this.#finish(store, place, file, claim);
    const renewal = setInterval(() => this.#background.run(claim.extend(this.#leaseEnd())), this.#leaseMs / 3).unref();
    try {
      const ending = await this.#handOver(store, place, file, claim);
      if (ending === "gone") {
        await claim.drop();
        return true;
      }
      if (!ending) return false;
      const reason = ending.outcome === "failed" ? ending.reason : undefined;
      return await this.#finish(store, place, file, ending.outcome, reason);
    } finally {
      clearInterval(renewal);
    }
  }

  async #handOver(store: Store, place: Place, file: FoundFile, claim: DeliveryClaim): Promise<Ending | "gone"> {
    const { config, clock } = this.#kernel;
    const fail = async (reason: string): Promise<Ending> => {
      await claim.end(store, "failed");
      return { outcome: "failed", reason };
    };
    if (claim.begun > MAX_BEGUN) return fail(`servers ended ${MAX_BEGUN} times in the middle of the script`);
    if (file.size > config.deliveryFileBytes) return fail(`it is larger than ${config.deliveryFileBytes} bytes`);
    const bytes = await place.folder.read(file);
    if (!bytes) return "gone";
    const { text, encoding } = textOf(bytes);
    let { uploadId } = claim;
    if (uploadId === undefined) {
      uploadId = await store.transaction(async (tx) => {
        const id = await addDelivered(tx, { fileName: file.name, text }, clock.now());
        await claim.keep(tx, id);
        return id;
      });
      await deleteOldDelivered(store, config.deliveriesKept);
    }
    const uploadData = { fileName: file.name, size: file.size, ...(encoding && { encoding }) };
    let ending: Ending;
    await this.#kernel.scripts.run({
      kind: "system",
      name: SYSTEM_SCRIPTS.fileDelivered,
      stage: place.stage,
      data: { uploadId, uploadData },
      alongside: (tx, result) => {
        ending = this.#endingOf(result);
        return ending ? claim.end(tx, ending.outcome) : claim.release(tx, new Date(clock.now()));
      },
    });
    return ending;
  }

  /** The script failed by itself, or it set a script error; it did not run where no host was to be had or the server stops. */
  #endingOf({ failure, scriptErrors }: ScriptResult): Ending {
    if (failure && (failure.kind === "unavailable" || this.#background.closing)) return undefined;
    if (failure) return { outcome: "failed", reason: failure.message };
    if (Object.keys(scriptErrors).length === 0) return { outcome: "processed" };
    return { outcome: "failed", reason: JSON.stringify(scriptErrors).slice(0, MAX_REASON_CHARS) };
  }

  async #finish(store: Store, place: Place, file: FoundFile, outcome: Outcome, reason?: string): Promise<boolean> {
    const { clock, log } = this.#kernel;
    const { stage, folder } = place;
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
      await rememberDelivery(store, file, new Date(clock.now()));
      return false;
    }
    await forgetDelivery(store, file);
    const about = { stage, file: file.name, bytes: file.size, movedTo };
    if (outcome === "failed") log.error({ ...about, reason }, "a delivered file failed");
    else log.info(about, "a delivered file was processed");
    return true;
  }

  get #leaseMs(): number {
    return 10_000 + 3 * this.#kernel.config.scriptTimeoutMs;
  }

  #leaseEnd(): Date {
    return new Date(this.#kernel.clock.now() + this.#leaseMs);
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

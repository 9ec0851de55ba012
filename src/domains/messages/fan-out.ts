import { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import { type Claim, LeaseLost } from "../../jobs/claim.ts";
import type { JobEnd, JobKind } from "../../jobs/kind.ts";
import type { JobRunner } from "../../jobs/runner.ts";
import { Semaphore } from "../../queues/semaphore.ts";
import { StoreError } from "../../store/errors.ts";
import type { OutgoingDocument } from "./collections.ts";
import { CopyMaker, type CopyMakerSettings } from "./copy-maker.ts";
import type { Draft } from "./draft.ts";
import type { MessageScripts } from "./scripts.ts";

/** Outgoing messages processed at the same time: up to 16 with scripts, and 16 without. */
const AT_ONCE = 16;
/** Outgoing messages found by polling that are processed at the same time. */
const RESUMED_AT_ONCE = 16;
/** When the outgoing messages in memory exceed this, further ones wait on disk and are found by polling. */
const MAX_HELD_CHARS = 32_000_000;
/** Overhead per message and per recipient, in characters. */
const HELD_COST = 4_000;
const HELD_PLAYER_COST = 50;

export interface FanOutSettings extends Omit<CopyMakerSettings, "isClosing"> {
  jobs: Pick<JobRunner, "claimed" | "start" | "closing">;
  leaseMs: number;
  /** A message failed with an error that is not known to be transient. */
  failed(error: unknown): void;
}

/**
 * Makes the copies of outgoing messages. An outgoing message is a job, stored with its progress until the last copy is
 * made. So each player gets exactly one copy even if processes crash; scripts whose result was lost run again. If no
 * script host is free or the store fails, the job is retried. Messages to a player are sent in order, unless resumed
 * from disk.
 */
export class FanOut {
  readonly kind: JobKind<OutgoingDocument>;
  readonly #settings: FanOutSettings;
  readonly #copies: CopyMaker;
  readonly #scripted = new Semaphore(AT_ONCE);
  readonly #plain = new Semaphore(AT_ONCE);
  #heldChars = 0;

  constructor(scripts: MessageScripts, settings: FanOutSettings) {
    this.#settings = settings;
    this.#copies = new CopyMaker(scripts, { ...settings, isClosing: () => settings.jobs.closing });
    this.kind = {
      name: "message",
      collection: "outgoingMessage",
      concurrency: RESUMED_AT_ONCE,
      leaseMs: settings.leaseMs,
      retry: { firstMs: 250, mostMs: 10_000 },
      orderedBy: ({ to, done }) => to.slice(done).map((id) => id.toHexString()),
      run: (claim, { stage, isRetry }) => this.#run(claim, stage, isRetry),
    };
  }

  isScripted(draft: Draft): boolean {
    return this.#copies.isScripted(draft);
  }

  /** The document to insert in the sender's transaction: claimed by this process, or due if too much is in memory. */
  outgoing(draft: Draft, to: OutgoingDocument["to"], now: number): OutgoingDocument {
    const { jobs } = this.#settings;
    const isHeld = this.#heldChars < MAX_HELD_CHARS;
    return {
      _id: new ObjectId(),
      draft: JSON.stringify(draft),
      to,
      done: 0,
      created: new Date(now),
      ...(isHeld ? jobs.claimed(this.kind) : { due: new Date(now) }),
    };
  }

  /** Starts work on an outgoing message that is on disk, if this process has claimed it. */
  start(stage: Stage, document: OutgoingDocument): void {
    if (document.claim === undefined) return;
    const cost = HELD_COST + document.draft.length + document.to.length * HELD_PLAYER_COST;
    this.#heldChars += cost;
    void this.#settings.jobs.start(this.kind, stage, document).finally(() => {
      this.#heldChars -= cost;
    });
  }

  async #run(claim: Claim<OutgoingDocument>, stage: Stage, isRetry: boolean): Promise<JobEnd> {
    const draft = JSON.parse(claim.document.draft) as Draft;
    const slots = this.isScripted(draft) ? this.#scripted : this.#plain;
    try {
      return await slots.run(async () => {
        // Renew the claim first: if another process has taken the job, scripts must not run again here.
        if (isRetry) await claim.progress({});
        return this.#copies.run({ claim, stage, isRetry, draft });
      });
    } catch (error) {
      if (error instanceof LeaseLost || (error instanceof StoreError && error.retryable)) throw error;
      // Retries may never succeed, so let the messages behind this one overtake it.
      this.#settings.failed(error);
      await claim.release(this.#settings.leaseMs);
      return "settled";
    }
  }
}

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

/** Outgoing messages that are worked on at the same time: at most 16 with scripts, and 16 without. */
const AT_ONCE = 16;
/** Those of killed processes, and those that waited on disk, that are resumed at the same time. */
const RESUMED_AT_ONCE = 16;
/** When outgoing messages of so many characters wait in memory, what later work sends waits on disk alone. */
const MAX_HELD_CHARS = 32_000_000;
/** What each of them, and each of its players, counts beside its text. */
const HELD_COST = 4_000;
const HELD_PLAYER_COST = 50;

export interface FanOutSettings extends Omit<CopyMakerSettings, "isClosing"> {
  jobs: Pick<JobRunner, "claimed" | "start" | "closing">;
  leaseMs: number;
  /** A message failed for a reason that no retry is known to cure. */
  failed(error: unknown): void;
}

/**
 * Makes the players' copies of outgoing messages. An outgoing message is a job: on disk until its last copy is made, with
 * its progress, so each player gets one copy whatever process is killed; scripts whose result was lost run again. Where
 * no script host is free, or the store is away, it is tried again. Messages to one player go out in the order in which
 * they were sent, except those that waited on disk, which others may overtake.
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

  /** Do scripts run for this message? */
  isScripted(draft: Draft): boolean {
    return this.#copies.isScripted(draft);
  }

  /** What is written with the sender's work: claimed by this process, or where too much waits here, ready for a poll. */
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

  /** Works on an outgoing message that is on disk, where it is this process's. */
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
        // Scripts do not run again for a message that another process has claimed meanwhile.
        if (isRetry) await claim.progress({});
        return this.#copies.carryOut({ claim, stage, isRetry, draft });
      });
    } catch (error) {
      if (error instanceof LeaseLost || (error instanceof StoreError && error.retryable)) throw error;
      // No retry is known to cure it, so the messages behind it pass.
      this.#settings.failed(error);
      await claim.release(this.#settings.leaseMs);
      return "settled";
    }
  }
}

import { nanoid } from "nanoid";
import { ObjectId } from "../../bson.ts";
import type { Stage } from "../../game/game.ts";
import type { Background } from "../../jobs/background.ts";
import { backoffMs } from "../../jobs/backoff.ts";
import { Semaphore } from "../../queues/semaphore.ts";
import { StoreError } from "../../store/errors.ts";
import type { Store } from "../../store/store.ts";
import { waitForAll } from "../../wait-for-all.ts";
import { messageCollections, type OutgoingDocument } from "./collections.ts";
import { CopyMaker, type CopyMakerSettings, type Work } from "./copy-maker.ts";
import type { Draft } from "./draft.ts";
import type { MessageScripts } from "./scripts.ts";

/** Outgoing messages that are worked on at the same time: so many with scripts, and so many without. */
const AT_ONCE = 16;
/** Those that were left behind and are taken over at the same time. */
const TAKEN_OVER_AT_ONCE = 16;
/** So many characters of outgoing messages are in memory while they wait; any further ones wait on disk. */
const MAX_HELD_CHARS = 32_000_000;
/** What each of them, and each of its players, counts beside its text. */
const HELD_COST = 2_000;
const HELD_PLAYER_COST = 50;
/** Until what could not go on is tried again. */
const RETRY = { firstMs: 250, mostMs: 10_000 };

export type FanOutSettings = Omit<CopyMakerSettings, "isClosing">;

/**
 * Sees to it that outgoing messages become their players' copies. An outgoing message is on disk until its last copy is
 * made, and says how far it is, so that after a crash it is carried on from there: each player gets one copy. Scripts whose
 * result was lost with the server run again. Where no script host is to be had, or the store is away, a message waits and is
 * tried again. Messages to one player go out in the order in which they were sent, but for those that had to wait on disk,
 * of which others may be ahead.
 */
export class FanOut {
  readonly #background: Background;
  readonly #settings: FanOutSettings;
  readonly #copies: CopyMaker;
  /** Player → the end of the last outgoing message to that player. */
  readonly #last = new Map<string, Promise<void>>();
  /** What this process works on or will. */
  readonly #held = new Map<string, Work>();
  #heldChars = 0;
  #takenOver = 0;
  readonly #scripted = new Semaphore(AT_ONCE);
  readonly #plain = new Semaphore(AT_ONCE);
  /** In the store, what this process works on has this name. */
  readonly #me = nanoid();

  constructor(scripts: MessageScripts, background: Background, settings: FanOutSettings) {
    this.#background = background;
    this.#settings = settings;
    this.#copies = new CopyMaker(scripts, { ...settings, isClosing: () => background.closing });
  }

  /** Do scripts run for this message? */
  isScripted(draft: Draft): boolean {
    return this.#copies.isScripted(draft);
  }

  /** What is written with the sender's work. */
  outgoing(draft: Draft, to: OutgoingDocument["to"], now: number): OutgoingDocument {
    const due = new Date(now + this.#settings.leaseMs);
    return {
      _id: new ObjectId(),
      draft: JSON.stringify(draft),
      to,
      done: 0,
      created: new Date(now),
      due,
      by: this.#me,
    };
  }

  /** Works on an outgoing message that is on disk. */
  start(store: Store, stage: Stage, document: OutgoingDocument): void {
    if (this.#background.closing || this.#heldChars >= MAX_HELD_CHARS) return;
    this.#background.run(this.#hold({ store, stage, document, failures: 0 }));
  }

  /**
   * Takes over what nobody works on any more, and resolves when that is done. One indexed read where there is nothing. It is
   * safe to call it while it is under way.
   */
  async resume(store: Store, stage: Stage): Promise<void> {
    const begun = new Set<Promise<void>>();
    const failures: unknown[] = [];
    while (!this.#background.closing) {
      if (this.#takenOver >= TAKEN_OVER_AT_ONCE) {
        if (begun.size === 0) break;
        await Promise.race(begun);
        continue;
      }
      const document = await this.#takeOver(store);
      if (!document) break;
      const held = this.#held.get(document._id.toHexString());
      if (held) {
        held.document = { ...held.document, due: document.due };
        continue;
      }
      this.#takenOver += 1;
      const done: Promise<void> = this.#hold({ store, stage, document, failures: 0 })
        .catch((error) => void failures.push(error))
        .finally(() => {
          this.#takenOver -= 1;
          begun.delete(done);
        });
      begun.add(done);
    }
    await waitForAll(begun);
    if (failures.length > 0) throw failures[0];
  }

  async #takeOver(store: Store): Promise<OutgoingDocument | null> {
    const { outgoing } = messageCollections(store);
    const over = { due: { $lte: new Date(this.#settings.now()) } };
    if (!(await outgoing.findOne(over, { projection: { _id: 1 } }))) return null;
    const mine = { $set: { due: this.#due(), by: this.#me } };
    return outgoing.findOneAndUpdate(over, mine, { sort: { due: 1 }, returnDocument: "after" });
  }

  /** Works on a message when those before it to the same players are done. */
  async #hold(work: Work): Promise<void> {
    const { document } = work;
    const players = document.to.slice(document.done).map((id) => id.toHexString());
    const before = new Set(players.map((player) => this.#last.get(player)));
    const cost = HELD_COST + document.draft.length + document.to.length * HELD_PLAYER_COST;
    const key = document._id.toHexString();
    this.#held.set(key, work);
    this.#heldChars += cost;
    const done = Promise.all(before).then(() => this.#toItsEnd(work));
    const settled = done.catch(() => {});
    for (const player of players) this.#last.set(player, settled);
    try {
      await done;
    } finally {
      this.#held.delete(key);
      this.#heldChars -= cost;
      for (const player of players) if (this.#last.get(player) === settled) this.#last.delete(player);
    }
  }

  /** Tries until it is done. What a stopping server leaves is anybody's at once. */
  async #toItsEnd(work: Work): Promise<void> {
    const slots = this.isScripted(JSON.parse(work.document.draft) as Draft) ? this.#scripted : this.#plain;
    while (!this.#background.closing) {
      const before = stepOf(work.document);
      if (await slots.run(() => this.#try(work))) return;
      work.failures = stepOf(work.document) === before ? work.failures + 1 : 1;
      await this.#background.pause(backoffMs(work.failures, RETRY));
    }
    await this.#leave(work, work.document.created);
  }

  /** True where there is nothing left to do here. */
  async #try(work: Work): Promise<boolean> {
    try {
      const isLate = work.document.due.getTime() <= this.#settings.now();
      if ((work.failures > 0 || isLate) && !(await this.#takeAgain(work))) return true;
      if ((await this.#copies.carryOut(work)) === "done") return true;
      await this.#leave(work, this.#due());
    } catch (error) {
      if (!(error instanceof StoreError && error.retryable)) throw error;
      if (work.failures === 0) this.#background.tell(error);
    }
    return false;
  }

  /** Reads the message anew; false where it is gone, or somebody else has taken it over. */
  async #takeAgain(work: Work): Promise<boolean> {
    const free = { $or: [{ by: this.#me }, { due: { $lte: new Date(this.#settings.now()) } }] };
    const taken = await messageCollections(work.store).outgoing.findOneAndUpdate(
      { _id: work.document._id, ...free },
      { $set: { due: this.#due(), by: this.#me } },
      { returnDocument: "after" },
    );
    if (taken) work.document = taken;
    return taken !== null;
  }

  /** Nobody else takes the message over before `due`. */
  async #leave(work: Work, due: Date): Promise<void> {
    const mine = { _id: work.document._id, by: this.#me };
    await messageCollections(work.store).outgoing.updateOne(mine, { $set: { due } });
    work.document = { ...work.document, due };
  }

  #due(): Date {
    return new Date(this.#settings.now() + this.#settings.leaseMs);
  }
}

/** Grows with whatever is done. */
function stepOf({ done, scripted }: OutgoingDocument): number {
  return done + (scripted === undefined ? 0 : 1);
}

import { nanoid } from "nanoid";
import { isDuplicateKey } from "../store/errors.ts";
import type { Documents, Store } from "../store/store.ts";
import type { Services } from "./call.ts";
import { type DurableRequestDocument, durableRequests } from "./durable-documents.ts";
import { ClaimLost, DurableJournal, type JournaledClaim } from "./durable-journal.ts";

/** A claim that is not renewed for so long has expired: its process ended, or stands still. */
const LEASE_MS = 5_000;
const DAY_MS = 86_400_000;

/**
 * The claim of one attempt at a durable request. It is on disk before scripts run, so that a server that gets the repeat
 * knows, and every write of the attempt is made in one transaction with a check of the claim. So a claim that expired
 * too early, as clocks differ or a process stood still, makes nothing happen twice.
 */
export class Claim implements JournaledClaim {
  readonly id: string;
  /** Of this attempt alone: what a timed-out script still has under way is no longer written once it has ended. */
  readonly owner = nanoid();
  readonly journal: DurableJournal;
  readonly #services: Pick<Services, "clock" | "config">;
  readonly #store: Store;
  #held = false;
  #lost = false;
  #renewal: NodeJS.Timeout | undefined;

  constructor(services: Pick<Services, "clock" | "config">, store: Store, id: string) {
    this.#services = services;
    this.#store = store;
    this.id = id;
    this.journal = new DurableJournal(this);
  }

  get held(): boolean {
    return this.#held;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** When what is kept of the request is forgotten. */
  get expires(): Date {
    return new Date(this.#services.clock.now() + this.#services.config.durableRequestDays * DAY_MS);
  }

  /** What a claim adds to the document. */
  get lease(): { owner: string; lease: Date } {
    return { owner: this.owner, lease: new Date(this.#services.clock.now() + LEASE_MS) };
  }

  /**
   * Whether the request may be claimed. The embedded store is opened by one process, in which repeats wait for each other:
   * a claim that is found there is of a process that has ended.
   */
  mayTake({ owner, lease }: Pick<DurableRequestDocument, "owner" | "lease">): boolean {
    const { clock, config } = this.#services;
    return owner === undefined || config.mongodbUrl === "" || lease === undefined || lease.getTime() <= clock.now();
  }

  /**
   * Claims the request: one insert where it is new; else a read, an update and a read of what its scripts did. Undefined
   * where somebody else has claimed or answered it.
   */
  async take(): Promise<Pick<DurableRequestDocument, "outcome"> | undefined> {
    const requests = durableRequests(this.#store);
    const { id: _id, expires, lease } = this;
    try {
      await requests.insertOne({ _id, answered: false, expires, ...lease });
      this.#hold();
      return {};
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    const found = await requests.findOne({ _id });
    if (!found || found.answered || !this.mayTake(found)) return undefined;
    const same = { _id, answered: false, owner: found.owner ?? null, lease: found.lease ?? null };
    const taken = await requests.findOneAndUpdate(same, { $set: { ...lease, expires } }, { returnDocument: "after" });
    if (!taken) return undefined;
    this.#hold();
    await this.journal.load(this.#store, taken.outcome === undefined ? "before" : "after");
    return taken;
  }

  /** The outcome was written with the claim in it: the response script runs under it. */
  outcomeKept(answered: boolean): void {
    this.journal.clear();
    if (answered) this.#stop();
    else this.#hold();
  }

  /** Renews the claim in a transaction, so that what is written beside it is written only by who has it. One update. */
  async check(tx: Documents, kept?: Pick<DurableRequestDocument, "outcome" | "answered">): Promise<void> {
    const { owner, lease } = this.lease;
    const update = kept?.answered ? { $set: kept, $unset: { owner: "", lease: "" } } : { $set: { lease, ...kept } };
    const { matchedCount } = await durableRequests(tx).updateOne({ _id: this.id, owner }, update);
    if (matchedCount === 0) this.lose("another server has taken it over.");
  }

  /** This attempt can write nothing more. */
  lose(why: string): never {
    this.#lost = true;
    throw new ClaimLost(why);
  }

  /** The attempt has ended. Where it left no answer, the next one may begin at once. */
  async release(): Promise<void> {
    if (!this.#held) return;
    this.#stop();
    const mine = { _id: this.id, owner: this.owner };
    // Where it fails, the claim expires.
    await durableRequests(this.#store)
      .updateOne(mine, { $unset: { owner: "", lease: "" } })
      .catch(() => {});
  }

  #hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#renewal = setInterval(() => {
      const mine = { _id: this.id, owner: this.owner };
      durableRequests(this.#store)
        .updateOne(mine, { $set: { lease: this.lease.lease } })
        .catch(() => {});
    }, LEASE_MS / 3).unref();
  }

  #stop(): void {
    this.#held = false;
    clearInterval(this.#renewal);
  }
}

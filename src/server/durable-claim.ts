import { nanoid } from "nanoid";
import { isDuplicateKey } from "../store/errors.ts";
import type { Documents, Store } from "../store/store.ts";
import type { Services } from "./call.ts";
import { type DurableRequestDocument, durableRequests } from "./durable-documents.ts";
import { ClaimLost, DurableJournal, type JournaledClaim } from "./durable-journal.ts";

/** A claim expires if it is not renewed for this long, because its process ended or is stalled. */
const LEASE_MS = 5_000;
const DAY_MS = 86_400_000;

/**
 * One attempt's claim on a durable request, stored before scripts run. Every write of the attempt checks the claim in
 * the same transaction, so even a claim that expires too early cannot cause anything to happen twice.
 */
export class Claim implements JournaledClaim {
  readonly id: string;
  /** Unique to this attempt, so that writes of a timed-out script are rejected once the attempt has ended. */
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

  get expires(): Date {
    return new Date(this.#services.clock.now() + this.#services.config.durableRequestDays * DAY_MS);
  }

  /** The members of a claimed document. */
  get lease(): { owner: string; lease: Date } {
    return { owner: this.owner, lease: new Date(this.#services.clock.now() + LEASE_MS) };
  }

  /**
   * With the embedded store, repeats wait for each other in the one process, so a stored claim is left over from a
   * crash.
   */
  isFree({ owner, lease }: Pick<DurableRequestDocument, "owner" | "lease">): boolean {
    const { clock, config } = this.#services;
    return owner === undefined || config.mongodbUrl === "" || lease === undefined || lease.getTime() <= clock.now();
  }

  /**
   * One insert for a new request, otherwise a read, an update and a read of the journal. Undefined if claimed or
   * answered.
   */
  async acquire(): Promise<Pick<DurableRequestDocument, "outcome"> | undefined> {
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
    if (!found || found.answered || !this.isFree(found)) return undefined;
    const same = { _id, answered: false, owner: found.owner ?? null, lease: found.lease ?? null };
    const claimed = await requests.findOneAndUpdate(same, { $set: { ...lease, expires } }, { returnDocument: "after" });
    if (!claimed) return undefined;
    this.#hold();
    await this.journal.load(this.#store, claimed.outcome === undefined ? "before" : "after");
    return claimed;
  }

  /** The outcome is stored; the response script runs under the claim. */
  outcomeKept(answered: boolean): void {
    this.journal.clear();
    if (answered) this.#stop();
    else this.#hold();
  }

  async check(tx: Documents, kept?: Pick<DurableRequestDocument, "outcome" | "answered">): Promise<void> {
    const { owner, lease } = this.lease;
    const update = kept?.answered ? { $set: kept, $unset: { owner: "", lease: "" } } : { $set: { lease, ...kept } };
    const { matchedCount } = await durableRequests(tx).updateOne({ _id: this.id, owner }, update);
    if (matchedCount === 0) this.lose("another server has claimed over the request.");
  }

  lose(why: string): never {
    this.#lost = true;
    throw new ClaimLost(why);
  }

  /** Ends the attempt. If it stored no answer, the next attempt may start immediately. */
  async release(): Promise<void> {
    if (!this.#held) return;
    this.#stop();
    const mine = { _id: this.id, owner: this.owner };
    // If this fails, the claim expires.
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

import { nanoid } from "nanoid";
import type { Clock } from "../clock.ts";
import type { Document, Documents, Filter, Store, Update } from "../store/store.ts";

/** The members of a job's document that the job runner uses. The others belong to the domain. */
export interface JobDocument extends Document {
  _id: unknown;
  /** When the job is due. While it is claimed: when the lease expires, so that another process may claim it. */
  due?: Date;
  /** The token of the current claim, which fences off earlier claims. Absent while the job is not claimed. */
  claim?: string;
  /** Number of claims since the job last made progress, and how many of them do not count towards giving up. */
  attempts?: number;
  freeAttempts?: number;
}

/** Another process claimed the job, or it was deleted. The transaction is rolled back. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

export interface Lease {
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** The members of a document that is inserted already claimed by this process. */
export function claimedFrom(now: number, leaseMs: number): { due: Date; claim: string; attempts: number } {
  return { due: new Date(now + leaseMs), claim: nanoid(), attempts: 1 };
}

/**
 * The right to work on a job until it is settled or the lease expires. Settle it once, with `finish`, `reschedule` or
 * `release`. Each is one write by `_id`; pass the transaction of the job's own writes so that both happen or neither
 * does. Each throws LeaseLost if another process has claimed the job.
 */
export class Claim<T extends JobDocument = JobDocument> {
  readonly store: Store;
  /** The document as claimed. After `progress` has been committed, the run replaces it. */
  document: T;
  readonly #collection: string;
  readonly #lease: Lease;
  readonly #lost = new AbortController();
  #token: string;

  constructor(store: Store, collection: string, document: T, lease: Lease) {
    if (document.claim === undefined) throw new Error("The document is not claimed.");
    this.store = store;
    this.document = document;
    this.#collection = collection;
    this.#lease = lease;
    this.#token = document.claim;
  }

  /** Since the last progress, including this claim. */
  get attempts(): number {
    return this.document.attempts ?? 1;
  }

  /** Attempts that count towards giving up. */
  get countedAttempts(): number {
    return this.attempts - (this.document.freeAttempts ?? 0);
  }

  /** Aborted if a renewal finds that another process has claimed the job. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The job is done: deletes its document. */
  async finish(tx: Documents = this.store): Promise<void> {
    const { deletedCount } = await tx.collection(this.#collection).deleteOne(this.#mine);
    if (deletedCount === 0) throw this.#leaseLost();
  }

  /** Makes the job due again at `due`, resets its attempts and applies the domain's own changes. */
  async reschedule(due: Date, update: Update = {}, tx: Documents = this.store): Promise<void> {
    await this.#update(tx, merged(update, { $set: { due }, $unset: { claim: "", attempts: "", freeAttempts: "" } }));
  }

  /** Saves progress, renews the lease and resets the attempts. The caller then replaces `document`. */
  async progress(update: Update, tx: Documents = this.store): Promise<void> {
    await this.#update(tx, merged(update, { $set: { due: this.#leaseEnd(), attempts: 1, freeAttempts: 0 } }));
  }

  /** Releases the job, due after `ms`. With `isFree`, the attempt does not count. */
  async release(ms: number, { isFree = false }: { isFree?: boolean } = {}): Promise<void> {
    const due = new Date(this.#lease.clock.now() + ms);
    await this.#update(this.store, {
      $set: { due },
      $unset: { claim: "" },
      ...(isFree && { $inc: { freeAttempts: 1 } }),
    });
  }

  /** Changes if this process claims the job again. */
  get token(): string {
    return this.#token;
  }

  /** This process claimed the job again: use the newer token. */
  adopt(document: T): void {
    this.#token = document.claim!;
  }

  /** Renews the lease until the returned function is called. `failed` receives store errors. */
  keep(failed: (error: unknown) => void): () => void {
    const renew = async () => {
      const mine = this.#mine;
      const { matchedCount } = await this.#jobs.updateOne(mine, { $set: { due: this.#leaseEnd() } });
      if (matchedCount === 0 && mine.claim === this.#token) this.#lost.abort(this.#leaseLost());
    };
    const timer = setInterval(() => renew().catch(failed), this.#lease.leaseMs / 3).unref();
    return () => clearInterval(timer);
  }

  get #jobs() {
    return this.store.collection(this.#collection);
  }

  get #mine() {
    return { _id: this.document._id, claim: this.#token };
  }

  #leaseEnd(): Date {
    return new Date(this.#lease.clock.now() + this.#lease.leaseMs);
  }

  async #update(tx: Documents, update: Update): Promise<void> {
    const { matchedCount } = await tx.collection(this.#collection).updateOne(this.#mine, update);
    if (matchedCount === 0) throw this.#leaseLost();
  }

  #leaseLost(): LeaseLost {
    const message = `Job ${String(this.document._id)} of ${this.#collection} was claimed by another process or deleted.`;
    return new LeaseLost(message);
  }
}

/** A job that is due, or soon will be. */
export interface DueJob {
  _id: unknown;
  due: Date;
}

/** The jobs that match `filter` and are due by `until`, those that have been due longest first. Costs one indexed read. */
export function findDue(
  store: Store,
  collection: string,
  { filter, until, limit }: { filter: Filter; until: number; limit: number },
): Promise<DueJob[]> {
  const ready = { ...filter, due: { $lte: new Date(until) } };
  return store
    .collection<DueJob & Document>(collection)
    .find(ready, { sort: { due: 1 }, limit, projection: { due: 1 } })
    .toArray();
}

/**
 * Claims a job that was found due, applying `update` in the same write. Returns undefined if another process was faster, or
 * it no longer matches `filter`.
 */
export async function claimDue<T extends JobDocument>(
  store: Store,
  collection: string,
  { _id, due: was }: DueJob,
  { filter, update, ...lease }: Lease & { filter: Filter; update: Update },
): Promise<Claim<T> | undefined> {
  const { due, claim } = claimedFrom(lease.clock.now(), lease.leaseMs);
  const document = await store
    .collection<T>(collection)
    .findOneAndUpdate(
      Object.keys(filter).length > 0 ? { $and: [{ _id, due: was }, filter] } : { _id, due: was },
      { ...merged(update, { $set: { due, claim } }), $inc: { attempts: 1 } },
      { returnDocument: "after" },
    );
  return document ? new Claim(store, collection, document, lease) : undefined;
}

function merged(update: Update, own: Record<"$set", Document> & { $unset?: Document }): Update {
  const { $set = {}, $unset = {}, ...others } = update as { $set?: Document; $unset?: Document };
  const unset = { ...$unset, ...own.$unset };
  return { ...others, $set: { ...$set, ...own.$set }, ...(Object.keys(unset).length > 0 && { $unset: unset }) };
}

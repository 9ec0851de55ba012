import { CallLimitError } from "../kernel/scripts/errors.ts";
import type { CallJournal, CallRecord } from "../kernel/scripts/journal.ts";
import { isDuplicateKey } from "../store/errors.ts";
import type { Documents, Store, Writable } from "../store/store.ts";
import { durableCalls, durableRequests } from "./durable-documents.ts";

const MOST_CHARS = 16_777_216;

/** The attempt has lost its claim; nothing was written. */
export class ClaimLost extends Error {
  override name = "ClaimLost";
}

export interface JournaledClaim {
  readonly id: string;
  readonly expires: Date;
  check(tx: Documents): Promise<void>;
  lose(why: string): never;
}

/** The journal of a claimed durable request. Each write adds an update of the claim and an insert. */
export class DurableJournal implements CallJournal {
  readonly #claim: JournaledClaim;
  /** The first `#saved` records are on disk or being written. */
  #records: CallRecord[] = [];
  #saved = 0;
  #chars = 0;
  /** Before: scripts up to the outcome. After: the response script. */
  #part: "before" | "after" = "before";
  position = 0;

  constructor(claim: JournaledClaim) {
    this.#claim = claim;
  }

  async load(store: Store, part: "before" | "after"): Promise<void> {
    this.#part = part;
    const found = await durableCalls(store)
      .find({ request: this.#claim.id }, { sort: { n: 1 } })
      .toArray();
    this.#records = found.map(({ about, answer, flushed }) => ({
      about,
      ...(answer !== undefined && { answer }),
      ...(flushed && { flushed }),
    }));
    this.#saved = this.#records.length;
    this.position = 0;
  }

  replay(about: string): (CallRecord & { answer: string }) | undefined {
    const record = this.#records[this.position];
    if (record === undefined) return undefined;
    if (record.about !== about) {
      throw notRepeatable(`it calls ${about}, but called ${record.about} before the interruption.`);
    }
    const { answer } = record;
    if (answer === undefined) throw notRepeatable(`the result of ${about} was not stored.`);
    this.position += 1;
    return { ...record, answer };
  }

  note(record: CallRecord): void {
    const kept = this.#bounded(record);
    this.#records.push(kept);
    this.#chars += kept.answer?.length ?? 0;
    this.position = this.#records.length;
  }

  async write(
    writable: Pick<Writable, "transaction">,
    work: (tx: Documents) => Promise<CallRecord>,
  ): Promise<CallRecord> {
    try {
      const record = await writable.transaction(async (tx) => {
        await this.#claim.check(tx);
        const done = await work(tx);
        await this.#save(tx, [...this.#records.slice(this.#saved), this.#bounded(done)]);
        return done;
      });
      this.note(record);
      this.#saved = this.#records.length;
      return record;
    } catch (error) {
      throw error instanceof ClaimLost ? notRepeatable(error.message) : error;
    }
  }

  rewind(position: number): void {
    this.#records.length = Math.max(this.#saved, Math.min(position, this.#records.length));
    this.position = position;
    this.#chars = this.#records.reduce((sum, { answer = "" }) => sum + answer.length, 0);
  }

  idOfNested(): string {
    return this.#idOfNested(this.position);
  }

  /** Deletes the stored records, together with the outcome. Does nothing if there are none. */
  async delete(tx: Documents): Promise<void> {
    if (this.#saved === 0) return;
    await durableCalls(tx).deleteMany({ request: this.#claim.id });
    const nested = this.#records.flatMap(({ about }, n) => (about === "request.send" ? [this.#idOfNested(n)] : []));
    if (nested.length > 0) await durableRequests(tx).deleteMany({ _id: { $in: nested } });
  }

  /** The outcome is stored; the scripts that follow have their own journal. */
  clear(): void {
    this.#records = [];
    this.#saved = 0;
    this.#chars = 0;
    this.#part = "after";
    this.position = 0;
  }

  /** Cannot collide with a player's request, whose id starts with the player's 24 hex digits. */
  #idOfNested(n: number): string {
    return `${this.#part}-${n}/${this.#claim.id}`;
  }

  async #save(tx: Documents, records: CallRecord[]): Promise<void> {
    const { id: request, expires } = this.#claim;
    const documents = records.map((record, index) => ({ request, n: this.#saved + index, ...record, expires }));
    try {
      await durableCalls(tx).insertMany(documents);
    } catch (error) {
      // A write that seemed to fail was committed. Only the next attempt can read its result.
      if (!isDuplicateKey(error)) throw error;
      this.#claim.lose("a write that seemed to fail was committed.");
    }
  }

  #bounded(record: CallRecord): CallRecord {
    const { answer = "", ...rest } = record;
    if (this.#chars + answer.length > MOST_CHARS) return rest;
    return record;
  }
}

function notRepeatable(why: string): CallLimitError {
  return new CallLimitError("not-repeatable", `The script of a durable request cannot be resumed: ${why}`);
}

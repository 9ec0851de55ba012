import { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import type { Document, Store } from "../../store/store.ts";
import type { LogLevel } from "./levels.ts";

/** One line that a script wrote, or that tells how it failed. */
export interface LogLine {
  level: LogLevel;
  message: unknown;
  /** Kind and short code: `event/SCORE`. */
  script: string;
  runId: string;
  playerId?: string | undefined;
  file?: string | undefined;
  line?: number | undefined;
}

export interface LogLinesOptions {
  clock: Clock;
  /** Lines that are kept of each stage; 0: none. */
  kept: number;
  failed: (error: unknown) => void;
}

/**
 * The runtime collection `log`, as GameSparks called it, with what a script logged as `log`. A game's own documents in it
 * are left alone.
 */
export const SCRIPT_LOG = "script.log";
const DAYS = 30;
const DAY_MS = 86_400_000;
const FLUSH_MS = 1_000;
/** Written at once: lines, and about as many characters; more would keep the event loop from others. */
const BATCH = 500;
const BATCH_CHARS = 32_768;
/** Of what is to be kept, so much more may be there of each server. */
const SPARE = 0.1;
/** Deleted at once. */
const TRIMMED = 50;
const MAX_WAITING = 5_000;
const MAX_WAITING_CHARS = 16_777_216;
const MAX_DEPTH = 20;

/**
 * Keeps the lines of scripts in the store, for 30 days and up to a number, so that scripts and operators can read them.
 * Nobody waits for it: lines are written a second later, up to 500 in one insert. Where more come than can be written,
 * some are left out, and a line tells how many. For each server that writes there are at most a tenth more than are to be
 * kept, and what is deleted leaves as many.
 */
export class LogLines {
  readonly #options: LogLinesOptions;
  readonly #queues = new Map<Store, Queue>();

  constructor(options: LogLinesOptions) {
    this.#options = options;
  }

  add(store: Store, line: LogLine): void {
    if (this.#options.kept === 0) return;
    let queue = this.#queues.get(store);
    if (!queue) {
      queue = new Queue(store, this.#options);
      this.#queues.set(store, queue);
    }
    queue.add(line);
  }

  /** Writes what waits of a stage, for somebody who is about to read it. */
  async flush(store: Store): Promise<void> {
    await this.#queues.get(store)?.flush();
  }

  /** Writes what waits; where the store is away it is tried once. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}

/** The lines of one stage. */
class Queue {
  readonly #store: Store;
  readonly #options: LogLinesOptions;
  #waiting: { document: Document; chars: number }[] = [];
  #chars = 0;
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #closing = false;
  /** Lines that were written since the oldest were looked for; undefined: they never were. */
  #written: number | undefined;

  constructor(store: Store, options: LogLinesOptions) {
    this.#store = store;
    this.#options = options;
  }

  add(line: LogLine): void {
    const text = typeof line.message === "string" ? line.message : JSON.stringify(line.message);
    const chars = text?.length ?? 0;
    if (this.#waiting.length >= MAX_WAITING || this.#chars + chars > MAX_WAITING_CHARS) {
      this.#leftOut++;
      return;
    }
    this.#chars += chars;
    this.#waiting.push({ document: this.#documentOf(line), chars });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes what waits now, and what came while it was being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.flush();
    this.#closing = false;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#nextBatch();
      if (this.#waiting.length === 0 && this.#leftOut > 0) lines.push(this.#leftOutLine());
      try {
        await this.#store.collection(SCRIPT_LOG).insertMany(lines);
        await this.#trim(lines.length);
      } catch (error) {
        this.#options.failed(error);
        if (this.#closing) this.#giveUp();
      }
    }
  }

  #giveUp(): void {
    this.#leftOut += this.#waiting.length;
    this.#waiting = [];
    this.#chars = 0;
  }

  #nextBatch(): Document[] {
    let chars = 0;
    let count = 0;
    while (count < Math.min(BATCH, this.#waiting.length) && chars < BATCH_CHARS) chars += this.#waiting[count++]!.chars;
    this.#chars -= chars;
    return this.#waiting.splice(0, count).map(({ document }) => document);
  }

  #leftOutLine(): Document {
    const message = `${this.#leftOut} lines were left out: more came than could be written.`;
    this.#leftOut = 0;
    return this.#documentOf({ level: "warn", message, script: "", runId: "" });
  }

  #documentOf({ level, message, playerId, ...rest }: LogLine): Document {
    const now = this.#options.clock.now();
    return {
      _id: new ObjectId(),
      time: new Date(now),
      level: level.toUpperCase(),
      log: isStorable(message) ? message : JSON.stringify(message),
      playerId: playerId ?? null,
      ...rest,
      keptUntil: new Date(now + DAYS * DAY_MS),
    };
  }

  /**
   * Deletes the oldest lines, a few at a time, each time that a tenth of what is to be kept was written here. Which they are
   * is told from the newest, so that several servers that do it at once leave what is to be kept. Reads what is kept.
   */
  async #trim(written: number): Promise<void> {
    const { kept } = this.#options;
    const lines = this.#store.collection(SCRIPT_LOG);
    const isLine = { keptUntil: { $exists: true } };
    const ids = { projection: { _id: 1 } } as const;
    this.#written = this.#written === undefined ? kept : this.#written + written;
    if (this.#written <= kept * SPARE) return;
    this.#written = 0;
    const [newestOld] = await lines.find(isLine, { ...ids, sort: { _id: -1 }, skip: kept, limit: 1 }).toArray();
    if (!newestOld) return;
    const isOld = { ...isLine, _id: { $lte: newestOld["_id"] } };
    for (;;) {
      const found = await lines.find(isOld, { ...ids, sort: { _id: 1 }, limit: TRIMMED }).toArray();
      if (found.length === 0) return;
      await lines.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
    }
  }
}

/** What some engine takes for a type of its own or an operator, or cannot keep at all. */
const UNSTORABLE = /^(?:__proto__|_bsontype|)$|^\$|[.\0]/;

/** Whether every engine keeps a value as it is: names of members mean something to some. */
function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isStorable(item, depth + 1));
  return Object.entries(value).every(([name, member]) => !UNSTORABLE.test(name) && isStorable(member, depth + 1));
}

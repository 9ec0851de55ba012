import { countArgument, queryArgument } from "../realm/arguments.ts";
import { decode } from "../realm/dates.ts";
import { askHost, callHost } from "../realm/host.ts";
import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** Sizes of the first batch and of later ones. */
const FIRST_BATCH = 100;
const BATCH = 1_000;

/**
 * The results of a query, fetched in batches of 100, then 1,000. `sort`, `limit` and `skip` must be called before the
 * first document is read. As a value, such as for `Spark.setScriptData`, it is the array of its documents.
 */
export class SparkMongoCursor {
  readonly #where: string;
  readonly #query: string;
  readonly #fields: string;
  #sort = "null";
  #limit = 0;
  #skip = 0;
  #started = false;
  /** The server's cursor id for further documents; 0: none. */
  #open = 0;
  #piece: unknown[] = [];
  #position = 0;
  #current: unknown = null;

  /** @param where JSON of namespace and collection, each preceded by a comma */
  constructor(where: string, query: string, fields: string) {
    this.#where = where;
    this.#query = query;
    this.#fields = fields;
  }

  /** Limits the number of documents; 0: no limit. The sign is ignored. */
  limit(count: number): SparkMongoCursor {
    const limit = countArgument("SparkMongoCursor.limit", "count", count, -2_147_483_647);
    this.#limit = limit < 0 ? -limit : limit;
    return this.#untouched("limit");
  }

  /** Skips documents; a negative number skips none. */
  skip(count: number): SparkMongoCursor {
    const skip = countArgument("SparkMongoCursor.skip", "count", count, -2_147_483_647);
    this.#skip = skip < 0 ? 0 : skip;
    return this.#untouched("skip");
  }

  /** Sets the sort order: `{level: -1, name: 1}`. */
  sort(orderBy: object): SparkMongoCursor {
    this.#sort = queryArgument("SparkMongoCursor.sort", "orderBy", orderBy);
    return this.#untouched("sort");
  }

  /** The number of documents, subject to `limit` and `skip`. */
  size(): number {
    return askHost("collection.count", `${this.#where},${this.#query},${this.#skip},${this.#limit}`) as number;
  }

  /** The number of documents that match the query, regardless of `limit` and `skip`. */
  count(): number {
    return askHost("collection.count", `${this.#where},${this.#query},0,0`) as number;
  }

  /** Whether there is another document. */
  hasNext(): boolean {
    liveRun();
    if (!this.#started) this.#start();
    while (this.#position >= this.#piece.length) {
      if (this.#open === 0) return false;
      this.#take("cursor.next", `,${this.#open},${BATCH}`);
    }
    return true;
  }

  /** The next document. Throws if there is none; see `hasNext`. */
  next(): unknown {
    if (!this.hasNext()) throw new OriginalError("SparkMongoCursor.next: there is no further document.");
    this.#current = this.#piece[this.#position++];
    return this.#current;
  }

  /** The document that `next` last returned, or null. */
  curr(): unknown {
    liveRun();
    return this.#current;
  }

  /** The remaining documents, as an array. */
  toArray(): unknown[] {
    const all: unknown[] = [];
    let count = 0;
    while (this.hasNext()) all[count++] = this.next();
    return all;
  }

  toJSON(): unknown[] {
    return this.toArray();
  }

  #start(): void {
    const options = `,${this.#fields},${this.#sort},${this.#skip},${this.#limit},${FIRST_BATCH}`;
    this.#take("collection.find", `${this.#where},${this.#query}${options}`);
    this.#started = true;
  }

  #take(call: string, args: string): void {
    const piece = decode(callHost(call, `${args},${liveRun().maintainDates}`)) as {
      documents: unknown[];
      more: number;
    };
    this.#piece = piece.documents;
    this.#open = piece.more;
    this.#position = 0;
  }

  #untouched(method: string): SparkMongoCursor {
    liveRun();
    if (this.#started) throw new OriginalError(`SparkMongoCursor.${method} must be called before a document is read.`);
    return this;
  }
}

import { countArgument, queryArgument } from "../realm/arguments.ts";
import { decode } from "../realm/dates.ts";
import { askHost, callHost } from "../realm/host.ts";
import { OriginalError } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";

/** Documents of the first piece, and of each later one. */
const FIRST_PIECE = 100;
const PIECE = 1_000;

/**
 * The documents that a query finds, fetched in pieces of up to 100 and then 1,000. `sort`, `limit` and `skip` count until
 * the first document is read. Given as a value, such as to `Spark.setScriptData`, it is an array of its documents.
 */
export class SparkMongoCursor {
  readonly #where: string;
  readonly #query: string;
  readonly #fields: string;
  #sort = "null";
  #limit = 0;
  #skip = 0;
  #started = false;
  /** The server's number of what is still to be fetched; 0: nothing. */
  #open = 0;
  #piece: unknown[] = [];
  #position = 0;
  #current: unknown = null;

  /** @param where JSON of the namespace and the collection, each after a comma */
  constructor(where: string, query: string, fields: string) {
    this.#where = where;
    this.#query = query;
    this.#fields = fields;
  }

  /** At most so many documents; 0 means all, and a number below zero what it means without its sign. */
  limit(count: number): SparkMongoCursor {
    const limit = countArgument("SparkMongoCursor.limit", "count", count, -2_147_483_647);
    this.#limit = limit < 0 ? -limit : limit;
    return this.#untouched("limit");
  }

  /** Leaves out so many documents; a number below zero leaves out none. */
  skip(count: number): SparkMongoCursor {
    const skip = countArgument("SparkMongoCursor.skip", "count", count, -2_147_483_647);
    this.#skip = skip < 0 ? 0 : skip;
    return this.#untouched("skip");
  }

  /** The order: `{level: -1, name: 1}`. */
  sort(orderBy: object): SparkMongoCursor {
    this.#sort = queryArgument("SparkMongoCursor.sort", "orderBy", orderBy);
    return this.#untouched("sort");
  }

  /** How many documents there are within `limit` and `skip`. */
  size(): number {
    return askHost("collection.count", `${this.#where},${this.#query},${this.#skip},${this.#limit}`) as number;
  }

  /** How many documents the query finds, whatever `limit` and `skip` are. */
  count(): number {
    return askHost("collection.count", `${this.#where},${this.#query},0,0`) as number;
  }

  /** Is there another document? */
  hasNext(): boolean {
    liveRun();
    if (!this.#started) this.#start();
    while (this.#position >= this.#piece.length) {
      if (this.#open === 0) return false;
      this.#take("cursor.next", `,${this.#open},${PIECE}`);
    }
    return true;
  }

  /** The next document. Throws where there is none: `hasNext` tells. */
  next(): unknown {
    if (!this.hasNext()) throw new OriginalError("SparkMongoCursor.next: there is no further document.");
    this.#current = this.#piece[this.#position++];
    return this.#current;
  }

  /** The document that `next` answered last; null before the first. */
  curr(): unknown {
    liveRun();
    return this.#current;
  }

  /** The documents that are left, as an array. */
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
    const options = `,${this.#fields},${this.#sort},${this.#skip},${this.#limit},${FIRST_PIECE}`;
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
    if (this.#started) throw new OriginalError(`SparkMongoCursor.${method} comes before the first document is read.`);
    return this;
  }
}

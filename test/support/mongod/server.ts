import { Long } from "../../../src/bson.ts";
import type { EmbeddedStore } from "../../../src/store/embedded/store.ts";
import type { Document, Documents } from "../../../src/store/store.ts";
import { COMMANDS, CommandError, errorOf } from "./commands.ts";
import { type Answer, listen, type WireServer } from "./wire.ts";

/**
 * A stand-in for a MongoDB replica set of one member, so that the MongoDB engine can be tested through the real driver
 * if no server is available. It speaks the wire protocol, keeps sessions, transactions, retryable writes and cursors,
 * and keeps its documents in the embedded store. It proves what the engine sends and makes of the answers; what MongoDB
 * itself does only a real server proves (`npm run test:mongodb`).
 */
export interface StandIn {
  url: string;
  /** The commands that came, in order. */
  seen: Document[];
  /** What is to go wrong with a command: before it is done or after, or in place of it. */
  fault: (command: Document) => Fault | undefined | Promise<Fault | undefined>;
  /** What it says of itself in place of what a replica set's primary says. */
  hello: Document;
  /** Connections that were opened to it and not closed. */
  connections(): number;
  close(): Promise<void>;
}

export type Fault = "cut before" | "cut after" | Document;

export async function startStandIn(store: EmbeddedStore): Promise<StandIn> {
  const mongod = new Mongod(store);
  const server: WireServer = await listen((command) => mongod.answer(command));
  mongod.address = `127.0.0.1:${server.port}`;
  mongod.standIn.connections = server.connections;
  mongod.standIn.url = `mongodb://${mongod.address}/?replicaSet=rs0`;
  mongod.standIn.close = async () => {
    mongod.abortAll();
    await server.close();
  };
  return mongod.standIn;
}

/** A transaction of a session: the store's own, kept open between commands. */
interface Open {
  number: string;
  tx: Promise<Documents>;
  done: Promise<"committed" | "aborted">;
  end(commit: boolean): void;
  failed: boolean;
}

class Mongod {
  address = "";
  readonly standIn: StandIn = {
    url: "",
    seen: [],
    fault: () => undefined,
    hello: {},
    connections: () => 0,
    close: async () => undefined,
  };
  readonly #store: EmbeddedStore;
  readonly #transactions = new Map<string, Open>();
  /** Replies to retryable writes, for when they come again. */
  readonly #replies = new Map<string, Document>();
  readonly #cursors = new Map<string, Document[]>();
  /** Made by a command of its own; the store would have it wait for an open transaction. */
  readonly #created = new Set<string>();
  #lastCursor = 0;

  constructor(store: EmbeddedStore) {
    this.#store = store;
  }

  abortAll(): void {
    for (const transaction of this.#transactions.values()) transaction.end(false);
  }

  async answer(command: Document): Promise<Answer> {
    const [name] = Object.keys(command) as [string];
    if (/^(hello|ismaster)$/i.test(name)) return this.#hello();
    this.standIn.seen.push(command);
    const fault = await this.standIn.fault(command);
    if (fault === "cut before") return "cut";
    if (fault !== undefined && fault !== "cut after") return this.#failTransaction(command, fault);
    const reply = await this.#carryOut(name, command);
    return fault === "cut after" ? "cut" : reply;
  }

  #hello(): Document {
    const member = {
      setName: "rs0",
      setVersion: 1,
      hosts: [this.address],
      primary: this.address,
      me: this.address,
    };
    return {
      ...member,
      ok: 1,
      helloOk: true,
      isWritablePrimary: true,
      ismaster: true,
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      localTime: new Date(),
      logicalSessionTimeoutMinutes: 30,
      connectionId: 1,
      minWireVersion: 0,
      maxWireVersion: 25,
      ...this.standIn.hello,
    };
  }

  /** A fault given as a reply; in a transaction it aborts that, as a conflict does. */
  #failTransaction(command: Document, reply: Document): Document {
    const open = this.#transactions.get(sessionOf(command));
    if (command.autocommit === false && open !== undefined) fail(open);
    return { ok: 0, errmsg: "as the test wants", ...reply };
  }

  async #carryOut(name: string, command: Document): Promise<Document> {
    try {
      if (name === "commitTransaction" || name === "abortTransaction") return await this.#end(command, name[0] === "c");
      if (name === "getMore") return this.#getMore(command);
      if (name === "create") return this.#create(String(command.create));
      if (name === "listCollections") return this.#listCollections(command);
      if (name === "listIndexes" && this.#isEmpty(String(command.listIndexes))) {
        return { ok: 1, cursor: this.#open([{ v: 2, name: "_id_", key: { _id: 1 } }], command) };
      }
      if (name === "drop") this.#created.delete(String(command.drop));
      if (command.autocommit === false) return await this.#inTransaction(name, command);
      return await this.#retryable(name, command);
    } catch (error) {
      if (error instanceof CommandError) return error.reply;
      return { ok: 0, ...errorOf(error, String(command[name])) };
    }
  }

  #create(name: string): Document {
    if (this.#names().has(name)) throw new CommandError({ code: 48, errmsg: "already exists" });
    this.#created.add(name);
    return { ok: 1 };
  }

  #isEmpty(name: string): boolean {
    return this.#created.has(name) && !this.#store.reading().catalog.has(name);
  }

  #names(): Set<string> {
    return new Set([...this.#store.reading().catalog.keys(), ...this.#created]);
  }

  #listCollections(command: Document): Document {
    const wanted = (command.filter as Document | undefined)?.name;
    const names = [...this.#names()].filter((name) => wanted === undefined || name === wanted);
    return {
      ok: 1,
      cursor: this.#open(
        names.map((name) => ({ name, type: "collection" })),
        command,
      ),
    };
  }

  async #retryable(name: string, command: Document): Promise<Document> {
    const key = command.txnNumber === undefined ? undefined : `${sessionOf(command)}:${command.txnNumber}`;
    const known = key === undefined ? undefined : this.#replies.get(key);
    if (known !== undefined) return known;
    const reply = await this.#run(this.#store, name, command);
    if (key !== undefined) this.#replies.set(key, reply);
    return reply;
  }

  async #run(documents: Documents, name: string, command: Document): Promise<Document> {
    const work = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (work === undefined) throw new CommandError({ code: 59, errmsg: `no such command: ${name}` });
    const { found, ...reply } = await work(documents, command);
    if (found === undefined) return { ok: 1, ...reply };
    return { ok: 1, cursor: this.#open(found as Document[], command) };
  }

  async #inTransaction(name: string, command: Document): Promise<Document> {
    const session = sessionOf(command);
    if (command.startTransaction === true) this.#transactions.set(session, this.#begin(String(command.txnNumber)));
    const open = this.#transactions.get(session);
    if (open === undefined || open.failed || open.number !== String(command.txnNumber)) throw noTransaction();
    const reply = await this.#run(await open.tx, name, command).catch((error: unknown) => {
      fail(open);
      throw error;
    });
    if (reply.writeErrors !== undefined) fail(open);
    return reply;
  }

  #begin(number: string): Open {
    const tx = Promise.withResolvers<Documents>();
    const end = Promise.withResolvers<boolean>();
    const done = this.#store
      .transaction(async (documents) => {
        tx.resolve(documents);
        if (!(await end.promise)) throw new Error("aborted");
      })
      .then(
        () => "committed" as const,
        () => "aborted" as const,
      );
    return { number, tx: tx.promise, done, end: end.resolve, failed: false };
  }

  async #end(command: Document, commit: boolean): Promise<Document> {
    const open = this.#transactions.get(sessionOf(command));
    if (open === undefined || open.number !== String(command.txnNumber)) throw noTransaction();
    open.end(commit && !open.failed);
    if ((await open.done) === "aborted" && commit) throw noTransaction();
    return { ok: 1 };
  }

  #open(found: Document[], command: Document): Document {
    const { batchSize = 101 } = { ...(command.cursor as Document | undefined), ...command };
    const rest = found.slice(Number(batchSize));
    const id = rest.length === 0 || command.singleBatch === true ? 0 : ++this.#lastCursor;
    if (id !== 0) this.#cursors.set(String(id), rest);
    return {
      id: Long.fromNumber(id),
      ns: `test.${Object.values(command)[0]}`,
      firstBatch: found.slice(0, Number(batchSize)),
    };
  }

  #getMore({ getMore, collection, batchSize = 1000 }: Document): Document {
    const rest = this.#cursors.get(String(getMore));
    if (rest === undefined) throw new CommandError({ code: 43, errmsg: "cursor not found" });
    const nextBatch = rest.splice(0, Number(batchSize));
    if (rest.length === 0) this.#cursors.delete(String(getMore));
    const id = Long.fromNumber(rest.length === 0 ? 0 : Number(getMore));
    return { ok: 1, cursor: { id, ns: `test.${collection}`, nextBatch } };
  }
}

function fail(open: Open): void {
  open.failed = true;
  open.end(false);
}

function noTransaction(): CommandError {
  const errmsg = "Given transaction number does not match any in-progress transactions.";
  return new CommandError({
    code: 251,
    codeName: "NoSuchTransaction",
    errmsg,
    errorLabels: ["TransientTransactionError"],
  });
}

function sessionOf(command: Document): string {
  return JSON.stringify(command.lsid);
}

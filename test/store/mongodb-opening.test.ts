import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../src/store/embedded/store.ts";
import { MongodbClient, openMongodbStore } from "../../src/store/mongodb/client.ts";
import { storeOpener } from "../../src/store/open.ts";
import { type StandIn, startStandIn } from "../support/mongod/server.ts";
import { refusal } from "./contract/collections.ts";

/** What the MongoDB engine takes for a server, and for a connection string. */
let folder: string;
let documents: EmbeddedStore;
let standIn: StandIn;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rekindle-opening-"));
  documents = await openEmbeddedStore({ path: join(folder, "test.db") });
  standIn = await startStandIn(documents);
});
afterEach(async () => {
  await standIn.close();
  await documents.close();
  await rm(folder, { recursive: true });
});

const open = (url = standIn.url, serverSelectionTimeoutMs = 2000) =>
  openMongodbStore({ url, database: "test", serverSelectionTimeoutMs });
const direct = () => standIn.url.replace("?replicaSet=rs0", "?directConnection=true");
const NO_SET = { setName: undefined, hosts: undefined, primary: undefined, me: undefined };
const GHOST = { ...NO_SET, isreplicaset: true, isWritablePrimary: false, ismaster: false };

describe("a connection string", () => {
  it.each([
    ["no connection string", "localhost"],
    ["a wrong scheme", "http://ann:secret@localhost"],
    ["a bad port", "mongodb://ann:secret@localhost:99999999/"],
    ["a bad option", "mongodb://ann:secret@localhost/?tls=perhaps"],
  ])("is refused if it is %s, without repeating it", async (_name, url) => {
    const error = await refusal(open(url), "UNAVAILABLE");
    expect(error.message).toMatch(/connection string is not valid/);
    expect(`${error.stack}${String(error.cause)}`).not.toMatch(/secret|ann:/);
  });

  it.each([
    ["w", "w=1"],
    ["w", "w=0"],
    ["w", "w=majority&w=2"],
    ["journal", "journal=false"],
    ["journal", "JOURNAL=False"],
    ["j", "j=false"],
    ["wtimeoutms", "wtimeoutMS=1"],
    ["wtimeout", "wtimeout=0"],
    ["readconcernlevel", "readConcernLevel=local"],
    ["readpreference", "readPreference=secondary"],
    ["retrywrites", "retryWrites=false"],
    ["retryreads", "appName=x&retryReads=0"],
  ])("may not change %s: %s", async (name, query) => {
    const error = await refusal(open(`${standIn.url}&${query}`), "UNAVAILABLE");
    expect(error.message).toContain(`The MongoDB connection string sets ${name} to something other than `);
    expect(error.message).toContain("Remove the option.");
    expect(standIn.connections()).toBe(0);
  });

  it("may contain redundant options, such as those of Atlas, and cannot change how documents are read", async () => {
    const query = "retryWrites=true&w=majority&journal=true&readPreference=primary&appName=x&maxPoolSize=5";
    const store = await open(`${standIn.url}&${query}&promoteValues=false&useBigInt64=true&raw=true&bsonRegExp=true`);
    await store.collection("things").insertOne({ _id: 1, n: 1 });
    expect(await store.collection("things").findOne({})).toEqual({ _id: 1, n: 1 });
    await store.close();
  });
});

describe("a server", () => {
  it("to an unreachable server is reported in time", async () => {
    const error = await refusal(open("mongodb://ann:secret@127.0.0.1:1/?replicaSet=rs0", 200), "UNAVAILABLE");
    expect(error.message).not.toContain("secret");
  });

  it("is refused if it is standalone", async () => {
    standIn.hello = NO_SET;
    expect((await refusal(open(direct()), "UNAVAILABLE")).message).toMatch(/is standalone.*replica set/);
  });

  it("is refused if its replica set was never initiated", async () => {
    standIn.hello = GHOST;
    for (const url of [direct(), standIn.url]) {
      expect((await refusal(open(url, 500), "UNAVAILABLE")).message).toMatch(/Run rs\.initiate\(\) once/);
    }
  });

  it("is refused if it belongs to another replica set", async () => {
    const error = await refusal(open(standIn.url.replace("rs0", "rs1"), 500), "UNAVAILABLE");
    expect(error.message).toBe("No server in the connection string is a member of the replica set rs1.");
  });

  it.each([13, 5])("is refused if it is older than 6.0 (wire version %i)", async (maxWireVersion) => {
    standIn.hello = { maxWireVersion };
    const error = await refusal(open(standIn.url, 500), "UNAVAILABLE");
    expect(error.message).toBe("The MongoDB server is older than version 6.0. Upgrade it.");
  });

  it.each([
    ["6.0", { maxWireVersion: 17 }],
    ["a router of a sharded cluster", { ...NO_SET, msg: "isdbgrid" }],
  ])("is accepted: %s", async (_name, hello) => {
    standIn.hello = hello;
    const store = await open(direct());
    await store.ping();
    await store.close();
  });

  it("keeps no connection after a refused opening", async () => {
    standIn.hello = NO_SET;
    for (let i = 0; i < 5; i++) await refusal(open(direct()), "UNAVAILABLE");
    await expect.poll(() => standIn.connections()).toBe(0);
  });
});

describe("one client", () => {
  it("serves all stages and closes with the last one", async () => {
    const openStage = storeOpener({ mongodbUrl: standIn.url, data: "" });
    const [preview, live] = await Promise.all([openStage("preview"), openStage("live")]);
    await preview.ping();
    await live.ping();
    const together = standIn.connections();
    const alone = await open();
    await alone.ping();
    expect(standIn.connections() - together, "another client has connections of its own").toBeGreaterThan(0);
    await alone.close();
    await preview.close();
    await live.ping();
    await live.close();
    await live.close();
    await expect.poll(() => standIn.connections()).toBe(0);
    const again = await openStage("preview");
    await again.ping();
    await again.close();
  });

  it("is created again if it could not connect", async () => {
    const client = new MongodbClient({ url: direct(), serverSelectionTimeoutMs: 500 });
    standIn.hello = NO_SET;
    await Promise.all([refusal(client.open("a"), "UNAVAILABLE"), refusal(client.open("b"), "UNAVAILABLE")]);
    standIn.hello = {};
    const store = await client.open("a");
    await store.ping();
    await store.close();
  });
});

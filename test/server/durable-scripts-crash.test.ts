import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageCollections } from "../../src/domains/messages/collections.ts";
import { durableCalls, durableRequests } from "../../src/server/durable-documents.ts";
import { startTestApp, type TestApp, testGame } from "../support/app.ts";
import type { TestClient } from "../support/client.ts";
import { type Loss, MortalStore } from "../support/mortal-store.ts";
import { engines, type OpenStore } from "../support/stores.ts";
import { count, countOf, signIn, testRequest, withRequests } from "./support.ts";

const PROLOGUE = "var key = Spark.getData().key, points = Spark.runtimeCollection('points');";
const ADD = (member: string) => `points.update({ _id: key }, { $inc: { ${member}: 1 } }, true, false);`;
/** The script waits while its server's lock is taken. */
const WAIT = "Spark.lockKey('slow', 60000); Spark.unlockKey('slow');";

/** Everything that happens exactly once; what it read before it wrote decides. */
const DO = `${PROLOGUE} var player = Spark.getPlayer(), before = points.findOne({ _id: key });
    if (before) Spark.setScriptError("TWICE", before);
    ${ADD("n")}
    player.credit1(10);
    points.insert({ of: key, by: Math.random() });
    if (points.count({ of: key }) !== 1) Spark.setScriptError("COUNT", points.count({ of: key }));
    points.findAndModify({ _id: key }, {}, {}, false, { $inc: { m: 1 } }, true, true);
    var item = Spark.getGameDataService().createItem("item", key).setData({ n: 1 });
    if (item.persistor().withAtomicIncrements().persist().error()) throw "not persisted";
    Spark.message(null).setPlayerIds(player.getPlayerId()).setMessageData({ key: key }).send();
    var answer = Spark.sendRequest({ "@class": ".CountRequest" });
    if (answer.error) throw "not counted";
    Spark.setScriptData("count", answer.count);
    ${ADD("after")}
    Spark.setScriptData("n", points.findOne({ _id: key }).n);`;

const SCRIPTS: Record<string, string> = {
  "request/DoRequest": DO,
  "response/DoResponse": `${PROLOGUE} ${ADD("answered")} Spark.getPlayer().credit1(1);`,
  "request/BareRequest": DO,
  "request/SlowRequest": `${PROLOGUE} ${ADD("n")} ${WAIT} ${ADD("m")}`,
  "request/CursorRequest": `${PROLOGUE} var many = Spark.runtimeCollection("many"), all = [];
    for (var i = 0; i < 250; i++) all.push({ of: key, i: i });
    many.insert(all);
    var cursor = many.find({ of: key });
    for (var seen = 0; cursor.hasNext(); seen++) { cursor.next(); if (seen === 5) { ${ADD("n")} ${WAIT} } }
    Spark.setScriptData("seen", seen);`,
  "request/LoginRequest": `${PROLOGUE} Spark.setScriptData("token", Spark.sendRequest(
    { "@class": ".DeviceAuthenticationRequest", deviceId: key, deviceOS: "IOS" }).authToken); ${ADD("n")} ${WAIT}`,
  "request/ChangedRequest": `${PROLOGUE} ${ADD("n")} ${WAIT} ${ADD("m")}`,
};
/** The second server has a newer one. */
const NEWER = { ...SCRIPTS, "request/ChangedRequest": "Spark.runtimeCollection('others').insert({});" };

const plain = ["DoRequest", "BareRequest", "SlowRequest", "CursorRequest", "LoginRequest", "ChangedRequest"].map(
  (name) =>
    testRequest({
      name,
      work: "write",
      fields: Type.Object({ key: Type.String() }),
      handle: async (_context, { key }) => ({ response: { key } }),
    }),
);

describe.each(engines)("two servers with one store on $name", ({ name: engine, open }) => {
  let opened: OpenStore;
  let folder: string;
  let stores: MortalStore[];
  let first: TestApp;
  let second: TestApp;
  let client: TestClient;
  let other: TestClient;
  let player: string;

  beforeAll(async () => {
    opened = await open();
    folder = await mkdtemp(join(tmpdir(), "rekindle-durable-"));
    stores = [new MortalStore(opened.store), new MortalStore(opened.store)];
    const start = (index: number, scripts: Record<string, string>) => {
      const embeddedScripts = Object.entries(scripts).map(([key, source]) => {
        const [type = "", shortCode = ""] = key.split("/");
        return { type, shortCode, source };
      });
      return startTestApp({
        game: testGame([], { folder, embeddedScripts }),
        requests: withRequests(count, ...plain),
        // Only servers with MongoDB share a store.
        config: { mongodbUrl: "shared", scriptHosts: 1 },
        ticks: false,
        openStore: async () => stores[index]!.store,
      });
    };
    first = await start(0, SCRIPTS);
    second = await start(1, NEWER);
    client = await first.client();
    player = await signIn(client);
    other = await second.client({ authToken: client.authToken! });
  });
  afterAll(async () => {
    await first.discard();
    await second.discard();
    await opened.discard();
    await rm(folder, { recursive: true, force: true });
  });

  const points = (key: string) => opened.store.collection("script.points").findOne({ _id: key });
  const claimOf = (key: string) => durableRequests(opened.store).findOne({ _id: `${player}:d_${key}` });
  const frame = (key: string) => ({ requestId: `d_${key}`, key });
  const until = async (condition: () => unknown) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  /** Sends a request to the first server, and comes back when its script waits. */
  async function waiting(name: string, key: string) {
    const lock = (await first.services.locks.acquire("preview:slow", 0))!;
    const answer = client.request(name, frame(key));
    await until(async () => (await points(key))?.["n"] === 1);
    return { lock, answer };
  }

  it("a repeat waits while another server works on the request", async () => {
    const { lock, answer } = await waiting("SlowRequest", "wait");
    const claim = await claimOf("wait");
    const asked = stores[1]!.operations;
    const repeat = other.request("SlowRequest", frame("wait"));
    await until(() => stores[1]!.operations > asked + 4);
    expect((await claimOf("wait"))?.owner).toBe(claim?.owner);
    await lock.release();
    expect(await repeat).toEqual({ "@class": ".SlowResponse", ...frame("wait") });
    expect(await answer).toEqual(await repeat);
    expect(await points("wait")).toEqual({ _id: "wait", n: 1, m: 1 });
  });

  it("a repeat resumes the work once the other server's claim expires, and that server writes nothing more", async () => {
    const { lock, answer } = await waiting("SlowRequest", "expired");
    second.clock.advance(60_000);
    const repeat = await other.request("SlowRequest", frame("expired"));
    expect(repeat).toEqual({ "@class": ".SlowResponse", ...frame("expired") });
    await lock.release();
    expect(await answer).toEqual(repeat);
    expect(await points("expired")).toEqual({ _id: "expired", n: 1, m: 1 });
  });

  it.each([
    ["CursorRequest", "is in the middle of a cursor"],
    ["LoginRequest", "has sent a login, whose authToken is not recorded"],
    ["ChangedRequest", "calls something else now"],
  ])("%s is not resumed if its script %s", async (name) => {
    second.clock.advance(60_000);
    const { lock, answer } = await waiting(name, name);
    stores[0]!.dieAfter(0);
    await lock.release();
    expect(await answer).toHaveProperty("error");
    const records = await durableCalls(opened.store)
      .find({ request: `${player}:d_${name}` })
      .toArray();
    expect(JSON.stringify(records)).not.toContain("authToken");
    const { error } = await other.request(name, frame(name));
    expect(error).toMatchObject({ script: "NOT_REPEATABLE" });
    expect(await points(name)).toEqual({ _id: name, n: 1 });
    stores[0]!.revive();
    if (name !== "ChangedRequest") return;
    expect(await client.request(name, frame(name))).not.toHaveProperty("error");
    expect(await points(name)).toEqual({ _id: name, n: 1, m: 1 });
  });

  async function expectOnce(key: string, before: { count: number; coins: number }, answered: number) {
    const { store } = opened;
    expect(await points(key)).toEqual({ _id: key, n: 1, m: 1, after: 1, ...(answered > 0 && { answered }) });
    expect(await store.collection("script.points").countDocuments({ of: key })).toBe(1);
    expect(await store.collection("data.item").findOne({ _id: key })).toMatchObject({ data: { n: 1 } });
    const messages = await messageCollections(store).messages.find({}).toArray();
    expect(messages.filter(({ body }) => body.includes(`"${key}"`))).toHaveLength(1);
    expect(await state()).toEqual({ count: before.count + 1, coins: before.coins + 10 + answered });
    expect(await durableCalls(store).countDocuments({ request: { $regex: `:d_${key}$` } })).toBe(0);
    expect(await durableRequests(store).countDocuments({ _id: { $regex: `:d_${key}$` } })).toBe(1);
  }
  const state = async () => {
    const { currencies } = (await opened.store.collection<{ currencies: number[] }>("player").findOne({}))!;
    return { count: await countOf(second, player), coins: currencies[0]! };
  };

  // With a response script; what fails in that is the answer, as the work is done.
  it.each<[string, Loss, string, number]>([
    ["where the first is killed after any step", "all", "Do", 1],
    ["where the first gets no reply to any step", "one reply", "Bare", 0],
  ])(
    "run it once %s, when the second one receives the repeat",
    async (_when, loses, name, answered) => {
      second.clock.advance(60_000);
      // The steps of one engine are those of the other; the stand-in is slow.
      const stride = engine === "the embedded store" ? 1 : 4;
      for (let step = 1, survived = false; !survived; step += stride) {
        const key = `${loses} ${step}`;
        const before = await state();
        stores[0]!.dieAfter(step, loses);
        await client.request(`${name}Request`, frame(key));
        survived = !stores[0]!.hasDied;
        const again = await other.request(`${name}Request`, frame(key));
        stores[0]!.revive();
        const scriptData = { count: before.count + 1, n: 1 };
        expect(again).toEqual({ "@class": `.${name}Response`, ...frame(key), scriptData });
        await expectOnce(key, before, answered);
        expect(await client.request(`${name}Request`, frame(key))).toEqual(again);
        if (survived) expect(step).toBeGreaterThan(40);
      }
    },
    60_000,
  );
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PlayerReaders } from "../../src/cloudcode/player-readers.ts";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { applyScriptChanges } from "../../src/domains/accounts/script-view.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const it = 'function it(value) { Spark.setScriptData("it", value); } var me = Spark.getPlayer();';
const insert = 'Spark.runtimeCollection("c").insert({ a: 1 });';

/** What a script sees and calls whose player has the balance 10, and the user name "ada". */
const SEEN: [what: string, script: string, seen: unknown, calls: string[]][] = [
  ["nothing", "it(1)", 1, []],
  ["the id", "it(me.getPlayerId() === me.playerId)", true, []],
  ["itself by its id", "it(Spark.loadPlayer(me.getPlayerId()) === me)", true, []],
  ["names", "it([me.getUserName(), me.getDisplayName()])", ["ada", null], ["player.own ok"]],
  ["a balance and data", "it([me.getBalance1(), me.getScriptData()])", [10, {}], ["player.own ok"]],
  [
    "its own changes",
    "me.credit1(5); me.setScriptData('a', 1); it([me.getBalance1(), me.getScriptData()])",
    [15, { a: 1 }],
    ["player.own ok"],
  ],
  [
    "what persist wrote",
    "me.credit1(5); me.persist(); it(me.getBalance1())",
    15,
    ["player.own ok", "player.persist ok"],
  ],
  ["a player whom it deletes", "me.deletePlayer(); it(me.getBalance1())", 10, ["player.own ok", "player.delete ok"]],
  ["a player after a request", "Spark.sendRequest({}); it(me.getBalance1())", 10, ["request.send ok", "player.own ok"]],
  [
    "a player before and after a request",
    "me.getBalance1(); Spark.sendRequest({}); it(me.getBalance1())",
    10,
    ["player.own ok", "request.send ok", "player.load ok"],
  ],
];

/** The same for a deleted player. */
const GONE: typeof SEEN = [
  ["the id", "it(typeof me.getPlayerId())", "string", []],
  ["null", "it(me === null || me.getUserName())", true, ["player.own ok"]],
  [
    "an error if it has written something",
    `${insert} try { me.getUserName() } catch (e) { it(e.message) }`,
    "The player was deleted.",
    ["collection.insert ok", "player.own ok"],
  ],
];

const SCRIPTS: Record<string, string> = {
  ...Object.fromEntries(SEEN.map(([what, code]) => [what, `${it} ${code};`])),
  ...Object.fromEntries(GONE.map(([what, code]) => [`gone: ${what}`, `${it} ${code};`])),
  late: `${it} Spark.sendRequest({}); var first = me.getBalance1(); me.credit1(1); it(first);`,
  repeats: `${it} var first = me.getBalance1(); Spark.runtimeCollection("c").findOne({}); it([first, me.getBalance1()]);`,
  all: `${it} it(JSON.stringify(me.getPrivateData()).length);`,
  sometimes: "if (Spark.getData().reads) Spark.getPlayer().getUserName();",
};

let hosts: TestCloudCode;
let world: World;
let me: PlayerId;
beforeAll(async () => {
  hosts = await withScripts(SCRIPTS, { resultChars: 10_000 });
  world = await openWorld();
});
beforeEach(async () => {
  await accounts(world.store).players.deleteMany({});
  me = await world.player("ada");
  world.calls.length = 0;
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

const run = (name: string, context: Partial<RunContext> = {}, data = {}) =>
  hosts.run(name, { player: { playerId: me }, data }, { ...world.context, player: me, ...context });
const credit = (amount: number) => applyScriptChanges(world.store, me, { balances: { currency1: amount } });

describe("a run that starts with its player's id sees", () => {
  test.each(SEEN)("%s", async (what, _, seen, calls) => {
    const { failure, scriptData } = await run(what);
    expect([failure, scriptData["it"]]).toEqual([undefined, seen]);
    expect(world.calls).toEqual(calls);
  });

  test.each(GONE)("of a deleted player: %s", async (what, _, seen, calls) => {
    await accounts(world.store).players.deleteOne({ _id: objectIdOf(me) });
    const { failure, scriptData } = await run(`gone: ${what}`);
    expect([failure, scriptData["it"]]).toEqual([undefined, seen]);
    expect(world.calls).toEqual(calls);
  });

  test("the state at its first use, which its changes are based on", async () => {
    const send = async () => {
      await credit(5);
      return {};
    };
    const { scriptData, playerChanges } = await run("late", { requests: { send } });
    expect(scriptData["it"]).toBe(15);
    expect(playerChanges).toEqual({ balances: { currency1: 1 }, seen: 1 });
  });

  test("the same state until its end", async () => {
    const repeats = run("repeats", {
      onCall: (call) => void (call === "player.own" && credit(5)),
    });
    expect((await repeats).scriptData["it"]).toEqual([10, 10]);
  });

  test("changes of earlier scripts of the request", async () => {
    const unwritten = { changes: { playerChanges: { balances: { currency1: 3 } } } };
    expect((await run("a balance and data", { unwritten })).scriptData["it"]).toEqual([13, {}]);
  });

  test("a player who is larger than the results of calls", async () => {
    await applyScriptChanges(world.store, me, { privateData: { set: { a: "x".repeat(50_000) }, removed: [] } });
    expect((await run("all")).scriptData["it"]).toBe(50_008);
  });
});

test("a script that used its player gets it sent along for its next 20 runs", async () => {
  const reads = () => hosts.cloudCode.readsPlayer!("request", "sometimes");
  const after = [reads()];
  for (const data of [{ reads: true }, ...Array<object>(20).fill({})]) {
    await run("sometimes", {}, data);
    after.push(reads());
  }
  expect(after).toEqual([false, ...Array<boolean>(20).fill(true), false]);
  const script = {} as Parameters<PlayerReaders["has"]>[0];
  const readers = new PlayerReaders();
  readers.record(script, false);
  expect(readers.has(script)).toBe(false);
});

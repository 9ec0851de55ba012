import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { REQUEST_NAMES } from "../../src/cloudcode/spark/request-names.ts";
import { applyScriptChanges } from "../../src/domains/accounts/script-view.ts";
import type { PlayerId } from "../../src/ids.ts";
import type { RunContext } from "../../src/kernel/scripts/call.ts";
import type { ScriptChanges } from "../../src/kernel/scripts/player.ts";
import type { ScriptRequest } from "../../src/kernel/scripts/requests.ts";
import { requests } from "../../src/requests/index.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

const it = 'function it(value) { Spark.setScriptData("it", value); } var me = Spark.getPlayer();';
const caught = (code: string) => `${it} try { ${code}; it("nothing") } catch (e) { it(e.message) }`;
const LOG = "var r = new SparkRequests.LogEventRequest();";

const SENT: [what: string, code: string, sent: Partial<ScriptRequest> | ((me: PlayerId) => Partial<ScriptRequest>)][] =
  [
    ["an object", 'Spark.sendRequest({ "@class": ".A", n: [1] })', { frame: { "@class": ".A", n: [1] } }],
    [
      "a request object, its properties and nothing else",
      `${LOG} r.eventKey = "E"; r.scriptData = { a: 1 }; r.none = undefined; Spark.sendRequest(r)`,
      { frame: { "@class": ".LogEventRequest", eventKey: "E", scriptData: { a: 1 } }, runsScripts: false },
    ],
    ["Send", `${LOG} r.Send()`, (player) => ({ player, runsScripts: false })],
    ["Execute", `${LOG} r.Execute()`, (player) => ({ player, runsScripts: true })],
    ["SendAs of oneself", `${LOG} r.SendAs(me.playerId)`, (player) => ({ player, runsScripts: false })],
    ["dates", "Spark.sendRequest({ at: new Date(0) })", { frame: { at: "1970-01-01T00:00:00.000Z" } }],
    [
      "an event",
      "Spark.logEvent('E', { SCORE: 5, eventKey: 'other' })",
      { frame: { "@class": ".LogEventRequest", eventKey: "E", SCORE: 5 }, runsScripts: false },
    ],
    ["an event without values", "Spark.logEvent('E')", { frame: { "@class": ".LogEventRequest", eventKey: "E" } }],
    [
      "what a replaced built-in would make of it",
      "JSON.stringify = function () { return '{}' }; Array.prototype.toJSON = undefined; Spark.sendRequest({ n: 1 })",
      { frame: { n: 1 } },
    ],
  ];

const REFUSED: [code: string, message: string][] = [
  ["Spark.sendRequest()", "Spark.sendRequest: request must be an object, not undefined."],
  ["Spark.sendRequest('{}')", "Spark.sendRequest: request must be an object, not a string."],
  ["Spark.sendRequest(null)", "Spark.sendRequest: request must be an object, not null."],
  ["Spark.sendRequest([])", "A request must be an object."],
  ["var a = {}; a.a = a; Spark.sendRequest(a)", "Spark.sendRequest: request cannot be converted to JSON"],
  ["Spark.sendRequestAs({})", "Spark.sendRequestAs: playerId must be a string, not undefined."],
  ["Spark.sendRequestAs({}, me)", "Spark.sendRequestAs: playerId must be a string, not an object."],
  [`${LOG} r.SendAs()`, "SparkRequests.LogEventRequest.SendAs: playerId must be a string"],
  [`${LOG} r.ExecuteAs({})`, "SparkRequests.LogEventRequest.ExecuteAs: playerId must be a string"],
  ["Spark.logEvent()", "Spark.logEvent: eventKey must be a string"],
  ["Spark.logEvent('E', 5)", "Spark.logEvent: values must be an object, not a number."],
  ["new SparkRequests.LogEvntRequest()", "SparkRequests.LogEvntRequest is not a constructor"],
  ["SparkRequest.LogEventRequest", "SparkRequest is not defined"],
  ["Spark.sendRequestAs({}, '5f00000000000000000000ff')", "The player to send the request as does not exist."],
];

const SCRIPTS: Record<string, string> = {
  ...Object.fromEntries(SENT.map(([what, code]) => [what, `${it} ${code};`])),
  ...Object.fromEntries(REFUSED.map(([code], index) => [`refused${index}`, caught(code)])),
  answers: `${it} it(Spark.sendRequest({}));`,
  typo: "var unused = false; if (unused) new SparkRequest.LogEventRequest(); Spark.setScriptData('it', 1);",
  classes: `${it} var all = Object.getOwnPropertyNames(SparkRequests);
    it(all.filter(function (name) { return JSON.stringify(new SparkRequests[name]()) === '{"@class":".' + name + '"}'; }));`,
  frozen: `${it} SparkRequests.LogEventRequest = 1; SparkRequests.LogEventRequest.prototype.Send = 1; ${LOG}
    it([typeof SparkRequests.LogEventRequest, typeof r.Send, r instanceof SparkRequests.LogEventRequest]);`,
  deep: `${it} ${LOG} var reported; try { r.Execute() } catch (e) { reported = e.message } it([reported, r.Send()]);`,
  flushes: `${it} me.credit1(5); Spark.loadPlayer(Spark.getData().other).credit1(1); Spark.sendRequest({});
    it([me.getBalance1(), me.getScriptData("by"), me.getUserName()]); me.credit1(1);`,
  fresh: `${it} me.setScriptData("mine", 1); Spark.sendRequest({}); me.setScriptData("later", 2);
    it([me.getScriptData(), me.getPrivateData(), me.getAchievements(), me.getSegments(), me.hasVGood("G")]);`,
  nothing: `${it} me.getBalance1(); Spark.sendRequest({}); it(me.getBalance1());`,
  taken: `${it} me.debit1(10); try { Spark.sendRequest({}) } catch (e) { it([e.message, me.getBalance1()]) }`,
  wrote: `${it} Spark.runtimeCollection("seen").insert({}); me.debit1(10);
    try { Spark.sendRequest({}) } catch (e) { it(e.message) }`,
  reads: `${it} me.setScriptData("n", (me.getScriptData("n") || 0) + 1);
    try { Spark.sendRequest({}) } catch (e) { it("caught") } finally { it("finally") }`,
};

let hosts: TestCloudCode;
let world: World;
let me: PlayerId;
beforeAll(async () => {
  hosts = await withScripts(SCRIPTS);
  world = await openWorld();
});
afterAll(async () => {
  await hosts.cloudCode.close();
  await world.discard();
});

let sent: ScriptRequest[];
let during: () => Promise<unknown>;
beforeEach(async () => {
  me = await world.player(`me ${Math.random()}`);
  sent = [];
  during = async () => {};
});

const contextOf = (others: Partial<RunContext> = {}): RunContext => ({
  ...world.context,
  player: me,
  requests: {
    async send(_sender, request) {
      sent.push(request);
      await during();
      return { "@class": ".TestResponse", n: 1 };
    },
  },
  ...others,
});
const run = async (name: string, others: Partial<RunContext> = {}, data: Record<string, unknown> = {}) =>
  hosts.run(name, { player: await world.seen(me), data }, contextOf(others));

describe("what is sent", () => {
  test.for(SENT)("%s", async ([what, , wanted]) => {
    const { failure } = await run(what);
    expect(failure).toBeUndefined();
    expect(sent).toEqual([expect.objectContaining(typeof wanted === "function" ? wanted(me) : wanted)]);
  });

  test.for(REFUSED.map(([code, message], index) => ({ code, message, index })))(
    "not $code",
    async ({ message, index }) => {
      const { failure, scriptData } = await run(`refused${index}`);
      expect(failure).toBeUndefined();
      expect(scriptData["it"]).toContain(message);
      expect(sent).toEqual([]);
    },
  );

  test("the response belongs to the script", async () => {
    expect((await run("answers")).scriptData["it"]).toEqual({ "@class": ".TestResponse", n: 1 });
  });
});

describe("SparkRequests", () => {
  test("has a class for every request, including unsupported ones", async () => {
    const { scriptData } = await run("classes");
    expect(scriptData["it"]).toEqual([...REQUEST_NAMES]);
    expect([...requests.keys()].filter((name) => !REQUEST_NAMES.includes(name))).toEqual([]);
  });

  test("cannot be changed", async () => {
    expect((await run("frozen")).scriptData["it"]).toEqual(["function", "function", true]);
  });

  test("with a misspelt name fails only when it is used", async () => {
    expect((await run("typo")).scriptData["it"]).toBe(1);
  });
});

test("at the fourth level of nesting, requests can be sent but not executed", async () => {
  const { scriptData } = await run("deep", { depth: 4 });
  expect(scriptData["it"]).toEqual([
    expect.stringContaining("4 scripts are already waiting"),
    { "@class": ".TestResponse", n: 1 },
  ]);
  expect((await run("deep", { depth: 3 })).scriptData["it"]).toEqual([null, expect.anything()]);
});

test("waiting for a request counts towards the script's deadline", async () => {
  const mine = await withScripts({ answers: SCRIPTS["answers"]! }, { timeoutMs: 1_000 });
  during = () => new Promise(() => {});
  const { failure, wrote } = await mine.run("answers", {}, contextOf());
  expect([failure?.kind, wrote]).toEqual(["timeout", true]);
  await mine.cloudCode.close();
});

test("requests count as calls", async () => {
  const mine = await withScripts({ many: "for (;;) try { Spark.sendRequest({}) } catch (e) {}" }, { hostCalls: 5 });
  expect((await mine.run("many", {}, contextOf())).failure?.message).toContain("more than 5 calls");
  expect(sent).toHaveLength(5);
  await mine.cloudCode.close();
});

describe("players", () => {
  const credit = (amount: number, by?: string) => () =>
    applyScriptChanges(world.store, me, {
      balances: { currency1: amount },
      ...(by !== undefined && { scriptData: { set: { by }, removed: [] } }),
    });

  test("changes are written before a request, and those made after it at the end", async () => {
    const other = await world.player(`other ${Math.random()}`);
    during = async () => {
      expect((await world.seen(me)).details?.balances["currency1"]).toBe(15);
      expect((await world.seen(other)).details?.balances["currency1"]).toBe(11);
      await credit(100, "request")();
    };
    const result = await run("flushes", {}, { other });
    const { userName } = await world.seen(me);
    expect(result.scriptData["it"]).toEqual([115, "request", userName]);
    expect(result.playerChanges).toEqual({ balances: { currency1: 1 }, seen: 2 });
    expect(result.otherPlayers).toBeUndefined();
    expect(result.wrote).toBe(true);
  });

  test("all of a player's state is read again", async () => {
    during = () =>
      applyScriptChanges(world.store, me, {
        scriptData: { set: { theirs: 1 }, removed: ["mine"] },
        privateData: { set: { secret: 1 }, removed: [] },
        achievements: { A: true },
        segments: { S: "v" },
        goods: { G: 2 },
      });
    const { scriptData, playerChanges } = await run("fresh");
    expect(scriptData["it"]).toEqual([{ theirs: 1, later: 2 }, { secret: 1 }, ["A"], { S: "v" }, 2]);
    expect(playerChanges?.scriptData).toEqual({ set: { later: 2 }, removed: [] });
  });

  test("nothing is written without changes, and reading again takes another call", async () => {
    during = credit(1);
    world.calls.length = 0;
    expect((await run("nothing")).scriptData["it"]).toBe(11);
    expect(world.calls).toEqual(["request.send ok", "player.load ok"]);
  });

  test("changes of earlier scripts are written too, once", async () => {
    const unwritten: { changes: ScriptChanges | undefined } = {
      changes: { playerChanges: { balances: { currency1: 3 } } },
    };
    during = async () => {
      expect((await world.seen(me)).details?.balances["currency1"]).toBe(13);
    };
    await run("nothing", { unwritten });
    expect(unwritten.changes).toBeUndefined();
  });

  test("an insufficient balance is an error of the sending line, and nothing is sent", async () => {
    const player = await world.seen(me);
    await credit(-5)();
    const { scriptData, playerChanges } = await hosts.run("taken", { player }, contextOf());
    expect(scriptData["it"]).toEqual(["A player no longer has the amount that is to be taken away.", 0]);
    expect(playerChanges).toMatchObject({ balances: { currency1: -10 } });
    expect(sent).toEqual([]);
  });

  test("a repeatable run is ended if its player was changed by another", async () => {
    const player = await world.seen(me);
    await credit(1)();
    let again = 0;
    const result = await hosts.run("reads", { player }, contextOf({ runAgain: () => again++ }));
    expect(again).toBe(1);
    expect(result.failure).toBeDefined();
    expect(result.scriptData).toEqual({});
    expect(sent).toEqual([]);
    expect((await world.seen(me)).scriptData).toEqual({});
  });

  test("a run that wrote something else or is not repeatable is not ended", async () => {
    const player = await world.seen(me);
    await credit(-5)();
    const runAgain = () => expect.unreachable();
    const { scriptData } = await hosts.run("wrote", { player }, contextOf({ runAgain }));
    expect(scriptData["it"]).toContain("no longer has the amount");
    const merged = await hosts.run("reads", { player }, contextOf());
    expect(merged.scriptData["it"]).toBe("finally");
    expect((await world.seen(me)).scriptData).toEqual({ n: 1 });
  });
});

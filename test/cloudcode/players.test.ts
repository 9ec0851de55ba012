import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accounts } from "../../src/domains/accounts/collections.ts";
import { createPasswords } from "../../src/domains/accounts/passwords.ts";
import { changesAnything, PlayerChanged, writeScriptChanges } from "../../src/domains/accounts/script-view.ts";
import { issueToken, ownerOfToken } from "../../src/domains/accounts/tokens.ts";
import { objectIdOf, type PlayerId } from "../../src/ids.ts";
import type { ScriptResult } from "../../src/kernel/scripts/result.ts";
import { engines } from "../support/stores.ts";
import { type TestCloudCode, withScripts } from "./support.ts";
import { openWorld, type World } from "./world.ts";

/** Each script has two players, `me` of the call and `other` by its id, and tells by `it` what it saw. */
const BEFORE = `
  function it(value) { Spark.setScriptData("it", value); }
  var me = Spark.getPlayer(), otherId = Spark.getData().other, other = Spark.loadPlayer(otherId);
`;

const SEEN: [what: string, script: string, it: unknown][] = [
  ["a player by its id", "it([other.getUserName(), other.userName, other.getDisplayName()])", ["ben", "ben", null]],
  [
    "the same object each time",
    "it([Spark.loadPlayer(otherId) === other, Spark.loadPlayer(me.playerId) === me])",
    [true, true],
  ],
  [
    "no player of an id: null",
    "it([Spark.loadPlayer('5f00000000000000000000ff'), Spark.loadPlayer('x')])",
    [null, null],
  ],
  [
    "a player by an external id",
    "it([Spark.loadPlayerByExternalId('FB', '77') === other, Spark.loadPlayerByExternalId('FB', '78')])",
    [true, null],
  ],
  ["external ids", "it([other.getExternalIds(), other.externalIds.FB])", [{ FB: "77" }, "77"]],
  [
    "all script data",
    "other.setScriptData('a', 1); other.setScriptData('b', [2]); it([other.getScriptData(), Object.keys(me.getPrivateData())])",
    [{ a: 1, b: [2] }, []],
  ],
  [
    "balances",
    "it([me.getBalance1(), me.balance2, me.getBalance('currency1'), me.getBalance('GEM'), me.getAllBalances().currency1])",
    [10, 0, 10, 0, 10],
  ],
  [
    "credits and debits",
    "me.credit2(5, 'r'); me.credit('GEM', 3); it([me.debit1(4), me.debit1(7), me.getBalance1(), me.debit2(5), me.getBalance2(), me.debit('GEM', 4), me.getBalance('GEM')])",
    [true, false, 6, true, 0, false, 3],
  ],
  [
    "virtual goods",
    "it([me.hasVGood('SWORD'), me.addVGood('SWORD', 2), me.useVGood('SWORD', 3), me.useVGood('SWORD', 1), me.hasVGood('SWORD'), me.getVirtualGoods()])",
    [0, true, false, true, 1, { SWORD: 1 }],
  ],
  [
    "achievements",
    "it([me.addAchievement('A'), me.addAchievement('A'), me.hasAchievement('A'), me.getAchievements(), me.removeAchievement('A'), me.removeAchievement('A'), me.achievements])",
    [true, false, true, ["A"], true, false, []],
  ],
  [
    "segments",
    "me.setSegmentValue('country', 'DE'); it([me.getSegmentValue('country'), me.getSegmentValue('x'), me.getSegments()]); me.setSegmentValue('country', null); it2 = me.segments",
    ["DE", null, { country: "DE" }],
  ],
  [
    "dates",
    "it([me.getCreationDate() instanceof Date, me.getLastSeen().getTime() === me.creationDate.getTime()])",
    [true, true],
  ],
  ["online", "it([other.isOnline(), me.isOnline(), me.online])", [true, false, false]],
  ["friends", "it([me.getFriendIds()[0] === otherId, me.friendIds.length])", [true, 1]],
  [
    "a query that finds the player",
    "it([me.matchesMongoQuery({ userName: 'ada' }), me.matchesMongoQuery({ currency1: { $gt: 10 } }), me.matchesMongoQueryString('{\"currency1\": 10}')])",
    [true, false, true],
  ],
  [
    "the player's password",
    "it([other.validatePassword('secret'), other.validatePassword('no'), me.validatePassword('')])",
    [true, false, false],
  ],
  [
    "players in the system collection",
    "var p = Spark.systemCollection('player').findOne({ userName: 'ben' }); it([p._id.$oid === otherId, p.currency1, p.online, p.accountVersion, p.externalIds.FB])",
    [true, 10, true, null, "77"],
  ],
  [
    "a query of players by currency",
    "it(Spark.systemCollection('player').find({ $and: [{ currency1: { $gte: 10 } }] }, { userName: 1, currency1: 1 }).sort({ userName: -1 }).next().userName)",
    "ben",
  ],
  [
    "players who are online, and who are not",
    `var p = Spark.systemCollection('player');
     function of(query) { return p.find(query).sort({ userName: 1 }).toArray().map(function (d) { return d.userName; }).join(); }
     it([of({ online: true }), of({ online: false }), of({ online: { $ne: true } }), of({ online: { $eq: true } }),
         of({ online: { $in: [true, false] } }), of({ online: { $nin: [false] } }), of({ online: { $exists: true } }),
         of({ online: { $exists: false } }), of({ online: { $not: { $eq: true } } }), of({ online: null }), of({ online: {} }),
         p.findOne({ online: false }).userName])`,
    ["ben", "ada", "ada", "ben", "ada,ben", "ben", "ada,ben", "", "ada", "", "", "ada"],
  ],
  [
    "online beside other members, in operators, counted, and of one player",
    `var p = Spark.systemCollection('player');
     it([p.count({ online: true }), p.find({ online: true }).size(), p.count({ online: true, userName: 'ada' }),
         p.count({ online: true, _id: { $oid: otherId } }), p.count({ $and: [{ online: true }, { currency1: 10 }] }),
         p.count({ $or: [{ online: true }, { userName: 'ada' }] }), p.count({ $nor: [{ online: true }] }),
         p.distinct('userName', { $and: [{ $or: [{ online: false }] }] }),
         me.matchesMongoQuery({ online: true }), other.matchesMongoQuery({ online: true }),
         p.count({ $where: 'this.online', online: true })])`,
    [1, 1, 0, 1, 1, 2, 1, ["ada"], false, true, 1],
  ],
  [
    "a raw player has goods",
    `other.addVGood('SWORD', 2); other.persist(); var p = Spark.systemCollection('player');
     it([p.findOne({ 'goods.SWORD': 2 }).goods, p.findOne({ goods: { SWORD: 2 } }).virtualGoods,
         p.findOne({ userName: 'ben' }, { goods: 1 }).goods, p.find().sort({ 'goods.SWORD': -1 }).next().userName])`,
    [{ SWORD: 2 }, { SWORD: 2 }, { SWORD: 2 }, "ben"],
  ],
  [
    "amounts below zero",
    `me.credit1(-1); me.debit1(-3); me.credit('X', 5); me.credit('X', -2); me.debit('X', -1);
     it([me.getBalance1(), me.getBalance('X'), me.addVGood('GOLD', 3), me.addVGood('GOLD', -1), me.useVGood('GOLD', -5),
         me.hasVGood('GOLD')])`,
    [12, 4, true, true, true, 7],
  ],
  [
    "amounts below zero of which the player has less",
    `me.credit1(-11); me.credit('X', -1);
     it([me.getBalance1(), me.getBalance('X'), me.addVGood('GOLD', -1), me.hasVGood('GOLD'), me.credit1(-10), me.getBalance1()])`,
    [10, 0, false, 0, null, 0],
  ],
  [
    "a method of another object",
    "try { me.getPlayerId.call({}); it(0); } catch (e) { it(e instanceof TypeError); }",
    true,
  ],
  [
    "configuration",
    "it([Spark.getConfig().getStage(), Spark.config.apiKey, Spark.getConfig().stage])",
    ["preview", "key1", "preview"],
  ],
  [
    "numbers that are text",
    "var me = Spark.getPlayer(); var before = me.getBalance1(); me.credit1(' 7 '); me.debit1('2.9'); it(me.getBalance1() - before)",
    5,
  ],
  [
    "digests",
    "var d = Spark.getDigester(); it([d.md5Hex('a'), d.sha1Base64('a'), d.hmacSha256Hex('k', 'a'), d.hmacSha256HexWithHexKey('6b', 'a'), d.hmacSha256Base64WithBase64Key('aw==', 'a'), d.md2Hex('abc'), d.md2Base64('abc')])",
    [
      "0cc175b9c0f1b6a831c399e269772661",
      "hvfkN/qlp/zhXR3cuerq6jd2Z7g=",
      "78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e",
      "78da91511e675587f5b9df78bedebaf5560da2abb88162ee875dcdf744951d9e",
      "eNqRUR5nVYf1ud94vt669VYNoqu4gWLuh13N90SVHZ4=",
      "da853b0d3f88d99b30283a69e6ded6bb",
      "2oU7DT+I2ZswKDpp5t7Wuw==",
    ],
  ],
];

const REFUSED: [what: string, script: string, message: RegExp][] = [
  ["an id that is no text", "Spark.loadPlayer({})", /Spark\.loadPlayer: playerId must be a string, not an object/],
  ["a quantity that is a word", "me.credit1('five')", /quantity must be a number, not a string/],
  ["a quantity that is no text either", "me.credit1(' ')", /quantity must be a number, not a string/],
  ["a quantity that is null", "me.credit1(null)", /quantity must be a number, not null/],
  ["a good's quantity that is null", "me.addVGood('GOLD', null)", /quantity must be a number, not null/],
  ["a good's code with a dot", "me.addVGood('a.b', 1)", /shortCode must not contain/],
  ["a password that is none", "me.setPassword(null)", /SparkPlayer\.setPassword: password must be a string, not null/],
  ["an empty password", "me.setPassword('')", /password must not be empty/],
  [
    "leaderboards",
    "Spark.getLeaderboards()",
    /^Spark\.getLeaderboards is not supported yet: this server has no leaderboards\.$/,
  ],
  [
    "leaderboards as a property",
    "Spark.leaderboards",
    /^Spark\.getLeaderboards is not supported yet: this server has no leaderboards/,
  ],
  [
    "an experiment",
    "me.getExperimentSegments()",
    /^SparkPlayer\.getExperimentSegments is not supported yet: this server has no experiments/,
  ],
];

const WRITES: Record<string, string> = {
  changesAll: `
    me.setScriptData("xp", 1); me.setPrivateData("p", 2); me.debit1(4); me.credit("GEM", 3); me.addVGood("SWORD", 2);
    me.addAchievement("A"); me.addAchievement("B"); me.removeAchievement("B"); me.setSegmentValue("tier", "gold");
    other.setScriptData("met", me.getPlayerId());`,
  takesBack:
    "me.removeAchievement('A'); me.addAchievement('C'); me.setSegmentValue('tier', null); me.useVGood('SWORD', 2);",
  countsUp: "me.setScriptData('count', (me.getScriptData('count') || 0) + 1);",
  blindly: "me.setScriptData(Spark.getData().member, 1);",
  debits: "if (!me.debit1(10)) Spark.setScriptError('POOR', 1);",
  writesToo:
    "Spark.runtimeCollection('w').insert({}); me.setScriptData('count', (me.getScriptData('count') || 0) + 1);",
  persists:
    "me.setScriptData('kept', 1); me.debit1(3); me.persist(); me.setScriptData('lost', 1); throw new Error('late');",
  persistsTwice: "me.credit1(1); me.persist(); me.credit1(1); me.persist(); me.persist(); it(me.getBalance1());",
  takesAndGives: "me.credit1(-4); me.debit('GEM', -2); me.addVGood('SWORD', -0); me.useVGood('SWORD', -3);",
  fails: "me.setScriptData('lost', 1); other.setScriptData('lost', 1); throw new Error('late');",
  setsPassword:
    "other.setPassword('another'); it([other.validatePassword('another'), other.validatePassword('secret')]);",
  resets: "me.resetAuthTokens();",
  deletes: "other.deletePlayer(); it(Spark.systemCollection('player').count({ userName: 'ben' }));",
};

/** Once, as it is meant to cost time. */
const hash = await createPasswords({ atOnce: 1, queued: 1 }).hash("secret");

describe.each(engines.slice(0, 2))("players in scripts on $name", (engine) => {
  let world: World;
  let hosts: TestCloudCode;
  let me: PlayerId;
  let other: PlayerId;

  beforeAll(async () => {
    world = await openWorld(engine);
    const caught = (script: string) => `try { ${script}; it("never"); } catch (e) { it(e.message); }`;
    hosts = await withScripts(
      Object.fromEntries([
        ...SEEN.map(([, script], index) => [`seen${index}`, BEFORE + script]),
        ...REFUSED.map(([, script], index) => [`refused${index}`, BEFORE + caught(script)]),
        ...Object.entries(WRITES).map(([name, script]) => [name, BEFORE + script]),
      ]),
      { apiKey: "key1" },
    );
  });
  beforeEach(async () => {
    const { players, links, passwords, friendships } = accounts(world.store);
    for (const collection of [players, links, passwords, friendships]) await collection.deleteMany({});
    me = await world.player("ada");
    other = await world.player("ben");
    await players.updateOne({ _id: objectIdOf(other) }, { $set: { "externalIds.FB": "77" } });
    await links.insertOne({ _id: "FB:77", systemId: "FB", externalId: "77", playerId: objectIdOf(other) });
    const pair = [objectIdOf(me), objectIdOf(other)];
    await friendships.insertOne({ _id: `${me}:${other}`, players: pair, via: ["FB"] });
    await passwords.insertOne({ _id: objectIdOf(other), hash });
    world.presence.onConnect(other);
  });
  afterAll(async () => {
    await hosts.cloudCode.close();
    await world.discard();
  });

  /** The run alone; what it changed is not written. */
  const run = async (name: string, data: Record<string, unknown> = {}): Promise<ScriptResult> =>
    hosts.run(name, { data: { other, ...data }, player: await world.seen(me) }, world.context);
  const write = (result: ScriptResult): Promise<void> =>
    world.store.transaction((tx) => writeScriptChanges(tx, me, result, "checked"));

  test.for(SEEN.map(([what, , it], index) => [what, index, it] as const))("%s", async ([, index, it]) => {
    const result = await run(`seen${index}`);
    expect(result.failure).toBeUndefined();
    expect(JSON.parse(JSON.stringify(result.scriptData["it"]))).toEqual(it);
    expect(world.failures).toEqual([]);
  });

  test.for(REFUSED.map(([what, , message], index) => [what, index, message] as const))(
    "refused: %s",
    async ([, index, message]) => {
      const result = await run(`refused${index}`);
      expect(result.failure).toBeUndefined();
      expect(result.scriptData["it"]).toMatch(message);
      expect(changesAnything(result)).toBe(false);
    },
  );

  test("a run's changes are written at its end and not before", async () => {
    const result = await run("changesAll");
    expect((await world.seen(me)).version).toBe(0);
    await write(result);
    const after = await world.seen(me);
    expect(after).toMatchObject({ scriptData: { xp: 1 }, privateData: { p: 2 }, version: 1 });
    expect(after.details).toMatchObject({
      balances: { currency1: 6, GEM: 3 },
      goods: { SWORD: 2 },
      achievements: ["A"],
      segments: { tier: "gold" },
    });
    expect((await world.seen(other)).scriptData).toEqual({ met: me });
    await write(await run("takesBack"));
    const { details } = await world.seen(me);
    expect(details).toMatchObject({ goods: { SWORD: 0 }, achievements: ["C"], segments: {} });
  });

  test("negative amounts are applied at the end, and nothing is taken twice", async () => {
    const [first, second] = [await run("takesAndGives"), await run("debits")];
    await write(first);
    await expect(write({ ...second, wrote: true })).rejects.toBeInstanceOf(PlayerChanged);
    expect((await world.seen(me)).details).toMatchObject({ balances: { currency1: 6, GEM: 2 }, goods: { SWORD: 3 } });
  });

  test("changes of a run that read outdated state are not written", async () => {
    const [first, second] = [await run("countsUp"), await run("countsUp")];
    await write(first);
    await expect(write(second)).rejects.toBeInstanceOf(PlayerChanged);
    expect((await world.seen(me)).scriptData).toEqual({ count: 1 });
  });

  test("runs that change different members without reading them are both written", async () => {
    const [first, second] = [await run("blindly", { member: "a" }), await run("blindly", { member: "b" })];
    await write(first);
    await write(second);
    expect((await world.seen(me)).scriptData).toEqual({ a: 1, b: 1 });
  });

  test("nothing is taken twice", async () => {
    const [first, second] = [await run("debits"), await run("debits")];
    await write(first);
    await expect(write({ ...second, wrote: true })).rejects.toBeInstanceOf(PlayerChanged);
    expect((await world.seen(me)).details?.balances["currency1"]).toBe(0);
  });

  test("changes of a run that wrote to a collection are merged", async () => {
    const [first, second] = [await run("writesToo"), await run("countsUp")];
    expect([first.wrote, second.wrote]).toEqual([true, false]);
    await write(second);
    await write(first);
    expect((await world.seen(me)).scriptData).toEqual({ count: 1 });
  });

  test("persist writes at once, even if the script fails", async () => {
    const result = await run("persists");
    expect(result).toMatchObject({ failure: { message: "late" }, wrote: true });
    expect(changesAnything(result)).toBe(false);
    const after = await world.seen(me);
    expect(after.scriptData).toEqual({ kept: 1 });
    expect(after.details?.balances["currency1"]).toBe(7);
  });

  test("persist writes each change once", async () => {
    const result = await run("persistsTwice");
    expect(result.scriptData["it"]).toBe(12);
    expect(changesAnything(result)).toBe(false);
    expect((await world.seen(me)).details?.balances["currency1"]).toBe(12);
  });

  test("a failing run changes no player", async () => {
    const result = await run("fails");
    expect(result.failure?.message).toBe("late");
    expect(changesAnything(result)).toBe(false);
  });

  test("a password is changed at once", async () => {
    expect((await run("setsPassword")).scriptData["it"]).toEqual([true, false]);
  });

  test("authTokens are revoked at once", async () => {
    const now = world.clock.now();
    const token = await issueToken(world.store, me, now, { authTokenDays: 1, authTokensPerPlayer: 2 });
    expect(await ownerOfToken(world.store, token, now)).toBe(me);
    await run("resets");
    expect(await ownerOfToken(world.store, token, now)).toBeUndefined();
  });

  test("a player is deleted with links, password and friendships", async () => {
    expect((await run("deletes")).scriptData["it"]).toBe(0);
    const { players, links, passwords, friendships } = accounts(world.store);
    const left = [players, links, passwords, friendships].map((collection) => collection.countDocuments({}));
    expect(await Promise.all(left)).toEqual([1, 0, 0, 0]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp, untaken } from "./support.ts";

const prelude = 'function it(value) { Spark.setScriptData("it", value); } var me = Spark.getPlayer();';
const got = `${prelude} var challenge = Spark.getChallenge(Spark.getData().challenge);`;
const CHALLENGE_MESSAGE_BYTES = 20_000;

/** A call with an invalid argument, and the error that the script gets. */
const REFUSED: [code: string, error: string][] = [
  ["Spark.getChallenge()", "Spark.getChallenge: challengeInstanceId must be a string, not undefined."],
  ["Spark.getChallenge(null)", "Spark.getChallenge: challengeInstanceId must be a string, not null."],
  ["Spark.getChallenge('invalid')", "Spark.getChallenge: challengeInstanceId is invalid"],
  ["Spark.getChallenge('')", "Spark.getChallenge: challengeInstanceId is invalid"],
  ["Spark.getChallenge(challenge)", "Spark.getChallenge: challengeInstanceId must be a string, not an object."],
  ["Spark.lock()", "Spark.lock: challenge must be a SparkChallenge, not undefined."],
  ["Spark.lock(challenge.getId())", "Spark.lock: challenge must be a SparkChallenge, not a string."],
  ["Spark.lock(Object.create(challenge))", "Spark.lock: challenge must be a SparkChallenge, not an object."],
  ["Spark.unlock(null)", "Spark.unlock: challenge must be a SparkChallenge, not null."],
  ["challenge.winChallenge()", "SparkChallenge.winChallenge: winner must be a SparkPlayer, not undefined."],
  ["challenge.winChallenge({})", "SparkChallenge.winChallenge: winner must be a SparkPlayer, not an object."],
  ["challenge.winChallenge(7)", "SparkChallenge.winChallenge: winner must be a SparkPlayer, not a number."],
  ["challenge.winChallenge('grace')", "There is no such player."],
  ["challenge.takeTurn()", "SparkChallenge.takeTurn: playerId must be a string, not undefined."],
  ["challenge.takeTurn(me)", "SparkChallenge.takeTurn: playerId must be a string, not an object."],
  ["challenge.consumeTurn('')", "There is no such player."],
  ["challenge.removePlayer([])", "SparkChallenge.removePlayer: playerId must be a string, not an object."],
  ["challenge.removePlayer('grace')", "There is no such player."],
  ["challenge.getScriptData(undefined)", "SparkChallenge.getScriptData: name must be a string, not undefined."],
  ["challenge.setScriptData()", "SparkChallenge.setScriptData: name must be a string, not undefined."],
  ["challenge.setScriptData('a.b', 1)", 'SparkChallenge.setScriptData: name must not contain "." or a null character.'],
  ["challenge.setScriptData('$a', 1)", 'SparkChallenge.setScriptData: name must not be empty or begin with "$".'],
  ["challenge.setScriptData('__proto__', {})", 'SparkChallenge.setScriptData: name must not be "__proto__".'],
  ["challenge.setScriptData('f', it)", "SparkChallenge.setScriptData: value must be JSON, not a function."],
  ["challenge.removeScriptData({})", "SparkChallenge.removeScriptData: name must be a string, not an object."],
  ["challenge.setPrivateData('', 1)", 'SparkChallenge.setPrivateData: name must not be empty or begin with "$".'],
  [
    "var a = {}; a.a = a; challenge.setPrivateData('a', a)",
    "SparkChallenge.setPrivateData: value cannot be converted to JSON: Converting circular structure to JSON",
  ],
  ["challenge.removePrivateData()", "SparkChallenge.removePrivateData: name must be a string, not undefined."],
];

const SCRIPTS: Record<string, string> = {
  ...Object.fromEntries(
    REFUSED.map(([code], n) => [`REFUSED${n}`, `try { ${code}; it("nothing") } catch (e) { it(e.message) }`]),
  ),
  NULLS: `
    var set = [challenge.setScriptData(null, 1), challenge.setPrivateData(null, 1), challenge.removeScriptData(null),
      challenge.removePrivateData(null)];
    it([set.join(), challenge.takeTurn(null), challenge.consumeTurn(null), challenge.removePlayer(null),
      challenge.getScriptData(null), challenge.getPrivateData(null), challenge.getScriptData(), challenge.getPrivateData()]);`,
  START: `challenge.startChallenge(); it([challenge.getRunState(), challenge.getStartDate() !== null]);`,
  DRAW: "challenge.drawChallenge(); it(challenge.getRunState());",
  WIN: "challenge.winChallenge(me); it(challenge.getRunState());",
  "GIVE AND WIN": `
    me.credit1(5);
    challenge.winChallenge(me.getPlayerId());
    it(me.getBalance1());
    me.credit1(1);`,
  REMOVE: `
    var removed = Spark.getData().players.map(function (id) { return challenge.removePlayer(id); });
    it([removed, challenge.getAcceptedPlayerIds(), challenge.getRunState()]);`,
  SET: `
    challenge.setPrivateData("seed", { n: 7 });
    challenge.setPrivateData("secret", "word");
    challenge.setScriptData("board", [1]);
    challenge.setScriptData("round", 2);
    challenge.removePrivateData("secret");
    challenge.removePrivateData("never");
    challenge.removeScriptData("round");
    it([challenge.getPrivateData(), challenge.getPrivateData("secret"), challenge.getScriptData()]);`,
  READ: 'it([challenge.getPrivateData("seed"), challenge.getPrivateData(), challenge.getScriptData()]);',
  CLEAR: 'challenge.removePrivateData("seed"); challenge.removeScriptData("board");',
  ALL: "it([challenge.getScriptData(), challenge.getPrivateData()]);",
  BIG: `
    challenge.setScriptData("map", new Array(${CHALLENGE_MESSAGE_BYTES}).join("x"));
    challenge.winChallenge(me);`,
  "SEND MOVE": `
    Spark.lock(challenge);
    challenge.setScriptData("moves", 0);
    var request = new SparkRequests.LogChallengeEventRequest();
    request.challengeInstanceId = challenge.getId();
    request.eventKey = "MOVE";
    var answers = [request.Execute(), request.Execute()];
    Spark.unlock(challenge);
    it([answers[0].scriptData, answers[1].error, challenge.getScriptData("moves")]);`,
};

/** One server for all tests; each has its own players and challenges. */
let app: ChallengeApp;
beforeAll(async () => {
  const events = Object.entries(SCRIPTS).map(([key, code]) => [`event/${key}.js`, `${got} ${code}`]);
  const bound = `var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
    challenge.setScriptData("moves", challenge.getScriptData("moves") + 1);
    Spark.setScriptData("ran", true);`;
  app = await startChallengeApp(
    { ...Object.fromEntries(events), "event-challenge/MOVE.js": bound },
    { config: { maxMessageBytes: CHALLENGE_MESSAGE_BYTES } },
  );
});
afterAll(() => app.discard());

let names = 0;
let [ada, grace, alan]: Player[] = [];
beforeEach(async () => {
  names++;
  [ada, grace, alan] = await Promise.all(["ada", "grace", "alan"].map((name) => app.player(`${name} ${names}`)));
});

/** Runs one of the scripts above as a player and returns its result. */
const script = async (player: Player, eventKey: string, challenge: string, fields: Record<string, unknown> = {}) =>
  (await ok(player.request("LogEventRequest", { eventKey, challenge, ...fields }))).scriptData?.it;

const join = (player: Player, id: string) => ok(player.request("JoinChallengeRequest", { challengeInstanceId: id }));

it("null as a name or player matches nothing", async () => {
  const id = await running();
  expect(await script(ada!, "NULLS", id)).toEqual([",,,", false, false, false, null, null, {}, {}]);
});

/** A running challenge of ada and grace, whose messages so far have been read. */
async function running(fields: Record<string, unknown> = {}): Promise<string> {
  const id = await app.issue(ada!, fields);
  await join(grace!, id);
  for (const player of [ada!, grace!]) await message(player, "Started");
  return id;
}

describe("an invalid argument is refused:", () => {
  it.each(REFUSED.map(([code, error], n) => ({ code, error, key: `REFUSED${n}` })))("$code", async ({ key, error }) => {
    const id = await app.issue(ada!);
    expect(await script(ada!, key, id)).toContain(error);
    expect(await app.stored(id)).toMatchObject({ state: "ISSUED", scriptData: {}, privateData: {} });
  });
});

describe("startChallenge", () => {
  const due = { startTime: "2026-01-02T04:00Z", maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true };
  it.each<[string, Record<string, unknown>, string]>([
    ["that waits for more players", { minPlayers: 3 }, "ISSUED"],
    ["that waits for its start time", due, "WAITING"],
  ])("starts a challenge %s", async (_, fields, state) => {
    const id = await app.issue(ada!, { ...fields, currency1Wager: 10 });
    await join(grace!, id);
    expect((await app.stored(id)).state).toBe(state);
    expect(await script(alan!, "START", id)).toEqual(["RUNNING", true]);
    for (const player of [ada!, grace!]) {
      expect((await message(player, "Started")).challenge).toMatchObject({ state: "RUNNING", nextPlayer: ada!.userId });
      expect(await app.purse(player)).toEqual([90, 10]);
    }
  });

  it("does nothing for a single player, a running or an ended challenge", async () => {
    const alone = await app.issue(ada!);
    expect(await script(ada!, "START", alone)).toEqual(["ISSUED", false]);
    const id = await running();
    const { startDate } = await app.stored(id);
    app.clock.advance(1_000);
    expect(await script(ada!, "START", id)).toEqual(["RUNNING", true]);
    expect((await app.stored(id)).startDate).toEqual(startDate);
    expect(await script(ada!, "DRAW", id)).toBe("COMPLETE");
    expect(await script(ada!, "START", id)).toEqual(["COMPLETE", true]);
    expect(await untaken(app, grace!)).toEqual(["Drawn"]);
  });
});

describe("drawChallenge", () => {
  it("ends the challenge once, refunds wagers and notifies all participants", async () => {
    const id = await running({ currency1Wager: 40 });
    expect(await Promise.all([script(ada!, "DRAW", id), script(grace!, "DRAW", id)])).toEqual(["COMPLETE", "COMPLETE"]);
    for (const player of [ada!, grace!]) {
      expect((await message(player, "Drawn")).challenge).toMatchObject({ state: "COMPLETE" });
      expect(await app.purse(player)).toEqual([100, 0]);
    }
    expect(await untaken(app, grace!)).toEqual([]);
    expect(await app.stored(id)).not.toHaveProperty("winner");
  });

  it("does nothing before the start", async () => {
    const id = await app.issue(ada!, { currency1Wager: 40 });
    expect(await script(ada!, "DRAW", id)).toBe("ISSUED");
    expect(await app.purse(ada!)).toEqual([60, 40]);
  });
});

describe("winChallenge", () => {
  it("pays the wagers in addition to what the script itself gives, before and after", async () => {
    const id = await running({ currency1Wager: 40 });
    expect(await script(grace!, "GIVE AND WIN", id)).toBe(145);
    expect([await app.purse(ada!), await app.purse(grace!)]).toEqual([
      [60, 0],
      [146, 0],
    ]);
  });

  it("does nothing for a player who does not participate, or a second time", async () => {
    const id = await running({ currency1Wager: 40 });
    expect(await script(alan!, "WIN", id)).toBe("RUNNING");
    expect(await script(ada!, "WIN", id)).toBe("COMPLETE");
    expect(await script(grace!, "WIN", id)).toBe("COMPLETE");
    expect(await app.stored(id)).toMatchObject({ winner: ada!.userId });
    expect([await app.purse(ada!), await app.purse(grace!)]).toEqual([
      [140, 0],
      [60, 0],
    ]);
  });

  it("sends the message without script data that would make it too large, and keeps the data", async () => {
    const id = await running();
    await script(ada!, "BIG", id);
    for (const [player, name] of [[ada!, "Won"] as const, [grace!, "Lost"] as const]) {
      expect((await message(player, name)).challenge).toMatchObject({ state: "COMPLETE", scriptData: {} });
    }
    expect((await app.stored(id)).scriptData["map"]).toHaveLength(CHALLENGE_MESSAGE_BYTES - 1);
  });
});

describe("removePlayer", () => {
  const remove = (id: string, ...players: Player[]) =>
    script(alan!, "REMOVE", id, { players: players.map(({ userId }) => userId) });

  it("refunds the wager before the start, and not again at the end", async () => {
    const id = await app.issue(ada!, { minPlayers: 3, currency1Wager: 30 });
    await join(grace!, id);
    expect(await remove(id, grace!, grace!)).toEqual([[true, false], [ada!.userId], "ISSUED"]);
    expect(await app.purse(grace!)).toEqual([100, 0]);
    const got = grace!.request("GetChallengeRequest", { challengeInstanceId: id });
    expect((await got).error).toEqual({ challengeInstanceId: "INVALID" });
    await ok(ada!.request("WithdrawChallengeRequest", { challengeInstanceId: id }));
    expect([await app.purse(ada!), await app.purse(grace!)]).toEqual([
      [100, 0],
      [100, 0],
    ]);
  });

  it("keeps the wager in the pot after the start, and passes the turn", async () => {
    const id = await app.issue(ada!, { minPlayers: 3, currency1Wager: 30 });
    for (const player of [grace!, alan!]) await join(player, id);
    expect(await remove(id, ada!)).toEqual([[true], [grace!.userId, alan!.userId], "RUNNING"]);
    expect(await app.stored(id)).toMatchObject({ nextPlayer: grace!.userId, players: [grace!.userId, alan!.userId] });
    expect(await app.purse(ada!)).toEqual([70, 30]);
    expect(await script(grace!, "WIN", id)).toBe("COMPLETE");
    expect(await Promise.all([ada!, grace!, alan!].map((player) => app.purse(player)))).toEqual([
      [70, 0],
      [160, 0],
      [70, 0],
    ]);
  });

  it("does not change another player's turn, and ends the challenge with its last player", async () => {
    const id = await running({ currency1Wager: 30 });
    expect(await remove(id, grace!)).toEqual([[true], [ada!.userId], "RUNNING"]);
    expect(await app.stored(id)).toMatchObject({ nextPlayer: ada!.userId });
    expect(await remove(id, ada!, ada!)).toEqual([[true, false], [], "COMPLETE"]);
    expect([await app.purse(ada!), await app.purse(grace!)]).toEqual([
      [100, 0],
      [100, 0],
    ]);
  });

  it("starts a challenge that waited only for that player's reply", async () => {
    const usersToChallenge = [grace!.userId, alan!.userId];
    const id = await app.issue(ada!, { accessType: "PRIVATE", usersToChallenge });
    await ok(grace!.request("AcceptChallengeRequest", { challengeInstanceId: id }));
    expect((await app.stored(id)).state).toBe("ISSUED");
    expect(await remove(id, alan!)).toEqual([[true], [ada!.userId, grace!.userId], "RUNNING"]);
    await message(grace!, "Started");
  });

  it("prevents the start with a single player at the start time", async () => {
    const due = { startTime: "2026-01-02T04:00Z", maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true };
    const id = await app.issue(ada!, due);
    await join(grace!, id);
    expect(await remove(id, grace!)).toEqual([[true], [ada!.userId], "ISSUED"]);
    await join(alan!, id);
    expect(await app.stored(id)).toMatchObject({ state: "WAITING", accepted: [ada!.userId, alan!.userId] });
  });

  it("does nothing for players who are not involved, or after the end", async () => {
    const id = await running();
    expect(await remove(id, alan!)).toEqual([[false], [ada!.userId, grace!.userId], "RUNNING"]);
    await script(ada!, "DRAW", id);
    expect(await remove(id, ada!)).toEqual([[false], [ada!.userId, grace!.userId], "COMPLETE"]);
  });
});

it("private data is hidden from players and kept until it is removed", async () => {
  const id = await running();
  const kept = { seed: { n: 7 } };
  expect(await script(ada!, "SET", id)).toEqual([kept, null, { board: [1] }]);
  expect(await script(grace!, "READ", id)).toEqual([{ n: 7 }, kept, { board: [1] }]);
  const { challenge } = await ok(grace!.request("GetChallengeRequest", { challengeInstanceId: id }));
  expect(challenge.scriptData).toEqual({ board: [1] });
  expect(JSON.stringify(challenge)).not.toContain("seed");
  await script(grace!, "CLEAR", id);
  expect(await script(ada!, "ALL", id)).toEqual([{}, {}]);
});

it("an event sent by a script that holds the lock takes the turn once", async () => {
  const id = await running();
  expect(await script(ada!, "SEND MOVE", id)).toEqual([{ ran: true }, { challengeInstanceId: "NOT_YOUR_TURN" }, 1]);
  expect(await app.stored(id)).toMatchObject({ nextPlayer: grace!.userId, turnCount: { [ada!.userId]: 1 } });
});

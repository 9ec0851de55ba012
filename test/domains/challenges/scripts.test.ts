import { afterEach, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp, untaken } from "./support.ts";

let app: ChallengeApp;
afterEach(() => app.discard());

const event = (player: Player, id: string, eventKey: string, fields: Record<string, unknown> = {}) =>
  player.request("LogChallengeEventRequest", { challengeInstanceId: id, eventKey, ...fields });

async function duel(fields: Record<string, unknown> = {}) {
  const [ada, grace] = [await app.player("ada"), await app.player("grace")];
  const id = await app.issue(ada, fields);
  await ok(grace.request("JoinChallengeRequest", { challengeInstanceId: id }));
  for (const player of [ada, grace]) await message(player, "Started");
  return { ada, grace, id };
}

/** Noughts and crosses on a row of three; two marks win. */
const ROW = {
  "message-global/ChallengeStartedMessage.js": `
    var challenge = Spark.getChallenge(Spark.getData().challenge.challengeId);
    challenge.setScriptData("row", [null, null, null]);
    challenge.setPrivateData("seed", 7);
    Spark.setScriptData("players", Spark.getPlayerIds().length);`,
  "event-challenge/MOVE.js": `
    var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
    var me = Spark.getPlayer();
    var row = challenge.getScriptData("row");
    if (row[Spark.getData().FIELD] !== null) {
      Spark.setScriptError("FIELD", "TAKEN");
      Spark.exit();
    }
    row[Spark.getData().FIELD] = me.playerId;
    challenge.setScriptData("row", row);
    if (row.filter(function (who) { return who === me.playerId; }).length === 2) challenge.winChallenge(me);`,
  "message-user/ChallengeWonMessage.js": 'Spark.getPlayer().setScriptData("wins", 1);',
  "message-user/ChallengeLostMessage.js": 'Spark.setScriptData("comfort", Spark.getData().winnerName + " was lucky");',
};

describe("a challenge with scripts", () => {
  it("can be ended by a script", async () => {
    app = await startChallengeApp(ROW);
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    const id = await app.issue(ada, { currency1Wager: 25 });
    await ok(grace.request("JoinChallengeRequest", { challengeInstanceId: id }));
    for (const player of [ada, grace]) {
      const started = await message(player, "Started");
      expect(started.scriptData).toEqual({ players: 2 });
      expect(started.challenge.scriptData, "what the global script set").toEqual({ row: [null, null, null] });
    }
    expect(await app.purse(grace)).toEqual([75, 25]);
    await ok(event(ada, id, "MOVE", { FIELD: 0 }));
    expect((await message(grace, "TurnTaken")).challenge).toMatchObject({
      nextPlayer: grace.userId,
      turnCount: { [ada.userId]: 1, [grace.userId]: 0 },
      scriptData: { row: [ada.userId, null, null] },
    });
    expect((await event(grace, id, "MOVE", { FIELD: 0 })).error).toEqual({ FIELD: "TAKEN" });
    expect((await app.stored(id)).nextPlayer, "a refused move takes no turn").toBe(grace.userId);
    await ok(event(grace, id, "MOVE"));
    expect((await app.stored(id)).scriptData, "the attribute's default value").toMatchObject({
      row: [ada.userId, null, grace.userId],
    });
    await ok(event(ada, id, "MOVE", { FIELD: 1 }));

    const won = await message(ada, "Won");
    expect(won).toMatchObject({
      winnerName: "ada",
      currency1Won: 50,
      currency2Won: 0,
      challenge: { state: "COMPLETE" },
    });
    expect(won.challenge, "nobody's turn is next").not.toHaveProperty("nextPlayer");
    expect(await message(grace, "Lost")).toMatchObject({
      winnerName: "ada",
      scriptData: { comfort: "ada was lucky" },
      challenge: { state: "COMPLETE" },
    });
    await expect.poll(async () => (await ok(ada.request("AccountDetailsRequest"))).scriptData).toEqual({ wins: 1 });
    expect(await app.purse(ada)).toEqual([125, 0]);
    expect(await app.purse(grace)).toEqual([75, 0]);
    expect(await app.stored(id)).toMatchObject({ state: "COMPLETE", winner: ada.userId, privateData: { seed: 7 } });
    expect(await untaken(app, grace)).toEqual(["TurnTaken"]);
  });

  it("runs the request's script, then the event's script, then takes the turn", async () => {
    app = await startChallengeApp({
      "request/LogChallengeEventRequest.js": `
        var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
        challenge.setScriptData("steps", ["request " + challenge.getRunState()]);
        if (Spark.getData().FIELD === 9) Spark.setScriptError("FIELD", "CLOSED");
        Spark.getPlayer().setScriptData("moved", true);`,
      "event-challenge/MOVE.js": `
        var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
        challenge.setScriptData("steps", challenge.getScriptData("steps").concat("event"));
        Spark.setScriptData("steps", challenge.getScriptData("steps"));`,
      "event/MOVE.js": 'throw "this is of LogEventRequest";',
      "response/LogChallengeEventResponse.js": `
        if (Spark.getData().error) Spark.setScriptData("refused", Spark.getData().error);
        else Spark.setScriptData("steps", Spark.getScriptData("steps").concat("response"));`,
    });
    const { ada, grace, id } = await duel();
    const closed = await event(ada, id, "MOVE", { FIELD: 9 });
    expect(closed).toMatchObject({ error: { FIELD: "CLOSED" }, scriptData: { refused: { FIELD: "CLOSED" } } });
    expect(await app.stored(id)).toMatchObject({
      nextPlayer: ada.userId,
      scriptData: { steps: ["request RUNNING"] },
    });
    const { scriptData } = await ok(event(ada, id, "MOVE"));
    expect(scriptData).toEqual({ steps: ["request RUNNING", "event", "response"] });
    const early = { challengeInstanceId: "NOT_YOUR_TURN" };
    await event(grace, id, "MOVE");
    expect(await event(ada, id, "MOVE")).toMatchObject({ scriptData: { steps: expect.any(Array) } });
    expect(await event(ada, id, "MOVE")).toMatchObject({ error: early, scriptData: { refused: early } });
    expect((await ok(ada.request("AccountDetailsRequest"))).scriptData).toEqual({ moved: true });
    expect((await app.stored(id)).turnCount).toEqual({ [ada.userId]: 2, [grace.userId]: 1 });
  });

  it("runs no script for a player out of turn or not involved", async () => {
    app = await startChallengeApp({
      "event-challenge/MOVE.js": 'Spark.getPlayer().setScriptData("ran", true);',
      "event-challenge/OPEN.js": 'Spark.getPlayer().setScriptData("ran", true);',
    });
    const { grace, id } = await duel();
    const alan = await app.player("alan");
    expect((await event(grace, id, "MOVE")).error).toEqual({ challengeInstanceId: "NOT_YOUR_TURN" });
    expect((await event(alan, id, "MOVE")).error).toEqual({ challengeInstanceId: "INVALID" });
    for (const player of [grace, alan]) {
      expect(await ok(player.request("AccountDetailsRequest"))).not.toHaveProperty("scriptData");
    }
    await ok(event(grace, id, "OPEN"));
    expect((await ok(grace.request("AccountDetailsRequest"))).scriptData, "it takes no turn").toEqual({ ran: true });
  });

  it("does not take a second turn if the script took it", async () => {
    app = await startChallengeApp({
      "event-challenge/MOVE.js": `
        var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
        Spark.setScriptData("taken", [
          challenge.consumeTurn(Spark.getPlayer().getPlayerId()),
          challenge.takeTurn(Spark.getPlayer().getPlayerId()),
        ]);`,
    });
    const { ada, grace, id } = await duel();
    expect((await ok(event(ada, id, "MOVE"))).scriptData).toEqual({ taken: [true, false] });
    expect(await app.stored(id)).toMatchObject({ nextPlayer: grace.userId, turnCount: { [ada.userId]: 1 } });
  });

  it("takes one turn and runs one script if a player sends the event many times at once", async () => {
    app = await startChallengeApp({
      "event-challenge/MOVE.js": `
        var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
        challenge.setScriptData("moves", (challenge.getScriptData("moves") || 0) + 1);`,
    });
    const { ada, id } = await duel();
    const answers = await Promise.all(Array.from({ length: 10 }, () => event(ada, id, "MOVE")));
    const refused = answers.filter(({ error }) => error?.challengeInstanceId === "NOT_YOUR_TURN");
    expect(refused).toHaveLength(9);
    expect(await app.stored(id)).toMatchObject({ scriptData: { moves: 1 }, turnCount: { [ada.userId]: 1 } });
  });

  it("handles events of one challenge sequentially, so that no change is lost", async () => {
    app = await startChallengeApp({
      "event-challenge/COUNT.js": `
        var challenge = Spark.getChallenge(Spark.getData().challengeInstanceId);
        challenge.setScriptData("count", (challenge.getScriptData("count") || 0) + 1);`,
    });
    const { ada, grace, id } = await duel();
    const players = [ada, grace, ada, grace, ada, grace, ada, grace];
    await Promise.all(players.map((player) => ok(event(player, id, "COUNT"))));
    expect((await app.stored(id)).scriptData).toEqual({ count: 8 });
  });
});

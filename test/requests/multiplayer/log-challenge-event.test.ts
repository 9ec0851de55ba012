import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LocksFull } from "../../../src/cluster/locks.ts";
import { lockOf } from "../../../src/domains/challenges/lock.ts";
import { type ChallengeApp, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

/** Order against scripts, and races, are in `test/domains/challenges/scripts.test.ts`. */
describe("LogChallengeEventRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  let duel: string;
  let score: string;
  const log = (player: Player, id: string, eventKey: unknown, fields: Record<string, unknown> = {}) =>
    player.request("LogChallengeEventRequest", { challengeInstanceId: id, eventKey, ...fields });

  beforeAll(async () => {
    app = await startChallengeApp({
      "event-challenge/TALK.js": 'Spark.setScriptData("said", Spark.getData().ATTRIBUTE);',
    });
    [ada, grace, alan] = await Promise.all(["ada", "grace", "alan"].map((name) => app.player(name)));
    duel = await app.issue(ada!);
    score = await app.issue(ada!, { challengeShortCode: "SCORE", maxAttempts: 1 });
    for (const id of [duel, score]) await ok(grace!.request("JoinChallengeRequest", { challengeInstanceId: id }));
  });
  afterAll(() => app.discard());

  it("gives the script the event's attributes, and takes a turn or an attempt where the event does", async () => {
    expect((await ok(log(grace!, duel, "TALK", { ATTRIBUTE: "7" }))).scriptData).toEqual({ said: 7 });
    expect((await app.stored(duel)).turnCount).toEqual({ [ada!.userId]: 0, [grace!.userId]: 0 });
    await ok(log(grace!, score, "SHOT"));
    expect((await app.stored(score)).turnCount).toEqual({ [ada!.userId]: 0, [grace!.userId]: 1 });
  });

  it("takes the first turn after the start time, even before a poll", async () => {
    const fields = { startTime: "2026-01-02T04:04Z", maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true };
    const id = await app.issue(ada!, fields);
    await ok(grace!.request("JoinChallengeRequest", { challengeInstanceId: id }));
    app.clock.advance(3_600_000);
    expect((await log(grace!, id, "MOVE")).error).toEqual({ challengeInstanceId: "NOT_YOUR_TURN" });
    expect(await app.stored(id), "a refusal begins nothing").toMatchObject({ state: "WAITING" });
    await ok(log(ada!, id, "MOVE"));
    expect(await app.stored(id)).toMatchObject({ state: "RUNNING", nextPlayer: grace!.userId });
    app.clock.advance(-3_600_000);
  });

  it.each<[string, () => Promise<{ error?: unknown }>, Record<string, unknown>]>([
    ["who does not play it", () => log(alan!, duel, "MOVE"), { challengeInstanceId: "INVALID" }],
    ["an unknown challenge", () => log(ada!, "5f0000000000000000000001", "MOVE"), { challengeInstanceId: "INVALID" }],
    [
      "no challenge",
      () => ada!.request("LogChallengeEventRequest", { eventKey: "MOVE" }),
      { challengeInstanceId: "REQUIRED" },
    ],
    [
      "a challenge that has not started",
      async () => log(ada!, await app.issue(ada!), "MOVE"),
      { challengeInstanceId: "INVALID" },
    ],
    ["another's turn", () => log(grace!, duel, "MOVE"), { challengeInstanceId: "NOT_YOUR_TURN" }],
    ["an attempt too many", () => log(grace!, score, "SHOT"), { challengeInstanceId: "NO_ATTEMPTS_LEFT" }],
    ["an unknown event", () => log(ada!, duel, "MOVES"), { eventKey: "UNKNOWN" }],
    ["a name of the language's own", () => log(ada!, duel, "constructor"), { eventKey: "UNKNOWN" }],
    ["an attribute that is missing", () => log(ada!, duel, "TALK"), { ATTRIBUTE: "REQUIRED" }],
    ["an attribute of another type", () => log(ada!, duel, "TALK", { ATTRIBUTE: [] }), { ATTRIBUTE: "INVALID" }],
    [
      "a challenge that has ended by the clock before a poll",
      async () => {
        app.clock.advance(12 * 3_600_000);
        const answer = await log(ada!, duel, "MOVE");
        app.clock.advance(-12 * 3_600_000);
        return answer;
      },
      { challengeInstanceId: "INVALID" },
    ],
  ])("refuses %s", async (_, request, error) => {
    const response = await request();
    expect(response.error).toMatchObject(error);
    expect(response).not.toHaveProperty("scriptData");
  });

  it("refuses where as many names are locked as may be: BUSY", async () => {
    const full = vi.spyOn(app.services.locks, "acquire").mockRejectedValueOnce(new LocksFull());
    expect((await log(ada!, duel, "TALK", { ATTRIBUTE: 1 })).error).toEqual({ challengeInstanceId: "BUSY" });
    expect(full).toHaveBeenCalledTimes(1);
    full.mockRestore();
  });

  it("waits for who has the challenge locked, and refuses in the end: BUSY", async () => {
    const lock = await app.services.locks.acquire(`preview:${lockOf(duel)}`, 0);
    const { acquire } = app.services.locks;
    const waits = vi.spyOn(app.services.locks, "acquire");
    // A hundredth of the time that it is asked for.
    waits.mockImplementation((name, tryMs, signal) => acquire(name, tryMs / 100, signal));
    expect((await log(ada!, duel, "TALK", { ATTRIBUTE: 1 })).error).toEqual({ challengeInstanceId: "BUSY" });
    expect(waits.mock.calls.map(([name, tryMs]) => [name, tryMs])).toEqual([[`preview:${lockOf(duel)}`, 10_000]]);
    waits.mockRestore();
    await lock!.release();
    expect((await ok(log(ada!, duel, "TALK", { ATTRIBUTE: 1 }))).scriptData).toEqual({ said: 1 });
  });
});

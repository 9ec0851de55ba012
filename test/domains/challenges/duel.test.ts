import { afterEach, describe, expect, it } from "vitest";
import { type ChallengeApp, END, message, ok, type Player, startChallengeApp, untaken } from "./support.ts";

let app: ChallengeApp;
afterEach(() => app.discard());

describe("a turn-based challenge", () => {
  it("can be played from the invitation to the last turn", async () => {
    app = await startChallengeApp();
    const [ada, grace] = [await app.player("ada"), await app.player("grace")];
    const id = await app.issue(ada, {
      accessType: "PRIVATE",
      usersToChallenge: grace.userId,
      challengeMessage: "Dare you",
      maxAttempts: 2,
      currency1Wager: 30,
    });
    const detail = (player: Player, name: string) => ({ id: player.userId, name });
    const { challenge, ...issued } = await message(grace, "Issued");
    expect(issued).toMatchObject({ who: "ada", message: "Dare you", notification: true, playerId: grace.userId });
    expect(challenge).toEqual({
      challengeId: id,
      shortCode: "DUEL",
      challengeName: "Duel",
      challengeMessage: "Dare you",
      state: "ISSUED",
      challenger: detail(ada, "ada"),
      challenged: [detail(grace, "grace")],
      accepted: [detail(ada, "ada")],
      startDate: null,
      endDate: END,
      expiryDate: null,
      maxTurns: 2,
      turnCount: { [ada.userId]: 0 },
      currency1Wager: 30,
      currencyWagers: { currency1: 30 },
      scriptData: {},
    });
    expect(await app.purse(ada)).toEqual([70, 30]);

    await ok(grace.request("AcceptChallengeRequest", { challengeInstanceId: id, message: "Fine" }));
    expect(await message(ada, "Accepted")).toMatchObject({ who: "grace", message: "Fine" });
    for (const player of [ada, grace]) {
      expect((await message(player, "Started")).challenge).toMatchObject({
        state: "RUNNING",
        startDate: "2026-01-02T03:04Z",
        nextPlayer: ada.userId,
        accepted: [detail(ada, "ada"), detail(grace, "grace")],
      });
      expect(await app.purse(player)).toEqual([70, 30]);
    }

    const move = (player: Player) =>
      player.request("LogChallengeEventRequest", { challengeInstanceId: id, eventKey: "MOVE" });
    expect((await move(grace)).error).toEqual({ challengeInstanceId: "NOT_YOUR_TURN" });
    for (const player of [ada, grace, ada]) {
      await ok(move(player));
      for (const recipient of [ada, grace])
        expect((await message(recipient, "TurnTaken")).who).toBe(player === ada ? "ada" : "grace");
    }
    expect((await move(ada)).error).toEqual({ challengeInstanceId: "NO_ATTEMPTS_LEFT" });
    await ok(move(grace));
    for (const player of [ada, grace]) {
      expect((await message(player, "Drawn")).challenge).toMatchObject({
        state: "COMPLETE",
        turnCount: { [ada.userId]: 2, [grace.userId]: 2 },
      });
      expect(await app.purse(player)).toEqual([100, 0]);
    }
    expect((await move(ada)).error).toMatchObject({ challengeInstanceId: "INVALID" });
    await message(ada, "TurnTaken");
    expect(await untaken(app, ada)).toEqual([]);
  });
});

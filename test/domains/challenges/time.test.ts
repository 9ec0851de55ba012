import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp, untaken } from "./support.ts";

let app: ChallengeApp;
let ada: Player;
let grace: Player;
beforeEach(async () => {
  app = await startChallengeApp();
  [ada, grace] = [await app.player("ada"), await app.player("grace")];
});
afterEach(() => app.discard());

const HOUR_MS = 3_600_000;

describe("the clock", () => {
  it("expires a challenge that has not started, once, and refunds wagers", async () => {
    const id = await app.issue(ada, { expiryTime: "2026-01-02T04:04Z", currency1Wager: 10 });
    await app.look();
    expect(await app.stored(id)).toMatchObject({ state: "ISSUED" });
    app.clock.advance(HOUR_MS);
    await Promise.all([app.look(), app.look()]);
    expect((await message(ada, "Expired")).challenge).toMatchObject({ state: "EXPIRED" });
    expect(await app.purse(ada)).toEqual([100, 0]);
    expect(await untaken(app, ada)).toEqual([]);
    expect(await app.stored(id)).not.toHaveProperty("due");
  });

  it("starts a waiting challenge at its start time and ends a running one at its end time", async () => {
    const fields = { startTime: "2026-01-02T04:04Z", maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true };
    const id = await app.issue(ada, { ...fields, currency1Wager: 10 });
    await ok(grace.request("JoinChallengeRequest", { challengeInstanceId: id }));
    await message(grace, "Waiting");
    app.clock.advance(HOUR_MS);
    await app.look();
    expect((await message(grace, "Started")).challenge).toMatchObject({ startDate: "2026-01-02T04:04Z" });
    app.clock.advance(12 * HOUR_MS);
    await app.look();
    for (const player of [ada, grace]) {
      expect((await message(player, "Drawn")).challenge).toMatchObject({ state: "COMPLETE" });
      expect(await app.purse(player)).toEqual([100, 0]);
    }
  });
});

describe("at the same time", () => {
  it("only one of many joining players gets the last place", async () => {
    const id = await app.issue(ada, { maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true, currency1Wager: 10 });
    const others = [grace, ...(await Promise.all(["b", "c", "d", "e"].map((name) => app.player(name))))];
    const answers = await Promise.all(
      others.map((player) => ok(player.request("JoinChallengeRequest", { challengeInstanceId: id }))),
    );
    expect(answers.filter(({ joined }) => joined)).toHaveLength(1);
    expect((await app.stored(id)).accepted).toHaveLength(2);
    const purses = await Promise.all(others.map((player) => app.purse(player)));
    expect(purses.filter(([, aside]) => aside === 10)).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5])("an invitation is either accepted or withdrawn: run %d", async () => {
    const invited = { accessType: "PRIVATE", usersToChallenge: grace.userId, currency1Wager: 10 };
    const id = await app.issue(ada, invited);
    const answers = await Promise.all([
      grace.request("AcceptChallengeRequest", { challengeInstanceId: id }),
      ada.request("WithdrawChallengeRequest", { challengeInstanceId: id }),
    ]);
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(1);
    const { state } = await app.stored(id);
    const kept = state === "RUNNING" ? [90, 10] : [100, 0];
    expect([await app.purse(ada), await app.purse(grace)]).toEqual([kept, kept]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("WithdrawChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace]: Player[] = [];
  const withdraw = (player: Player, id: string, fields: Record<string, unknown> = {}) =>
    player.request("WithdrawChallengeRequest", { challengeInstanceId: id, ...fields });

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace] = [await app.player("ada"), await app.player("grace")];
  });
  afterAll(() => app.discard());

  it("takes a challenge back, and gives wagers back", async () => {
    const id = await app.issue(ada!, { usersToChallenge: grace!.userId, currency1Wager: 10 });
    expect(await ok(withdraw(ada!, id, { message: "Sorry" }))).toMatchObject({ challengeInstanceId: id });
    expect(await message(grace!, "Withdrawn")).toMatchObject({
      who: "ada",
      message: "Sorry",
      challenge: { state: "WITHDRAWN" },
    });
    expect(await app.purse(ada!)).toEqual([100, 0]);
    expect((await withdraw(ada!, id)).error).toMatchObject({ challengeInstanceId: "INVALID" });
  });

  it("refuses others, what runs, and what is no challenge or speech", async () => {
    const invalid = { challengeInstanceId: "INVALID" };
    const id = await app.issue(ada!);
    expect((await withdraw(grace!, id)).error).toEqual(invalid);
    expect((await withdraw(ada!, "x")).error).toEqual(invalid);
    expect((await withdraw(ada!, id, { message: "a".repeat(4_097) })).error).toEqual({ message: "TOO_LONG" });
    await ok(grace!.request("JoinChallengeRequest", { challengeInstanceId: id }));
    expect((await withdraw(ada!, id)).error).toMatchObject(invalid);
  });
});

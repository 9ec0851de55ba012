import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ChallengeApp,
  message,
  ok,
  type Player,
  startChallengeApp,
  untaken,
} from "../../domains/challenges/support.ts";

describe("DeclineChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  const decline = (player: Player, id: string, fields: Record<string, unknown> = {}) =>
    player.request("DeclineChallengeRequest", { challengeInstanceId: id, ...fields });
  const invite = () =>
    app.issue(ada!, {
      accessType: "PRIVATE",
      usersToChallenge: [grace!.userId, alan!.userId],
      currency1Wager: 10,
    });

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace, alan] = [await app.player("ada"), await app.player("grace"), await app.player("alan")];
  });
  afterAll(() => app.discard());

  it("ends a challenge that everybody declined, and gives the wager back", async () => {
    const id = await invite();
    expect(await ok(decline(grace!, id, { message: "Not now" }))).toMatchObject({ challengeInstanceId: id });
    expect(await message(ada!, "Declined")).toMatchObject({
      who: "grace",
      message: "Not now",
      challenge: { state: "ISSUED", declined: [{ id: grace!.userId, name: "grace" }] },
    });
    expect(await app.purse(ada!)).toEqual([90, 10]);
    await ok(decline(alan!, id));
    expect((await message(ada!, "Declined")).challenge).toMatchObject({ state: "DECLINED" });
    expect(await app.purse(ada!)).toEqual([100, 0]);
    expect(await untaken(app, ada!)).toEqual([]);
  });

  it("refuses who was not invited, or replied, and what is no challenge or speech", async () => {
    const id = await invite();
    const invalid = { challengeInstanceId: "INVALID" };
    expect((await decline(ada!, id)).error).toEqual(invalid);
    expect((await decline(ada!, "x")).error).toEqual(invalid);
    await ok(decline(grace!, id));
    expect((await decline(grace!, id)).error).toEqual(invalid);
    expect((await decline(alan!, id, { message: "a".repeat(4_097) })).error).toEqual({ message: "TOO_LONG" });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, END, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("GetChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  const get = (player: Player, id: string) => player.request("GetChallengeRequest", { challengeInstanceId: id });

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace, alan] = [await app.player("ada"), await app.player("grace"), await app.player("alan")];
  });
  afterAll(() => app.discard());

  it("answers the challenge to who plays it and to who was invited", async () => {
    const id = await app.issue(ada!, { accessType: "PRIVATE", usersToChallenge: grace!.userId });
    for (const player of [ada!, grace!]) {
      expect((await ok(get(player, id))).challenge).toEqual({
        challengeId: id,
        shortCode: "DUEL",
        challengeName: "Duel",
        state: "ISSUED",
        challenger: { id: ada!.userId, name: "ada" },
        challenged: [{ id: grace!.userId, name: "grace" }],
        accepted: [{ id: ada!.userId, name: "ada" }],
        startDate: null,
        endDate: END,
        expiryDate: null,
        turnCount: { [ada!.userId]: 0 },
        scriptData: {},
      });
    }
  });

  it.each(["another's", "x", "5f0000000000000000000001", "5F0000000000000000000001"])("refuses %s", async (which) => {
    const id = which === "another's" ? await app.issue(ada!) : which;
    expect((await get(alan!, id)).error).toEqual({ challengeInstanceId: "INVALID" });
  });
});

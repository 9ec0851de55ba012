import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("ChatOnChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  const chat = (player: Player, id: string, text?: string) =>
    player.request("ChatOnChallengeRequest", { challengeInstanceId: id, ...(text !== undefined && { message: text }) });

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace, alan] = [await app.player("ada"), await app.player("grace"), await app.player("alan")];
  });
  afterAll(() => app.discard());

  it("goes to everybody who plays, the sender too", async () => {
    const id = await app.issue(ada!);
    await ok(grace!.request("JoinChallengeRequest", { challengeInstanceId: id }));
    expect(await ok(chat(grace!, id, "Good luck"))).toMatchObject({ challengeInstanceId: id });
    for (const player of [ada!, grace!]) {
      expect(await message(player, "Chat")).toMatchObject({
        who: "grace",
        message: "Good luck",
        challenge: { challengeId: id },
      });
    }
  });

  it("refuses others, and what is no challenge or speech", async () => {
    const id = await app.issue(ada!);
    expect((await chat(alan!, id, "Hello")).error).toEqual({ challengeInstanceId: "INVALID" });
    expect((await chat(ada!, "x")).error).toEqual({ challengeInstanceId: "INVALID" });
    expect((await chat(ada!, id, "a".repeat(4_097))).error).toEqual({ message: "TOO_LONG" });
  });
});

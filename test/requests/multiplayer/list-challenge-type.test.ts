import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChallengeApp, ok, startChallengeApp } from "../../domains/challenges/support.ts";

let app: ChallengeApp;
beforeAll(async () => {
  app = await startChallengeApp();
});
afterAll(() => app.discard());

it("ListChallengeTypeRequest answers the game's kinds of challenges", async () => {
  const ada = await app.player("ada");
  const { challengeTemplates } = await ok(ada.request("ListChallengeTypeRequest"));
  expect(challengeTemplates).toEqual([
    { challengeShortCode: "DUEL", name: "Duel", description: "Two.", tags: "a,b" },
    { challengeShortCode: "SCORE", name: "Score", getleaderboardName: "HIGH", tags: "" },
    { challengeShortCode: "TROPHY", name: "Trophy", tags: "" },
  ]);
});

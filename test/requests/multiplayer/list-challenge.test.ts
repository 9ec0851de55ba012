import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("ListChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace]: Player[] = [];
  const ids: Record<string, string> = {};
  const list = async (player: Player, fields: Record<string, unknown>) => {
    const { challengeInstances } = await ok(player.request("ListChallengeRequest", fields));
    const names = Object.entries(ids);
    return (challengeInstances as { challengeId: string; state: string }[]).map(
      ({ challengeId, state }) => `${names.find(([, id]) => id === challengeId)?.[0]} ${state}`,
    );
  };

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace] = [await app.player("ada"), await app.player("grace")];
    const invite = async (name: string, shortCode: string) => {
      const others = { accessType: "PRIVATE", usersToChallenge: grace!.userId };
      ids[name] = await app.issue(ada!, { ...others, challengeShortCode: shortCode });
      app.clock.advance(1);
    };
    await invite("open", "SCORE");
    await invite("running", "DUEL");
    await ok(grace!.request("AcceptChallengeRequest", { challengeInstanceId: ids.running }));
    await invite("declined", "DUEL");
    await ok(grace!.request("DeclineChallengeRequest", { challengeInstanceId: ids.declined }));
    await invite("withdrawn", "DUEL");
    await ok(ada!.request("WithdrawChallengeRequest", { challengeInstanceId: ids.withdrawn }));
  });
  afterAll(() => app.discard());

  it.each<[string, () => Player, Record<string, unknown>, string[]]>([
    ["what the player issued", () => ada!, { state: "ISSUED" }, ["open ISSUED"]],
    ["what the player received", () => grace!, { state: "RECEIVED" }, ["open RECEIVED"]],
    ["nothing received of one's own", () => ada!, { state: "RECEIVED" }, []],
    ["what runs", () => grace!, { state: "RUNNING" }, ["running RUNNING"]],
    ["what was declined", () => ada!, { state: "DECLINED" }, ["declined DECLINED"]],
    [
      "several states, the newest first",
      () => ada!,
      { states: ["RUNNING", "WITHDRAWN", "ISSUED"] },
      ["withdrawn WITHDRAWN", "running RUNNING", "open ISSUED"],
    ],
    ["one state where a list is due", () => ada!, { states: "RUNNING" }, ["running RUNNING"]],
    ["one kind", () => ada!, { shortCode: "SCORE" }, ["open ISSUED"]],
    ["all but what the player declined", () => grace!, {}, ["withdrawn WITHDRAWN", "running RUNNING", "open RECEIVED"]],
    ["a page", () => ada!, { entryCount: 2, offset: 1 }, ["running RUNNING", "open ISSUED"]],
    ["an unknown state", () => ada!, { state: "LAPSED" }, []],
  ])("answers %s", async (_, player, fields, wanted) => {
    expect(await list(player(), fields)).toEqual(wanted);
  });
});

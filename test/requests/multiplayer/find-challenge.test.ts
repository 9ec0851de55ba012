import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("FindChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  const ids: Record<string, string> = {};
  const find = async (player: Player, fields: Record<string, unknown>) => {
    const { challengeInstances } = await ok(player.request("FindChallengeRequest", fields));
    const names = Object.entries(ids);
    return (challengeInstances as { challengeId: string }[]).map(
      ({ challengeId }) => names.find(([, id]) => id === challengeId)?.[0],
    );
  };

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace, alan] = [await app.player("ada"), await app.player("grace"), await app.player("alan")];
    await app.befriend(ada!, grace!);
    const issue = async (name: string, fields: Record<string, unknown>) => {
      ids[name] = await app.issue(ada!, fields);
      app.clock.advance(1);
    };
    const full = { maxPlayers: 2, autoStartJoinedChallengeOnMaxPlayers: true };
    await issue("open", {});
    await issue("score", { challengeShortCode: "SCORE" });
    await issue("friends", { accessType: "FRIENDS" });
    await issue("private", { accessType: "PRIVATE", usersToChallenge: grace!.userId });
    await issue("advanced", { eligibilityCriteria: { segments: { level: ["advanced", "expert"], country: "UK" } } });
    await issue("over", { expiryTime: "2026-01-02T03:05Z" });
    await issue("full", full);
    await ok(alan!.request("JoinChallengeRequest", { challengeInstanceId: ids.full }));
    app.clock.advance(60_000);
  });
  afterAll(() => app.discard());

  const segments = (level: string) => ({ eligibility: { segments: { level, country: "UK" } } });
  it.each<[string, () => Player, Record<string, unknown>, string[]]>([
    ["open ones, the newest first", () => grace!, { accessType: "PUBLIC" }, ["score", "open"]],
    ["none of one's own", () => ada!, { accessType: "PUBLIC" }, []],
    ["those of friends", () => grace!, {}, ["friends"]],
    ["none of strangers", () => alan!, { accessType: "FRIENDS" }, []],
    ["one kind", () => grace!, { accessType: "PUBLIC", shortCode: "SCORE" }, ["score"]],
    ["some of them", () => grace!, { accessType: "PUBLIC", count: 1, offset: 1 }, ["open"]],
    ["none where none is asked for", () => grace!, { accessType: "PUBLIC", count: 0 }, []],
    [
      "by segments that are claimed",
      () => grace!,
      { accessType: "PUBLIC", ...segments("expert") },
      ["advanced", "score", "open"],
    ],
    ["by the wrong ones", () => grace!, { accessType: "PUBLIC", ...segments("beginner") }, ["score", "open"]],
  ])("finds %s", async (_, player, fields, wanted) => {
    expect(await find(player(), fields)).toEqual(wanted);
  });

  it.each([
    ["an access type that is not found", { accessType: "PRIVATE" }, { accessType: "INVALID" }],
    ["eligibility of no kind", { eligibility: { rank: 1 } }, { eligibility: { rank: "UNRECOGNISED" } }],
    [
      "a segment that is none",
      { eligibility: { segments: { league: ["a"] } } },
      { eligibility: { segments: { league: "MALFORMED" } } },
    ],
  ])("refuses %s", async (_, fields, error) => {
    expect((await grace!.request("FindChallengeRequest", fields)).error).toEqual(error);
  });
});

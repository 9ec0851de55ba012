import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChallengeApp, message, ok, type Player, startChallengeApp } from "../../domains/challenges/support.ts";

describe("JoinChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan, mary]: Player[] = [];
  const join = (player: Player, id: string, fields: Record<string, unknown> = {}) =>
    player.request("JoinChallengeRequest", { challengeInstanceId: id, ...fields });

  beforeAll(async () => {
    app = await startChallengeApp();
    [ada, grace, alan, mary] = await Promise.all(["ada", "grace", "alan", "mary"].map((name) => app.player(name)));
    await app.befriend(ada!, grace!);
  });
  afterAll(() => app.discard());

  it("begins with the last place that is to be filled, and tells the others", async () => {
    const id = await app.issue(ada!, { maxPlayers: 3, autoStartJoinedChallengeOnMaxPlayers: true });
    expect(await ok(join(grace!, id, { message: "Hello" }))).toMatchObject({ joined: true });
    expect(await message(ada!, "Joined")).toMatchObject({
      who: "grace",
      message: "Hello",
      challenge: { state: "ISSUED" },
    });
    expect(await ok(join(grace!, id))).toMatchObject({ joined: true });
    await ok(join(alan!, id));
    for (const player of [ada!, grace!]) expect(await message(player, "Joined")).toMatchObject({ who: "alan" });
    for (const player of [ada!, grace!, alan!]) expect(await message(player, "Started")).toBeDefined();
    expect(await ok(join(mary!, id))).toMatchObject({ joined: false });
    expect((await app.stored(id)).accepted).toEqual([ada!.userId, grace!.userId, alan!.userId]);
  });

  it("answers false after the expiry time, and after the end", async () => {
    const early = await app.issue(ada!, { expiryTime: "2026-01-02T03:05Z" });
    const late = await app.issue(ada!);
    app.clock.advance(60_000);
    expect(await ok(join(grace!, early))).toMatchObject({ joined: false });
    app.clock.advance(12 * 3_600_000);
    expect(await ok(join(grace!, late))).toMatchObject({ joined: false });
    expect((await app.stored(late)).state).toBe("EXPIRED");
    app.clock.advance(-12 * 3_600_000 - 60_000);
  });

  const criteria = { eligibilityCriteria: { segments: { level: ["new", "old"], league: "gold" } } };
  it.each<[string, () => Player, Record<string, unknown>, Record<string, unknown>, unknown]>([
    ["a stranger", () => alan!, { accessType: "FRIENDS" }, {}, { JOIN: "NOT_FRIEND" }],
    [
      "who must be invited",
      () => alan!,
      { accessType: "PRIVATE", usersToChallenge: "GRACE" },
      {},
      { JOIN: "Must be a PUBLIC|FRIENDS challenge to join" },
    ],
    [
      "who is in no segment",
      () => alan!,
      criteria,
      {},
      { eligibility: { missingSegments: { level: ["new", "old"], league: ["gold"] } } },
    ],
    [
      "who is in the wrong ones",
      () => alan!,
      criteria,
      { eligibility: { segments: { level: "new", league: "bronze" } } },
      { eligibility: { invalidSegments: { actual: { league: "bronze" }, required: { league: "gold" } } } },
    ],
    [
      "eligibility of no kind",
      () => alan!,
      {},
      { eligibility: { rank: 1 } },
      { eligibility: { rank: "UNRECOGNISED" } },
    ],
    [
      "a segment that is none",
      () => alan!,
      {},
      { eligibility: { segments: { league: {} } } },
      { eligibility: { segments: { league: "MALFORMED" } } },
    ],
    ["a speech", () => alan!, {}, { message: "a".repeat(4_097) }, { message: "TOO_LONG" }],
    [
      "who cannot pay",
      () => alan!,
      { challengeShortCode: "DUEL", currency1Wager: 60 },
      {},
      { currency1Wager: "INSUFFICIENT_FUNDS" },
    ],
  ])("refuses %s", async (_, player, issued, fields, error) => {
    if (issued.currency1Wager) await app.issue(alan!, { currency1Wager: 60 });
    const usersToChallenge = issued.usersToChallenge && grace!.userId;
    const id = await app.issue(ada!, { ...issued, ...(usersToChallenge ? { usersToChallenge } : {}) });
    expect((await join(player(), id, fields)).error).toEqual(error);
    expect((await app.stored(id)).accepted).toEqual([ada!.userId]);
  });

  it.each(["5f0000000000000000000001", "x", ""])("refuses the id %o", async (id) => {
    expect((await join(alan!, id)).error).toEqual({ challengeInstanceId: "UNKNOWN" });
  });

  it("lets friends and who is in the right segments in", async () => {
    const friends = await app.issue(ada!, { accessType: "FRIENDS" });
    expect(await ok(join(grace!, friends))).toMatchObject({ joined: true });
    const wanted = await app.issue(ada!, criteria);
    const claimed = { eligibility: { segments: { level: "old", league: "gold" } } };
    expect(await ok(join(alan!, wanted, claimed))).toMatchObject({ joined: true });
  });
});

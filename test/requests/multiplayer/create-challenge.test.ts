import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ChallengeApp,
  END,
  message,
  ok,
  type Player,
  startChallengeApp,
  untaken,
} from "../../domains/challenges/support.ts";

const NOBODY = "5f0000000000000000000009";

describe("CreateChallengeRequest", () => {
  let app: ChallengeApp;
  let ada: Player;
  let grace: Player;
  const create = (fields: Record<string, unknown>) =>
    ada.request("CreateChallengeRequest", {
      challengeShortCode: "DUEL",
      endTime: END,
      usersToChallenge: [grace.userId],
      ...fields,
    });

  beforeAll(async () => {
    app = await startChallengeApp();
    ada = await app.player("ada");
    grace = await app.player("grace");
  });
  afterAll(() => app.discard());

  it("issues a challenge that only who is invited knows of", async () => {
    const { challengeInstanceId } = await ok(create({ usersToChallenge: [grace.userId, ada.userId, NOBODY] }));
    expect(await app.stored(challengeInstanceId)).toMatchObject({
      state: "ISSUED",
      accessType: "PRIVATE",
      challenged: [grace.userId],
      accepted: [ada.userId],
      turnCount: { [ada.userId]: 0 },
      endDate: new Date("2026-01-02T15:04Z"),
      due: new Date("2026-01-02T15:04Z"),
    });
    expect(await message(grace, "Issued")).toMatchObject({ challenge: { challengeId: challengeInstanceId } });
    expect(await untaken(app, ada)).toEqual([]);
  });

  it("notifies nobody of a silent one", async () => {
    await ok(create({ silent: true }));
    expect(await untaken(app, grace)).toEqual([]);
  });

  it("needs no end where an achievement ends it, and takes times as GameSparks' own clock did", async () => {
    await ok(create({ challengeShortCode: "TROPHY", endTime: undefined }));
    const { challengeInstanceId } = await ok(create({ endTime: "2026-13-2T3:4Z" }));
    expect((await app.stored(challengeInstanceId)).endDate).toEqual(new Date("2027-01-02T03:04Z"));
    await Promise.all([message(grace, "Issued"), message(grace, "Issued")]);
  });

  it.each([
    ["a kind that the game has not", { challengeShortCode: "DUELS" }, { challengeShortCode: "UNKNOWN" }],
    ["a kind by a name of the language's own", { challengeShortCode: "__proto__" }, { challengeShortCode: "UNKNOWN" }],
    ["no kind", { challengeShortCode: undefined }, { challengeShortCode: "REQUIRED" }],
    ["an unknown access type", { accessType: "SECRET" }, { accessType: "INVALID" }],
    ["nobody invited", { usersToChallenge: undefined }, { usersToChallenge: "REQUIRED" }],
    ["nobody who exists", { usersToChallenge: [NOBODY, "x"] }, { usersToChallenge: "INVALID" }],
    [
      "too many",
      { usersToChallenge: Array.from({ length: 200 }, (_, n) => `${n}`.padStart(24, "a")) },
      { usersToChallenge: "TOO_MANY" },
    ],
    ["no end", { endTime: undefined }, { endTime: "REQUIRED" }],
    ["an end in the past", { endTime: "2026-01-02T03:04Z" }, { endTime: "INVALID" }],
    ["an end that is no time", { endTime: "tomorrow" }, { endTime: "INVALID" }],
    ["a start after the end", { startTime: "2026-01-03T00:00Z" }, { startTime: "INVALID" }],
    ["a start that is no time", { startTime: "soon" }, { startTime: "INVALID" }],
    ["an expiry after the end", { expiryTime: "2026-01-03T00:00Z" }, { expiryTime: "INVALID" }],
    ["an expiry in the past", { expiryTime: "2026-01-01T00:00Z" }, { expiryTime: "INVALID" }],
    [
      "a start on a maximum without one",
      { autoStartJoinedChallengeOnMaxPlayers: true },
      { autoStartJoinedChallengeOnMaxPlayers: "MaxPlayers Required" },
    ],
    ["a maximum of one", { maxPlayers: 1 }, { maxPlayers: "INVALID" }],
    ["a minimum of none", { minPlayers: 0 }, { minPlayers: "INVALID" }],
    ["a minimum over the maximum", { minPlayers: 4, maxPlayers: 3 }, { minPlayers: "INVALID" }],
    ["no attempts", { maxAttempts: 0 }, { maxAttempts: "INVALID" }],
    ["criteria of no kind", { eligibilityCriteria: { rank: 1 } }, { eligibilityCriteria: { rank: "UNRECOGNISED" } }],
    [
      "a segment that is none",
      { eligibilityCriteria: { segments: { league: { a: 1 } } } },
      { eligibilityCriteria: { segments: { league: "MALFORMED" } } },
    ],
    [
      "a segment without values",
      { eligibilityCriteria: { segments: { league: [] } } },
      { eligibilityCriteria: { segments: { league: "MALFORMED" } } },
    ],
    [
      "segments that are none",
      { eligibilityCriteria: { segments: 1 } },
      { eligibilityCriteria: { segments: "MALFORMED" } },
    ],
    ["a wager of less than nothing", { currency1Wager: -1 }, { currency1Wager: "INVALID" }],
    ["a wager with a path for a name", { currencyWagers: { "a.b": 1 } }, { currencyWagers: "INVALID" }],
    ["a wager of half a coin", { currencyWagers: { GEMS: 0.5 } }, { currencyWagers: "INVALID" }],
    ["more than the player has", { currency1Wager: 101 }, { currency1Wager: "INSUFFICIENT_FUNDS" }],
    ["what the player has none of", { currencyWagers: { GEMS: 1 } }, { GEMSWager: "INSUFFICIENT_FUNDS" }],
    ["a speech", { challengeMessage: "a".repeat(4_097) }, { challengeMessage: "TOO_LONG" }],
  ])("refuses %s", async (_, fields, error) => {
    expect((await create(fields)).error).toMatchObject(error);
    expect(await app.purse(ada)).toEqual([100, 0]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ChallengeApp,
  message,
  ok,
  type Player,
  startChallengeApp,
  untaken,
} from "../../domains/challenges/support.ts";

describe("AcceptChallengeRequest", () => {
  let app: ChallengeApp;
  let [ada, grace, alan]: Player[] = [];
  const accept = (player: Player, id: string, fields: Record<string, unknown> = {}) =>
    player.request("AcceptChallengeRequest", { challengeInstanceId: id, ...fields });
  const invite = (fields: Record<string, unknown> = {}) =>
    app.issue(ada!, { accessType: "PRIVATE", usersToChallenge: [grace!.userId, alan!.userId], ...fields });

  beforeEach(async () => {
    app = await startChallengeApp();
    [ada, grace, alan] = [await app.player("ada"), await app.player("grace"), await app.player("alan")];
  });
  afterEach(() => app.discard());

  it("begins when everybody has replied", async () => {
    const id = await invite();
    expect(await ok(accept(grace!, id))).toMatchObject({ challengeInstanceId: id });
    expect(await app.stored(id)).toMatchObject({ state: "ISSUED", accepted: [ada!.userId, grace!.userId] });
    await ok(alan!.request("DeclineChallengeRequest", { challengeInstanceId: id }));
    expect((await message(ada!, "Started")).challenge).toMatchObject({ state: "RUNNING" });
    expect(await untaken(app, alan!)).toEqual(["Issued"]);
  });

  it("begins when enough are there, and waits for its start time", async () => {
    const early = await invite({ minPlayers: 2 });
    await ok(accept(grace!, early));
    expect(await app.stored(early)).toMatchObject({ state: "RUNNING" });
    const later = await invite({ minPlayers: 2, startTime: "2026-01-02T04:00Z" });
    await ok(accept(grace!, later));
    expect((await message(grace!, "Waiting")).challenge).toMatchObject({ challengeId: later, state: "WAITING" });
    expect(await app.stored(later)).toMatchObject({ due: new Date("2026-01-02T04:00Z") });
  });

  it.each<[string, (id: string) => Promise<unknown>, Record<string, unknown>]>([
    ["an unknown challenge", () => accept(grace!, "5f0000000000000000000001"), { challengeInstanceId: "INVALID" }],
    ["what is no id", () => accept(grace!, "$where"), { challengeInstanceId: "INVALID" }],
    ["who issued it", (id) => accept(ada!, id), { challengeInstanceId: "INVALID" }],
    [
      "who accepted already",
      async (id) => {
        await ok(accept(grace!, id));
        return accept(grace!, id);
      },
      { challengeInstanceId: "INVALID" },
    ],
    [
      "who declined",
      async (id) => {
        await ok(grace!.request("DeclineChallengeRequest", { challengeInstanceId: id }));
        return accept(grace!, id);
      },
      { challengeInstanceId: "INVALID" },
    ],
    [
      "a challenge that was withdrawn",
      async (id) => {
        await ok(ada!.request("WithdrawChallengeRequest", { challengeInstanceId: id }));
        return accept(grace!, id);
      },
      { challengeInstanceId: "INVALID" },
    ],
    [
      "one that has ended by the clock before a poll",
      (id) => {
        app.clock.advance(12 * 3_600_000);
        return accept(grace!, id);
      },
      { challengeInstanceId: "INVALID" },
    ],
    ["a speech", (id) => accept(grace!, id, { message: "a".repeat(4_097) }), { message: "TOO_LONG" }],
    [
      "who cannot pay",
      async () => {
        await ok(
          grace!.request("CreateChallengeRequest", {
            challengeShortCode: "DUEL",
            accessType: "PUBLIC",
            endTime: "2026-01-02T15:04Z",
            currency1Wager: 80,
          }),
        );
        return accept(grace!, await invite({ currency1Wager: 30 }));
      },
      { currency1Wager: "INSUFFICIENT_FUNDS" },
    ],
  ])("refuses %s", async (_, request, error) => {
    const id = await invite();
    expect(((await request(id)) as { error: unknown }).error).toMatchObject(error);
  });

  it("refuses who comes after the expiry time, though the challenge waits for its start", async () => {
    const times = { expiryTime: "2026-01-02T03:30Z", startTime: "2026-01-02T04:00Z" };
    const id = await invite({ minPlayers: 2, ...times });
    await ok(accept(grace!, id));
    app.clock.advance(30 * 60_000);
    expect((await accept(alan!, id)).error).toMatchObject({ challengeInstanceId: "INVALID" });
    expect(await app.stored(id)).toMatchObject({ state: "WAITING", accepted: [ada!.userId, grace!.userId] });
  });

  it("refuses who comes after the last place", async () => {
    const id = await invite({ maxPlayers: 2, minPlayers: 2, startTime: "2026-01-02T04:00Z" });
    await ok(accept(grace!, id));
    expect((await accept(alan!, id)).error).toMatchObject({ challengeInstanceId: "INVALID" });
  });
});

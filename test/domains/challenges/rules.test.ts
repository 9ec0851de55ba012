import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ObjectId } from "../../../src/bson.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { createPlayer } from "../../../src/domains/accounts/players.ts";
import { createChallenge, type NewChallenge } from "../../../src/domains/challenges/create.ts";
import { type ChallengeDocument, challengesIn } from "../../../src/domains/challenges/document.ts";
import { claimedSegments, criteriaOf } from "../../../src/domains/challenges/eligibility.ts";
import { challengesDomain } from "../../../src/domains/challenges/index.ts";
import { searchChallenges } from "../../../src/domains/challenges/lists.ts";
import { dueOf, dueState, isFull, whyNoTurn } from "../../../src/domains/challenges/rules.ts";
import { Step } from "../../../src/domains/challenges/step.ts";
import { settle } from "../../../src/domains/challenges/wagers.ts";
import { newPlayerId, objectIdOf, type PlayerId } from "../../../src/ids.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const at = (ms: number) => new Date(NOW + ms);
const [ada, grace] = [newPlayerId(), newPlayerId()];
const messages = { send: () => {}, terminateSessions: () => {} };

const challenge = (more: Partial<ChallengeDocument> = {}): ChallengeDocument => ({
  _id: new ObjectId(),
  challengeShortCode: "DUEL",
  challengeName: "Duel",
  state: "ISSUED",
  accessType: "PUBLIC",
  challenger: ada,
  challenged: [],
  accepted: [ada],
  declined: [],
  players: [ada],
  turnBased: false,
  autoStart: false,
  silent: true,
  turnCount: { [ada]: 0 },
  scriptData: {},
  privateData: {},
  created: at(0),
  ...more,
});

describe("a challenge changes by the clock in the exact millisecond, not before", () => {
  it.each([
    ["ISSUED", "expiryDate", "EXPIRED"],
    ["ISSUED", "endDate", "EXPIRED"],
    ["ISSUED", "startTime", undefined],
    ["WAITING", "startTime", "RUNNING"],
    ["WAITING", "endDate", "EXPIRED"],
    ["RUNNING", "endDate", "COMPLETE"],
    ["RUNNING", "expiryDate", undefined],
    ["COMPLETE", "endDate", undefined],
    ["WITHDRAWN", "expiryDate", undefined],
  ] as const)("%s, at its %s: %s", (state, member, becomes) => {
    const one = challenge({ state, [member]: at(0) });
    expect(dueState(one, NOW)).toBe(becomes);
    expect(dueState(one, NOW - 1)).toBeUndefined();
    expect(dueOf(one)).toEqual(becomes && at(0));
  });
});

describe("the rules of a challenge:", () => {
  it.each([
    [1, 2, false],
    [2, 2, true],
    [199, undefined, false],
    [200, undefined, true],
    [200, 1_000, true],
  ])("%d players of at most %s: full is %s", (count, maxPlayers, full) => {
    const accepted = Array.from({ length: count }, newPlayerId);
    expect(isFull(challenge({ accepted, ...(maxPlayers !== undefined && { maxPlayers }) }))).toBe(full);
  });

  it("reasons to refuse a turn have a fixed order", () => {
    const running = challenge({
      state: "RUNNING",
      turnBased: true,
      nextPlayer: grace,
      accepted: [ada, grace],
      maxAttempts: 2,
    });
    const used = (turns: number) => ({ ...running, turnCount: { [ada]: turns, [grace]: 0 } });
    expect(whyNoTurn({ ...used(2), state: "WAITING" }, ada)).toBe("INVALID");
    expect(whyNoTurn(running, newPlayerId())).toBe("INVALID");
    expect(whyNoTurn(used(2), ada)).toBe("NO_ATTEMPTS_LEFT");
    expect(whyNoTurn(used(1), ada)).toBe("NOT_YOUR_TURN");
    expect(whyNoTurn(used(1), grace)).toBeUndefined();
  });

  const many = (count: number, value: unknown) => ({
    segments: Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, value])),
  });
  it("criteria are limited to a hundred segments with a hundred values each", () => {
    const values = (count: number) => ({ segments: { league: Array.from({ length: count }, (_, n) => n) } });
    expect(criteriaOf("c", many(100, "x"))).toHaveLength(100);
    expect(criteriaOf("c", values(100))[0]!.values).toHaveLength(100);
    expect(Object.keys(claimedSegments("c", many(100, "x")))).toHaveLength(100);
    const tooMany = { pairs: { c: { segments: "MALFORMED" } } };
    expect(() => criteriaOf("c", many(101, "x"))).toThrow(expect.objectContaining(tooMany));
    expect(() => claimedSegments("c", many(101, "x"))).toThrow(expect.objectContaining(tooMany));
    expect(() => criteriaOf("c", values(101))).toThrow(
      expect.objectContaining({ pairs: { c: { segments: { league: "MALFORMED" } } } }),
    );
  });
});

describe("challenges in the store:", () => {
  let opened: OpenStore;
  let store: Store;
  beforeEach(async () => {
    opened = await engines[0]!.open();
    store = opened.store;
    await prepareCollections(accountsDomain, store);
    await prepareCollections(challengesDomain, store);
    for (const [userName, id] of [
      ["ada", ada],
      ["grace", grace],
    ] as const)
      await createPlayer(store, { userName, currencies: [100, 0, 0, 0, 0, 0], now: NOW }, id);
  });
  afterEach(() => opened.discard());

  const type = { shortCode: "DUEL", name: "Duel", turnBased: false } as NewChallenge["type"];
  const wanted = (times: Partial<NewChallenge>): NewChallenge => ({
    type,
    accessType: "PUBLIC",
    invited: [],
    autoStart: false,
    silent: true,
    wagers: {},
    eligibility: [],
    message: undefined,
    minPlayers: undefined,
    maxPlayers: undefined,
    maxAttempts: undefined,
    startTime: undefined,
    expiryTime: undefined,
    endTime: at(1_000),
    ...times,
  });
  const create = (times: Partial<NewChallenge>) =>
    store.transaction((documents) => createChallenge({ documents, messages, now: NOW }, ada, wanted(times)));

  it.each<[string, Partial<NewChallenge>, Record<string, string> | undefined]>([
    ["an end now", { endTime: at(0) }, { endTime: "INVALID" }],
    ["an end a millisecond from now", { endTime: at(1) }, undefined],
    ["an expiry now", { expiryTime: at(0) }, { expiryTime: "INVALID" }],
    ["an expiry a millisecond from now", { expiryTime: at(1) }, undefined],
    ["an expiry at the end", { expiryTime: at(1_000) }, undefined],
    ["an expiry after the end", { expiryTime: at(1_001) }, { expiryTime: "INVALID" }],
    ["a start at the end", { startTime: at(1_000) }, undefined],
    ["a start after the end", { startTime: at(1_001) }, { startTime: "INVALID" }],
    ["a start in the past, which is ignored", { startTime: at(-1) }, undefined],
  ])("%s", async (_, times, pairs) => {
    const creating = create(times);
    if (pairs) await expect(creating).rejects.toMatchObject({ pairs });
    else await expect(creating).resolves.toBeDefined();
    expect(await challengesIn(store).countDocuments({})).toBe(pairs ? 0 : 1);
  });

  it("a search reads only the newest thousand open challenges", async () => {
    const eligibility = [{ type: "league", values: ["gold"] }];
    const closed = Array.from({ length: 1_000 }, () => challenge({ joinable: true, eligibility }));
    await challengesIn(store).insertMany([
      { ...challenge({ joinable: true, created: at(-1) }) },
      ...closed.map((one) => ({ ...one })),
    ]);
    const search = {
      accessType: "PUBLIC",
      friends: [],
      shortCodes: [],
      segments: {},
      skip: 0,
      limit: 10,
      now: NOW,
    } as const;
    expect(await searchChallenges(store, grace, search)).toEqual([]);
    await challengesIn(store).deleteOne({ eligibility: { $exists: true } });
    expect(await searchChallenges(store, grace, search)).toHaveLength(1);
  });

  it("a winner without a wager still gets the pot", async () => {
    const purse = async (player: PlayerId) => {
      const { currencies, reservedCurrencies } = (await accounts(store).players.findOne({ _id: objectIdOf(player) }))!;
      return [currencies[0], reservedCurrencies?.["currency1"] ?? 0];
    };
    await accounts(store).players.updateOne(
      { _id: objectIdOf(ada) },
      { $set: { currencies: [90, 0, 0, 0, 0, 0], reservedCurrencies: { currency1: 10 } } },
    );
    const running = challenge({ state: "RUNNING", accepted: [ada, grace], wagers: { currency1: 10 }, staked: [ada] });
    const pot = await store.transaction((documents) =>
      settle(new Step({ documents, messages, now: NOW }, running), grace),
    );
    expect(pot).toEqual({ currency1: 10 });
    expect([await purse(ada), await purse(grace)]).toEqual([
      [90, 0],
      [110, 0],
    ]);
  });

  it("a challenge that has ended has no next player", async () => {
    const before = challenge({ state: "RUNNING", turnBased: true, nextPlayer: ada });
    await challengesIn(store).insertOne({ ...before });
    await store.transaction(async (documents) => {
      const step = new Step({ documents, messages, now: NOW }, { ...before }, before);
      step.challenge.state = "COMPLETE";
      await step.save();
    });
    const after = (await challengesIn(store).findOne({ _id: before._id }))!;
    expect(after.state).toBe("COMPLETE");
    expect(after).not.toHaveProperty("nextPlayer");
  });
});

import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { issueToken, ownerOfToken, revokeTokens } from "../../../src/domains/accounts/tokens.ts";
import { newPlayerId, objectIdOf, type PlayerId } from "../../../src/ids.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import type { Store } from "../../../src/store/store.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

const NOW = Date.UTC(2026, 0, 2);
const DAY_MS = 86_400_000;
const LIMITS = { authTokenDays: 30, authTokensPerPlayer: 5 };

let opened: OpenStore;
let store: Store;
beforeEach(async () => {
  opened = await engines[0]!.open();
  store = opened.store;
  await prepareCollections(accountsDomain, store);
});
afterEach(() => opened.discard());

const give = (player: PlayerId, now = NOW) => issueToken(store, player, now, LIMITS);
const kept = (player: PlayerId) =>
  accounts(store)
    .tokens.find({ playerId: objectIdOf(player) }, { sort: { created: 1 } })
    .toArray();

it("a token is stored only as its SHA-256", async () => {
  const player = newPlayerId();
  const token = await give(player);
  const all = await kept(player);
  expect(all.map(({ _id }) => _id)).toEqual([createHash("sha256").update(token).digest("hex")]);
  expect(JSON.stringify(all)).not.toContain(token);
});

it("a token's hash, which a reader of the database has, cannot log in", async () => {
  const player = newPlayerId();
  await give(player);
  const all = await kept(player);
  expect(all).toHaveLength(1);
  for (const { _id } of all) expect(await ownerOfToken(store, _id, NOW)).toBeUndefined();
});

it("a token is valid until the millisecond in which it expires", async () => {
  const player = newPlayerId();
  const token = await give(player);
  const end = NOW + LIMITS.authTokenDays * DAY_MS;
  expect(await ownerOfToken(store, token, end - 1)).toBe(player);
  expect(await ownerOfToken(store, token, end)).toBeUndefined();
});

it("a player's oldest tokens beyond the limit are deleted about once in eight times", async () => {
  const [player, other] = [newPlayerId(), newPlayerId()];
  const others = await give(other);
  const all: string[] = [];
  // Once in eight times on average; needing 500 has a probability of 10^-29.
  while (all.length < 500 && (await kept(player)).length === all.length) {
    all.push(await give(player, NOW + all.length));
  }
  const working: string[] = [];
  for (const token of all) if (await ownerOfToken(store, token, NOW + 500)) working.push(token);
  expect(working).toEqual(all.slice(-LIMITS.authTokensPerPlayer));
  expect(await ownerOfToken(store, others, NOW)).toBe(other);
});

it("all tokens of a player are revoked together, and no others", async () => {
  const [player, other] = [newPlayerId(), newPlayerId()];
  const tokens = [await give(player), await give(player)];
  const others = await give(other);
  await revokeTokens(store, player);
  for (const token of tokens) expect(await ownerOfToken(store, token, NOW)).toBeUndefined();
  expect(await ownerOfToken(store, others, NOW)).toBe(other);
});

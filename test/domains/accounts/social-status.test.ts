import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalLocks, type Locks } from "../../../src/cluster/locks.ts";
import { accounts } from "../../../src/domains/accounts/collections.ts";
import { connect } from "../../../src/domains/accounts/connect.ts";
import { accountsDomain } from "../../../src/domains/accounts/index.ts";
import { LinkGrants } from "../../../src/domains/accounts/link-grants.ts";
import { LinkTokens } from "../../../src/domains/accounts/link-tokens.ts";
import { SocialStatuses } from "../../../src/domains/accounts/social-status.ts";
import { newKey } from "../../../src/domains/accounts/token-vault.ts";
import type { PlayerId } from "../../../src/ids.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import { prepareCollections } from "../../../src/kernel/domain.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { ProviderCalls } from "../../../src/providers/calls.ts";
import {
  type AnyProvider,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  ProviderRefusal,
  ProviderUnavailable,
  type RefreshedToken,
  type TokenStatus,
} from "../../../src/providers/provider.ts";
import { FakeClock, testConfig, testGame } from "../../support/app.ts";
import { engines, type OpenStore } from "../../support/stores.ts";

/** A provider with refresh tokens, which does what the test says and counts what it is asked. */
class Twitch {
  refreshes: string[] = [];
  checks: string[] = [];
  onRefresh: (refreshToken: string) => Promise<RefreshedToken> = async () => ({ token: "second" });
  onStatus: () => Promise<TokenStatus> = async () => ({ active: true });

  readonly provider = defineProvider<Record<never, never>, object>({
    ...{ systemId: "TC", name: "Twitch", requests: [], credentials: {}, key: "accessToken", errors: [] },
    ...{ example: { credentials: {} }, integration: "twitch", notConfigured: notConfigured("TWITCH", "key") },
    readSettings: () => ({}),
    missing: () => undefined,
    verify: () => Promise.reject(new Error("not used")),
    status: (token) => {
      this.checks.push(token);
      return this.onStatus();
    },
    refresh: (refreshToken) => {
      this.refreshes.push(refreshToken);
      return this.onRefresh(refreshToken);
    },
  }) as AnyProvider;
}

const HOUR_MS = 3_600_000;
const dead = () => Promise.reject(new ProviderRefusal("accessToken", "NOTAUTHENTICATED", "TC refresh: invalid grant"));
const down = () => Promise.reject(new ProviderUnavailable("TC", "TC refresh: no response in time"));

describe.each(engines)("the status of a link that can be refreshed, on $name", ({ open }) => {
  let opened: OpenStore;
  let clock: FakeClock;
  let twitch: Twitch;
  let tokens: LinkTokens;
  const locks = createLocalLocks();
  beforeEach(async () => {
    opened = await open();
    await prepareCollections(accountsDomain, opened.store);
    clock = new FakeClock();
    twitch = new Twitch();
    const config = testConfig({ tokenKeys: newKey() });
    tokens = new LinkTokens({ config, log: createLog({ ...config, logLevel: "silent" }) });
  });
  afterEach(() => opened.discard());

  const server = (own: Locks = locks) => {
    const parts = { clock, config: testConfig(), providerCalls: new ProviderCalls() };
    const providers = () => twitch.provider;
    const grants = new LinkGrants({ ...parts, game: testGame(), locks: own, tokens, providers });
    return new SocialStatuses({ ...parts, grants });
  };
  const link = async (profile: Partial<ExternalProfile> = {}) => {
    const all = { id: "1", token: "first", refreshToken: "refresh", tokenExpiresAt: clock.now() + HOUR_MS, ...profile };
    const sealed = await tokens.seal({ systemId: "TC" }, all);
    const connection = {
      systemId: "TC",
      field: "accessToken",
      profile: { id: "1" },
      tokens: sealed,
      flags: {},
    } as const;
    const newcomer = { segments: {}, currencies: [0, 0, 0, 0, 0, 0], by: SERVER, now: clock.now() };
    const { player } = await opened.store.transaction((tx) => connect(tx, undefined, { ...connection, ...newcomer }));
    return player;
  };
  const status = async (player: PlayerId, by = server()) => (await by.of(opened.store, player))[0];
  const stored = async () => {
    const found = (await accounts(opened.store).links.findOne({ _id: "TC:1" }))!;
    const expires = found.tokenExpires?.getTime();
    return [await tokens.open(found), await tokens.open(found, "refreshToken"), expires && expires - clock.now()];
  };

  it("is asked, not refreshed, while the token is valid", async () => {
    const player = await link();
    expect(await status(player)).toEqual({ systemId: "TC", active: true, expiresAt: clock.now() + HOUR_MS });
    expect([twitch.checks, twitch.refreshes]).toEqual([["first"], []]);
  });

  it.each([
    ["a minute before the token expires", HOUR_MS - 60_000],
    ["after it has expired", 2 * HOUR_MS],
  ])("is refreshed %s, and the result is stored", async (_, ms) => {
    const player = await link();
    clock.advance(ms);
    const tokenExpiresAt = clock.now() + 4 * HOUR_MS;
    twitch.onRefresh = async () => ({ token: "second", tokenExpiresAt, refreshToken: "rotated" });
    expect(await status(player)).toEqual({ systemId: "TC", active: true, expiresAt: tokenExpiresAt });
    expect(await stored()).toEqual(["second", "rotated", 4 * HOUR_MS]);
    await status(player);
    expect([twitch.checks, twitch.refreshes]).toEqual([["second"], ["refresh"]]);
  });

  it.each([
    ["an empty", { refreshToken: "" }],
    ["no", {}],
  ])("keeps its refresh token if the answer has %s one, and takes the expiry from the answer", async (_, answer) => {
    const player = await link();
    clock.advance(HOUR_MS);
    twitch.onRefresh = async () => ({ token: "second", ...answer });
    expect(await status(player)).toEqual({ systemId: "TC", active: true });
    expect(await stored()).toEqual(["second", "refresh", undefined]);
  });

  it("is refreshed once, however many ask at the same time", async () => {
    const player = await link();
    clock.advance(HOUR_MS);
    const answer = Promise.withResolvers<RefreshedToken>();
    twitch.onRefresh = () => answer.promise;
    const all = Array.from({ length: 10 }, () => status(player));
    await expect.poll(() => twitch.refreshes.length).toBe(1);
    answer.resolve({ token: "second", tokenExpiresAt: clock.now() + HOUR_MS });
    const same = { systemId: "TC", active: true, expiresAt: clock.now() + HOUR_MS };
    expect(await Promise.all(all)).toEqual(Array(10).fill(same));
    expect([twitch.checks, twitch.refreshes]).toEqual([[], ["refresh"]]);
  });

  it("is inactive if the provider refuses the refresh token, and asks again the next time", async () => {
    const player = await link();
    clock.advance(HOUR_MS);
    twitch.onRefresh = dead;
    expect(await status(player)).toEqual({ systemId: "TC", active: false, expiresAt: clock.now() });
    expect(await stored()).toEqual(["first", "refresh", 0]);
    twitch.onRefresh = async () => ({ token: "second" });
    expect(await status(player)).toMatchObject({ active: true });
  });

  it("stays as it was while the provider cannot be reached", async () => {
    const player = await link();
    const expiresAt = clock.now() + HOUR_MS;
    twitch.onStatus = down;
    twitch.onRefresh = down;
    expect(await status(player)).toEqual({ systemId: "TC", active: true, expiresAt });
    clock.advance(HOUR_MS);
    expect(await status(player)).toEqual({ systemId: "TC", active: true, expiresAt });
    expect(await stored()).toEqual(["first", "refresh", 0]);
  });

  it("is refreshed if the provider says that a token that has not expired is no longer valid", async () => {
    const player = await link();
    twitch.onStatus = async () => ({ active: false });
    expect(await status(player)).toEqual({ systemId: "TC", active: true });
    twitch.onRefresh = dead;
    expect(await status(player)).toEqual({ systemId: "TC", active: false });
  });

  it("depends on the expiry alone without a refresh token", async () => {
    const player = await link({ refreshToken: "" });
    twitch.onStatus = down;
    expect(await status(player)).toMatchObject({ active: true });
    clock.advance(HOUR_MS);
    expect(await status(player)).toMatchObject({ active: false });
    expect(twitch.refreshes).toEqual([]);
  });

  it("stores nothing if the account is disconnected meanwhile", async () => {
    const player = await link();
    clock.advance(HOUR_MS);
    twitch.onRefresh = async () => {
      await accounts(opened.store).links.deleteOne({ _id: "TC:1" });
      return { token: "second" };
    };
    await status(player);
    expect(await accounts(opened.store).links.countDocuments({})).toBe(0);
  });

  it("is active on a server that uses a refresh token after another server has exchanged it", async () => {
    const player = await link();
    clock.advance(HOUR_MS);
    const tokenExpiresAt = clock.now() + HOUR_MS;
    twitch.onRefresh = async () => {
      twitch.onRefresh = async () => ({ token: "second", tokenExpiresAt, refreshToken: "rotated" });
      await status(player, server(createLocalLocks()));
      return dead();
    };
    expect(await status(player)).toEqual({ systemId: "TC", active: true, expiresAt: tokenExpiresAt });
    expect(await stored()).toEqual(["second", "rotated", HOUR_MS]);
  });

  it("survives a connect without a refresh token, which some providers issue only once", async () => {
    await link();
    await link({ token: "third", refreshToken: "", tokenExpiresAt: clock.now() + 2 * HOUR_MS });
    expect(await stored()).toEqual(["third", "refresh", 2 * HOUR_MS]);
  });
});

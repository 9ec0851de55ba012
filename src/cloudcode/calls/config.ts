import type { Amounts } from "../../game/currencies.ts";
import type { Game } from "../../game/game.ts";
import type { Described } from "../../game/item.ts";
import { type Call, read } from "../../kernel/scripts/call.ts";
import { CallError } from "../../kernel/scripts/errors.ts";
import type { ConfigItems, ConfigKind, DescribedItem } from "../config-items.ts";

/** The game's configuration. It does not change while the server runs, so a sandbox requests each kind once. */
export const configCalls: Record<string, Call> = {
  /** a `ConfigKind`; returns [short code, JSON] of each item */
  "config.items": read(async ({ game }, [kind]) => {
    if (typeof kind !== "string" || !Object.hasOwn(ITEMS, kind)) throw new CallError("Unknown kind of configuration.");
    return ITEMS[kind as ConfigKind](game).map((item) => [item.shortCode, JSON.stringify(item)]);
  }),
};

const ITEMS: { [Kind in ConfigKind]: (game: Game) => ConfigItems[Kind][] } = {
  virtualGoods: (game) =>
    [...game.virtualGoods.values()].map((good) => ({
      ...described(good),
      type: good.type,
      tags: [...good.tags],
      ...numbered(good.costs, "Cost"),
      currencyCosts: Object.fromEntries(good.costs),
      googlePlayProductId: good.productIds.get("googlePlay") ?? null,
      iosAppStoreProductId: good.productIds.get("iosAppStore") ?? null,
      WP8StoreProductId: good.productIds.get("WP8Store") ?? null,
      w8StoreProductId: good.productIds.get("w8Store") ?? null,
      amazonStoreProductId: good.productIds.get("amazonStore") ?? null,
      steamStoreProductId: good.productIds.get("steamStore") ?? null,
      psnStoreProductId: good.productIds.get("psnStore") ?? null,
      maxQuantity: good.maxQuantity ?? null,
      bundledGoods: good.bundledGoods.map(({ shortCode, qty }) => ({ shortCode, qty })),
      disabled: good.disabled,
      propertySet: propertySetOf(game, good.propertySet),
    })),

  achievements: (game) =>
    [...game.achievements.values()].map((achievement) => ({
      ...described(achievement),
      ...numbered(achievement.awards, "Award"),
      currencyAwards: Object.fromEntries(achievement.awards),
      virtualGoodAward: achievement.virtualGoodAward ?? null,
      propertySet: propertySetOf(game, achievement.propertySet),
    })),

  segments: (game) =>
    [...game.segmentTypes.values()].map((type) => ({ ...described(type), values: type.values.map(described) })),

  teams: (game) =>
    [...game.teamTypes.values()].map((type) => ({
      shortCode: type.shortCode,
      name: type.name,
      social: type.social,
      extendedSocial: type.extendedSocial,
      maxMembers: type.maxMembers ?? null,
      maxMembershipPerUser: type.maxMembershipPerUser ?? null,
      maxOwnershipPerUser: type.maxOwnershipPerUser ?? null,
    })),

  challenges: (game) =>
    [...game.challengeTypes.values()].map((type) => ({
      ...described(type),
      turnBased: type.turnBased,
      attemptConsumers: type.attemptConsumers.join(","),
      global: type.global,
    })),

  matchConfigs: (game) =>
    [...game.matchTypes.values()].map((type) => ({
      ...described(type),
      minPlayers: type.minPlayers ?? null,
      maxPlayers: type.maxPlayers ?? null,
      realtime: type.realtime,
      realtimeScript: type.realtimeScript ?? null,
      dropInDropOut: type.dropInDropOut,
      dropInDropOutExpire: type.dropInDropOutExpire ?? null,
      manuallyMatch: type.manuallyMatch,
      playerDisconnectThreshold: type.playerDisconnectThreshold ?? null,
      thresholds: type.thresholds.map(({ type: name, period, min, max, acceptMinPlayers }) => ({
        name: name ?? null,
        period: period ?? null,
        min: min ?? null,
        max: max ?? null,
        acceptMinPlayers,
      })),
    })),

  currencies: (game) =>
    [...game.currencies.values()].map((currency) => ({
      ...described(currency),
      signupBonus: currency.signupBonus ?? null,
    })),

  downloadables: (game) =>
    [...game.downloadables.values()].map(({ shortCode, size, lastModified }) => ({
      shortCode,
      size: size ?? null,
      lastModified: lastModified ?? null,
    })),

  properties: (game) => [...game.properties.values()].map(({ shortCode, value }) => ({ shortCode, value })),

  propertySets: (game) =>
    [...game.propertySets.keys()].map((shortCode) => ({ shortCode, value: propertySetOf(game, shortCode) })),
};

function described({ shortCode, name, description }: Described): DescribedItem {
  return { shortCode, name, description: description ?? null };
}

function numbered<What extends "Cost" | "Award">(
  amounts: Amounts,
  what: What,
): Record<`currency${number}${What}`, number | null> {
  const names = [1, 2, 3, 4, 5, 6].map((n) => [`currency${n}${what}`, amounts.get(`currency${n}`) ?? null]);
  return Object.fromEntries(names);
}

/** Values of the set's properties by key; null for a missing property, and for a missing set. */
function propertySetOf(game: Game, shortCode: string | undefined): unknown {
  const set = shortCode === undefined ? undefined : game.propertySets.get(shortCode);
  if (!set) return null;
  return Object.fromEntries(
    [...set.properties].map(([key, property]) => [key, game.properties.get(property)?.value ?? null]),
  );
}

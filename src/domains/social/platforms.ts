import type { SystemId } from "../../providers/provider.ts";
import { NETWORKS, type Network } from "../../publishers/publisher.ts";

/** Where players' links are: the network of the same name where there is one, so that both APIs name it alike. */
const PLATFORM_OF_SYSTEM = {
  FB: "facebook",
  TW: "twitter",
  AM: "amazon",
  GC: "gamecenter",
  GY: "googleplay",
  GP: "googleplus",
  KO: "kongregate",
  PS: "psn",
  QQ: "qq",
  ST: "steam",
  TC: "twitch",
  VB: "viber",
  WC: "wechat",
  XB: "xboxlive",
  X1: "xboxone",
  NX: "nintendo",
} as const satisfies Record<SystemId, string>;

/** A network that posts go to, or the external system of a player's link. */
export type Platform = Network | (typeof PLATFORM_OF_SYSTEM)[SystemId];

export const PLATFORMS: readonly Platform[] = [
  ...new Set<Platform>([...NETWORKS, ...Object.values(PLATFORM_OF_SYSTEM)]),
];

export const platformOf = (systemId: SystemId): Platform => PLATFORM_OF_SYSTEM[systemId];

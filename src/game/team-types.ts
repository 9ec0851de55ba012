import { type Described, flagIn, type Item, numberIn } from "./item.ts";

export interface TeamType extends Described {
  /** Members are friends of the owner. */
  social: boolean;
  /** Members are friends of each other. */
  extendedSocial: boolean;
  maxMembers: number | undefined;
  /** Per player; 0: no limit. */
  maxMembershipPerUser: number | undefined;
  /** Per player; -1: every player owns one. */
  maxOwnershipPerUser: number | undefined;
}

export function teamTypeOf(item: Item, described: Described): TeamType {
  return {
    ...described,
    social: flagIn(item, "social"),
    extendedSocial: flagIn(item, "extendedSocial"),
    maxMembers: numberIn(item, "maxMembers"),
    maxMembershipPerUser: numberIn(item, "maxMembershipPerUser"),
    maxOwnershipPerUser: numberIn(item, "maxOwnershipPerUser"),
  };
}

import { type Described, flagIn, type Item, numberIn } from "./item.ts";

/** A kind of teams. */
export interface TeamType extends Described {
  /** Members are friends of the owner. */
  social: boolean;
  /** Members are friends of each other. */
  extendedSocial: boolean;
  maxMembers: number | undefined;
  /** Of one player; 0: as many as wanted. */
  maxMembershipPerUser: number | undefined;
  /** Of one player; -1: each player has one. */
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

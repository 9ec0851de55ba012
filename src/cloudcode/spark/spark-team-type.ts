import type { TeamTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A team type in the game's configuration. */
export class SparkTeamType {
  readonly #json: string;
  readonly #item: TeamTypeItem;

  constructor(json: string) {
    this.#json = json;
    this.#item = parsed<"teams">(json);
  }

  get #live(): TeamTypeItem {
    liveRun();
    return this.#item;
  }

  /** The team type's short code. */
  getShortCode(): string {
    return this.#live.shortCode;
  }

  /** The team type's name. */
  getName(): string {
    return this.#live.name;
  }

  /** Whether members become friends of the owner. */
  getSocial(): boolean {
    return this.#live.social;
  }

  /** Whether members become friends of each other. */
  getExtendedSocial(): boolean {
    return this.#live.extendedSocial;
  }

  /** The maximum number of members of a team, or null. */
  getMaxMembers(): number | null {
    return this.#live.maxMembers;
  }

  /** The maximum number of such teams that a player can be a member of; 0: no limit. */
  getMaxMembershipPerUser(): number | null {
    return this.#live.maxMembershipPerUser;
  }

  /** The maximum number of such teams that a player can own; -1: every player owns one. */
  getMaxOwnershipPerUser(): number | null {
    return this.#live.maxOwnershipPerUser;
  }

  toJSON(): TeamTypeItem {
    liveRun();
    return parsed<"teams">(this.#json);
  }
}

addProperties(SparkTeamType);

import type { TeamTypeItem } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** A kind of teams. */
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

  /** Are members friends of the owner? */
  getSocial(): boolean {
    return this.#live.social;
  }

  /** Are members friends of each other? */
  getExtendedSocial(): boolean {
    return this.#live.extendedSocial;
  }

  /** How many members a team may have; null where nothing is said. */
  getMaxMembers(): number | null {
    return this.#live.maxMembers;
  }

  /** In how many such teams a player may be; 0: in as many as wanted. */
  getMaxMembershipPerUser(): number | null {
    return this.#live.maxMembershipPerUser;
  }

  /** How many such teams a player may own; -1: every player has one. */
  getMaxOwnershipPerUser(): number | null {
    return this.#live.maxOwnershipPerUser;
  }

  toJSON(): TeamTypeItem {
    liveRun();
    return parsed<"teams">(this.#json);
  }
}

addProperties(SparkTeamType);

import type { ObjectId } from "bson";
import type { SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";

/** A player. Names follow GameSparks' `player` collection, which scripts and operators may read: no secret is here. */
export interface PlayerDocument {
  _id: ObjectId;
  userName: string;
  /** What the userName came from while nobody has chosen one: the system of a profile, or "DEVICE". */
  userNameSource?: SystemId | "DEVICE";
  displayName?: string;
  /** The system whose profile the displayName follows. */
  syncDisplayName?: SystemId;
  language?: string;
  /** System id → id there, one for each link. */
  externalIds: Partial<Record<SystemId, string>>;
  /** Counts changes to what the player logs in with; every such change goes through it, so that two never pass. */
  accountVersion: number;
  currencies: number[];
  /** What the player owns of currencies beside these six, by short code. */
  otherCurrencies?: Record<string, number>;
  /** What of them is set aside, such as for a challenge, by short code. The player does not own it meanwhile. */
  reservedCurrencies?: Record<string, number>;
  virtualGoods: Record<string, number>;
  achievements: string[];
  segments: Record<string, string>;
  /** Absent: shown. */
  hiddenOnLeaderboards?: true;
  /** Counts the writes of scripts, so that one which read the player sees whether it is still so. */
  scriptWrites?: number;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  location?: { country?: string; city?: string; latitude?: number; longitude?: number };
  creationDate: Date;
  lastSeen: Date;
}

/** A link to an external account. `_id` is `systemId:externalId`, so that one account has one owner. */
export interface ExternalAuthenticationDocument {
  _id: string;
  systemId: SystemId;
  externalId: string;
  playerId: ObjectId;
  token?: string;
  tokenExpires?: Date;
  connectedAt: Date;
  /** Counts what was made of the friend lists that came by it, from either side. */
  friendships: number;
}

/** A password, apart from the player document so that nothing that reads players can show it. `_id` is the player's. */
export interface PasswordDocument {
  _id: ObjectId;
  hash: string;
  /** How often it let somebody in, or change it. */
  uses?: number;
}

/**
 * Wrong passwords in a row. `_id` is the player's id in hex, or the SHA-256 in hex of a userName that nobody has.
 */
export interface LoginFailuresDocument {
  _id: string;
  count: number;
  lockedUntil?: Date;
  expires: Date;
}

/** A device that logs in without a password. `_id` is the SHA-256 of deviceOS and deviceId in hex. */
export interface DeviceDocument {
  _id: string;
  playerId: ObjectId;
  deviceOS: string;
  /** False from the moment the player was upgraded to a userName and password: the device no longer logs in. */
  active: boolean;
  /** How often it logged the player in. */
  uses?: number;
}

/** A token that logs in. `_id` is its SHA-256 in hex; the token itself is nowhere kept. */
export interface AuthTokenDocument {
  _id: string;
  playerId: ObjectId;
  created: Date;
  expires: Date;
  /** How often it was exchanged for another one. */
  uses?: number;
}

/**
 * Two players who are friends. `_id` is both ids in hex, the lesser first, joined by ":".
 * `via` names every system (`FB`) and team (`team:ID`) that the friendship came by; without any it is removed.
 */
export interface FriendshipDocument {
  _id: string;
  players: [ObjectId, ObjectId];
  via: string[];
}

/** Part of the friend list that an external account gave at connect; a list is cut into parts of bounded size. */
export interface ExternalFriendsDocument {
  /** `playerId:systemId:part`. */
  _id: string;
  playerId: ObjectId;
  systemId: SystemId;
  friends: { id: string; name?: string; picture?: string }[];
}

/** The collections of accounts, typed. */
export const accounts = (documents: Documents) => ({
  players: documents.collection<PlayerDocument & Record<string, unknown>>("player"),
  links: documents.collection<ExternalAuthenticationDocument & Record<string, unknown>>("externalAuthentication"),
  passwords: documents.collection<PasswordDocument & Record<string, unknown>>("playerPassword"),
  loginFailures: documents.collection<LoginFailuresDocument & Record<string, unknown>>("loginFailures"),
  devices: documents.collection<DeviceDocument & Record<string, unknown>>("deviceAuthentication"),
  tokens: documents.collection<AuthTokenDocument & Record<string, unknown>>("authToken"),
  friendships: documents.collection<FriendshipDocument & Record<string, unknown>>("friendship"),
  externalFriends: documents.collection<ExternalFriendsDocument & Record<string, unknown>>("externalFriends"),
});

import type { ObjectId } from "bson";
import type { JobDocument } from "../../jobs/claim.ts";
import type { SystemId } from "../../providers/provider.ts";
import type { Documents } from "../../store/store.ts";

/** Names follow GameSparks' `player` collection. Scripts and operators can read it, so it contains no secrets. */
export interface PlayerDocument {
  _id: ObjectId;
  userName: string;
  /** Set while the userName is a generated one: the system it was derived from, or "DEVICE". */
  userNameSource?: SystemId | "DEVICE";
  displayName?: string;
  /** The system whose profile determines the displayName. */
  syncDisplayName?: SystemId;
  language?: string;
  /** System id → the player's id there, for each link. */
  externalIds: Partial<Record<SystemId, string>>;
  /** Incremented by every change to the player's ways to log in, so that concurrent changes conflict. */
  accountVersion: number;
  currencies: number[];
  /** Balances of currencies other than the numbered six, by short code. */
  otherCurrencies?: Record<string, number>;
  /** Amounts reserved, for example for a challenge, by short code. They are not part of the balances. */
  reservedCurrencies?: Record<string, number>;
  virtualGoods: Record<string, number>;
  achievements: string[];
  segments: Record<string, string>;
  hiddenOnLeaderboards?: true;
  /** Number of writes by scripts, so that a script can detect that the player has changed since it read it. */
  scriptWrites?: number;
  scriptData: Record<string, unknown>;
  privateData: Record<string, unknown>;
  location?: { country?: string; city?: string; latitude?: number; longitude?: number };
  creationDate: Date;
  lastSeen: Date;
}

/** A link to an external account. `_id` is `systemId:externalId`, so an account has at most one owner. */
export interface ExternalAuthenticationDocument {
  _id: string;
  systemId: SystemId;
  externalId: string;
  playerId: ObjectId;
  /** Sealed (`link-tokens.ts`). */
  token?: string;
  /** Sealed. */
  refreshToken?: string;
  /** When `token` expires. Also set if the token itself is not stored. */
  tokenExpires?: Date;
  connectedAt: Date;
  /** Its social account (`domains/social`). */
  accountId?: string;
  /** Incremented by changes to friendships through this link, so that they conflict with its removal. */
  friendships: number;
}

/** A password. `_id` is the player's. Stored separately, so that reading players never reveals it. */
export interface PasswordDocument {
  _id: ObjectId;
  hash: string;
  /** Incremented by logins and changes of the password, so that they conflict. */
  uses?: number;
}

/** Consecutive wrong passwords. `_id` is the player's id, or the SHA-256 in hex of an unknown userName. */
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
  /** False once the player has a userName and password: the device can no longer log in. */
  active: boolean;
  /** Incremented by each login, so that it conflicts with deactivation. */
  uses?: number;
}

/** A login token. `_id` is its SHA-256 in hex; the token itself is not stored. */
export interface AuthTokenDocument {
  _id: string;
  playerId: ObjectId;
  created: Date;
  expires: Date;
  /** Incremented when it is exchanged for another one, so that this conflicts with revocation. */
  uses?: number;
}

/**
 * Two players who are friends. `_id` is both ids in hex, the smaller first, joined by ":". `via` contains the sources
 * of the friendship: systems (`FB`) and teams (`team:ID`). It is deleted with its last source.
 */
export interface FriendshipDocument {
  _id: string;
  players: [ObjectId, ObjectId];
  via: string[];
}

/** Part of the friend list of an external account, as of the last connect. Lists are split to limit document size. */
export interface ExternalFriendsDocument {
  /** `playerId:systemId:part`. */
  _id: string;
  playerId: ObjectId;
  systemId: SystemId;
  friends: { id: string; name?: string; picture?: string }[];
}

/** An account that is about to be linked (`arrivals.ts`). `_id` is that of its link. */
export interface ArrivalDocument {
  _id: string;
  expires: Date;
  /** Incremented by transactions that found it in a list of friends. */
  seen?: number;
}

/** A job: a token that remains to be revoked. `_id` is that of the link that it was removed from. */
export interface TokenRevocationDocument extends JobDocument {
  _id: string;
  systemId: SystemId;
  externalId: string;
  /** Sealed. */
  token: string;
}

export const accounts = (documents: Documents) => ({
  players: documents.collection<PlayerDocument & Record<string, unknown>>("player"),
  links: documents.collection<ExternalAuthenticationDocument & Record<string, unknown>>("externalAuthentication"),
  passwords: documents.collection<PasswordDocument & Record<string, unknown>>("playerPassword"),
  loginFailures: documents.collection<LoginFailuresDocument & Record<string, unknown>>("loginFailures"),
  devices: documents.collection<DeviceDocument & Record<string, unknown>>("deviceAuthentication"),
  tokens: documents.collection<AuthTokenDocument & Record<string, unknown>>("authToken"),
  friendships: documents.collection<FriendshipDocument & Record<string, unknown>>("friendship"),
  externalFriends: documents.collection<ExternalFriendsDocument & Record<string, unknown>>("externalFriends"),
  arrivals: documents.collection<ArrivalDocument & Record<string, unknown>>("accountArrival"),
  tokenRevocations: documents.collection<TokenRevocationDocument & Record<string, unknown>>("tokenRevocation"),
});

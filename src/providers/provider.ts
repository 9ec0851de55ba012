/**
 * External systems that a player can be linked to. A provider turns credentials that a client sends into a profile that
 * the system itself vouches for, and the player's friends there. It keeps no state and knows no player.
 */

/** The two-letter ids that requests and scripts use. */
export const SYSTEM_IDS = [
  "FB",
  "AM",
  "GC",
  "GY",
  "GP",
  "KO",
  "PS",
  "QQ",
  "ST",
  "TC",
  "TW",
  "VB",
  "WC",
  "XB",
  "X1",
  "NX",
] as const;
export type SystemId = (typeof SYSTEM_IDS)[number];

export interface ExternalFriend {
  /** The friend's id in the external system. */
  id: string;
  name?: string;
  /** URL of the friend's picture. */
  picture?: string;
}

export interface ExternalProfile {
  /** The player's id in the external system. */
  id: string;
  displayName?: string;
  /** Kept with the link for later calls; dropped at disconnect. Never in logs, responses or scripts. */
  token?: string;
  /** When `token` ends, in milliseconds since 1970; absent: the provider did not say. */
  tokenExpiresAt?: number;
  /** Absent: the provider has no friends to give, or refused them; what is known of them stays as it is. */
  friends?: ExternalFriend[];
}

/** What every provider needs beside its own settings. */
export interface ProviderContext {
  /** Milliseconds since 1970. */
  now(): number;
  /** One call's bound. */
  timeoutMs: number;
  /** At most this many friends are read. */
  maxFriends: number;
}

/** Whether a stored token still works. */
export interface TokenStatus {
  active: boolean;
  /** When the token ends, in milliseconds since 1970; absent: it does not, or the provider did not say. */
  expiresAt?: number;
}

export type ProviderRefusalValue = "REQUIRED" | "NOTAUTHENTICATED" | "EXPIRED";

/**
 * Why a profile could not be had: `field` and `value` are the error's key and value as the request documents them,
 * such as accessToken: NOTAUTHENTICATED. `reason` is for the log and holds no secret.
 */
export class ProviderRefusal extends Error {
  override name = "ProviderRefusal";
  readonly field: string;
  readonly value: ProviderRefusalValue;

  constructor(field: string, value: ProviderRefusalValue, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.field = field;
    this.value = value;
  }
}

/** The provider could not be asked (down, slow, garbage): nobody knows whether the credentials are good. */
export class ProviderUnavailable extends Error {
  override name = "ProviderUnavailable";
  readonly systemId: SystemId;

  constructor(systemId: SystemId, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.systemId = systemId;
  }
}

/**
 * External systems that a player can be linked to. A provider turns the client's credentials into a profile confirmed
 * by the external system, and the player's friends there. It is stateless and does not know our players.
 */

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
  id: string;
  name?: string;
  picture?: string;
}

export interface ExternalProfile {
  id: string;
  displayName?: string;
  /** Stored with the link for later calls and deleted at disconnect. Never in logs, responses or scripts. */
  token?: string;
  /** When `token` expires, in milliseconds since 1970; absent if the provider did not say. */
  tokenExpiresAt?: number;
  /** Absent if the provider has no friends to return or refused them; stored friends then stay as they are. */
  friends?: ExternalFriend[];
}

/** What every provider needs besides its own settings. */
export interface ProviderContext {
  /** Milliseconds since 1970. */
  now(): number;
  /** Limit of one call. */
  timeoutMs: number;
  /** At most this many friends are read. */
  maxFriends: number;
}

export interface TokenStatus {
  active: boolean;
  /** When the token expires, in milliseconds since 1970; absent if it never does or the provider did not say. */
  expiresAt?: number;
}

export type ProviderRefusalValue = "REQUIRED" | "NOTAUTHENTICATED" | "EXPIRED";

/**
 * `field` and `value` are the error's key and value as documented for the request, such as accessToken:
 * NOTAUTHENTICATED. `reason` is for the log and holds no secret.
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

/** The provider is down, slow or returned garbage, so the credentials could not be checked. */
export class ProviderUnavailable extends Error {
  override name = "ProviderUnavailable";
  readonly systemId: SystemId;

  constructor(systemId: SystemId, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.systemId = systemId;
  }
}

import { type Static, type TObject, type TProperties, Type } from "@sinclair/typebox";
import type { Refusal } from "../errors.ts";
import type { ProviderCalls } from "./calls.ts";
import type { Integration } from "./integration.ts";

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
  /** Obtains another `token` after this one has expired. As secret as `token`. */
  refreshToken?: string;
  /** Absent if the provider has no friends to return or refused them; stored friends then stay as they are. */
  friends?: ExternalFriend[];
}

/**
 * One external system as a value. Its request, reference page and settings follow from it; see CONTRIBUTING.
 *
 * @typeParam F the parameters of its request that identify the account
 * @typeParam S its settings
 */
export interface Provider<F extends TProperties = TProperties, S = unknown> {
  readonly systemId: SystemId;
  /** As sentences name it, such as "Game Center". */
  readonly name: string;
  /** The classes of its requests, without the dot. There are two if GameSparks replaced one by another. */
  readonly requests: readonly string[];
  readonly credentials: F;
  /** The error key of ACCOUNT_ALREADY_LINKED, NOTAUTHENTICATED and UNRECOGNISED. */
  readonly key: string;
  /** What `missing` and `verify` refuse besides `key: NOTAUTHENTICATED`. */
  readonly errors: readonly Refusal[];
  /** The refusal of a game whose integration is not set up. Absent if the system needs no settings. */
  readonly notConfigured?: Refusal;
  /** The worked example: credentials, and what the response says. */
  readonly example: { credentials: Record<string, unknown>; displayName?: string };
  /** The name of its entry in a game's `integrations`. Several systems may share one. */
  readonly integration: string;
  /** Reads that entry; undefined if the provider is not set up. Throws IntegrationError. */
  readSettings(integration: Integration): S | undefined;
  /** The key of the first credential that is missing. It is refused as REQUIRED, before the settings are read. */
  missing(credentials: Static<TObject<F>>): string | undefined;
  /** Throws ProviderRefusal or ProviderUnavailable. */
  verify(credentials: Static<TObject<F>>, settings: S, context: ProviderContext): Promise<ExternalProfile>;
  /** Whether a stored token still works. Absent if the system has no tokens. Throws ProviderUnavailable. */
  status?(token: string, settings: S, context: ProviderContext): Promise<TokenStatus>;
  /**
   * Exchanges a refresh token for another token. Throws ProviderRefusal if the refresh token is no longer valid, and
   * ProviderUnavailable.
   */
  refresh?(refreshToken: string, settings: S, context: ProviderContext): Promise<RefreshedToken>;
  /** What a social network's calls need of a stored token; by default the token alone. Makes no calls. */
  grantOf?(token: string, settings: S | undefined): NetworkGrant;
  /** Ends what the player granted to the game; also if that has ended already. Throws ProviderUnavailable. */
  revoke?(token: string, settings: S, context: ProviderContext): Promise<void>;
}

export interface NetworkGrant {
  token: string;
  /** OAuth 1.0a only. */
  tokenSecret?: string;
  /** OAuth 1.0a only: that of the app to which the token was issued. */
  consumer?: { key: string; secret: string };
}

/** A provider with its types erased: its functions take what it read and declared itself. */
export type AnyProvider = Provider<TProperties, unknown>;

export function defineProvider<F extends TProperties, S>(provider: Provider<F, S>): Provider<F, S> {
  return provider;
}

/** A parameter of a connect request. */
export const credential = (description: string) => Type.Optional(Type.String({ description }));

/** @param needed the keys of the integration that must be set */
export function notConfigured<const Key extends string>(key: Key, needed: string): Refusal<Key, "NOT_CONFIGURED"> {
  return { key, value: "NOT_CONFIGURED", meaning: `The game has no ${needed}.`, cure: "Set it in its integrations." };
}

/** What every provider needs besides its own settings. */
export interface ProviderContext {
  readonly calls: ProviderCalls;
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

export interface RefreshedToken {
  token: string;
  /** In milliseconds since 1970; absent if the provider did not say. */
  tokenExpiresAt?: number;
  /** Replaces the one that was sent. If absent or empty, that one is still valid. */
  refreshToken?: string;
}

export type ProviderRefusalValue = "REQUIRED" | "NOTAUTHENTICATED" | "EXPIRED" | "NOT_CONFIGURED";

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
  /** It failed at once, so another attempt costs little: no connection, or a proxy without its server. */
  readonly isBrief: boolean;

  constructor(systemId: SystemId, reason: string, isBrief = false) {
    super(reason);
    this.systemId = systemId;
    this.isBrief = isBrief;
  }
}

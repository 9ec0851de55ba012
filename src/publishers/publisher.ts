import type { Static, TObject, TProperties } from "@sinclair/typebox";
import type { NetworkCalls } from "./calls.ts";

/**
 * Social networks that posts go to. A publisher makes one network's calls: connecting an account, publishing, looking a
 * post up, deleting. It is stateless: accounts, posts and their order belong to the domains.
 */

export const NETWORKS = [
  "bluesky",
  "facebook",
  "gmb",
  "instagram",
  "linkedin",
  "reddit",
  "telegram",
  "threads",
  "tiktok",
  "twitter",
  "youtube",
] as const;
export type Network = (typeof NETWORKS)[number];

/** What proves to the network that we act for an account. Stored sealed, as one text. */
export interface Credentials {
  token: string;
  /** OAuth 1.0a only. */
  tokenSecret?: string;
  refreshToken?: string;
  /** When `token` expires, in milliseconds since 1970; absent if it does not or the network did not say. */
  expiresAt?: number;
}

/** An account at a network, as connecting it found it. */
export interface NetworkProfile {
  /** Its id there: of a user, page, channel, location. */
  id: string;
  /** The user name, without "@". */
  handle?: string;
  displayName?: string;
  avatarUrl?: string;
  profileUrl?: string;
  /** What later calls need besides the id, such as the URL of a Bluesky server. Not secret. */
  facts?: Readonly<Record<string, string>>;
  /**
   * Equal for accounts that one consent of the user covers, across networks too: `revoke` ends all of them, so call it
   * only for the last one in use. Absent if the account has a grant of its own.
   */
  grant?: string;
  credentials: Credentials;
}

/** An account as a publisher gets it. */
export type NetworkAccount = Pick<NetworkProfile, "id" | "handle" | "facts" | "credentials">;

export interface Media {
  /** https. */
  url: string;
  kind: "image" | "video";
  altText?: string;
}

/** One post for one network. */
export interface Draft {
  text: string;
  media: readonly Media[];
  /** The network's own options, checked against `options` of the publisher. */
  options: Readonly<Record<string, unknown>>;
  /** Unique per post and account: 1 to 64 letters, digits, "-" and "_". The same in every attempt. */
  key: string;
}

/** Of one attempt. The steps before the one that publishes are saved, so that a repeated attempt can resume. */
export interface Progress {
  readonly saved: Readonly<Record<string, string>>;
  /** Resolves when the values are on disk. Call it before the step that publishes. */
  save(values: Record<string, string>): Promise<void>;
}

export interface Published {
  /** The id at the network, as `delete` takes it. */
  id: string;
  url?: string;
  /** Members of Ayrshare's `postIds` besides id and postUrl, such as `isVideo`. */
  extra?: Readonly<Record<string, unknown>>;
}

/** "absent": the network has no such post, so it may be sent. "unknown": the network does not say. */
export type Found = Published | "absent" | "unknown";

/** What every publisher needs besides its settings. */
export interface PublisherContext {
  readonly calls: NetworkCalls;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits between two looks at what a network prepares; a timer by default. */
  sleep?(ms: number): Promise<void>;
  /**
   * Reads a media file from the public internet.
   * @throws PublishRefused MEDIA if it cannot be read, is larger, or is not of `types`
   */
  readMedia(url: string, options: { maxBytes: number; types: readonly string[] }): Promise<MediaFile>;
  /** An OAuth 1.0a consumer pair that the caller supplies for this call alone. */
  readonly consumer?: { key: string; secret: string };
}

export interface MediaFile {
  bytes: Buffer;
  /** Such as image/png. */
  type: string;
}

/** How an account is connected. */
export type Connecting<S> = OAuth2Connecting<S> | OAuth1Connecting<S> | TokenConnecting<S>;

interface Way<S> {
  /** The first setting that this way needs and that is not set; undefined if its settings are complete. */
  missing?(settings: S): string | undefined;
}

/** OAuth 2 authorization code. */
export interface OAuth2Connecting<S> extends Way<S> {
  readonly kind: "oauth2";
  /** Where the user consents. `challenge` is that of PKCE, S256; left out where the network refuses it. */
  authorizeUrl(settings: S, request: { redirectUri: string; state: string; challenge: string }): URL;
  /**
   * The accounts that the user may post as: one, or several pages or locations to choose from; none if the user has none.
   * @throws PublishRefused TOKEN if the network refuses the code
   */
  exchange(
    settings: S,
    grant: { code: string; verifier: string; redirectUri: string },
    context: PublisherContext,
  ): Promise<NetworkProfile[]>;
}

/** OAuth 1.0a, three legs. `context.consumer`, if present, replaces the consumer pair of the settings. */
export interface OAuth1Connecting<S> extends Way<S> {
  readonly kind: "oauth1";
  begin(
    settings: S,
    request: { callbackUrl: string },
    context: PublisherContext,
  ): Promise<{ authorizeUrl: URL; token: string; tokenSecret: string }>;
  exchange(
    settings: S,
    grant: { token: string; tokenSecret: string; verifier: string },
    context: PublisherContext,
  ): Promise<NetworkProfile[]>;
}

/** The user pastes what the network gave them, such as an app password. */
export interface TokenConnecting<S> extends Way<S> {
  readonly kind: "token";
  readonly fields: readonly { name: string; label: string; isSecret: boolean; help: string }[];
  /** @throws PublishRefused TOKEN if the network refuses them */
  verify(settings: S, values: Readonly<Record<string, string>>, context: PublisherContext): Promise<NetworkProfile[]>;
}

/**
 * One network as a value.
 *
 * @typeParam P its settings, which become settings of the server
 */
export interface Publisher<P extends TProperties = TProperties> {
  readonly network: Network;
  /** As sentences name it. */
  readonly name: string;
  /** Names begin with the network's: blueskyUrl, facebookClientId. URLs have the network's own as default. */
  readonly settings: P;
  /** The first setting that must be set and is not; undefined if accounts can be connected. */
  missing?(settings: Static<TObject<P>>): string | undefined;
  /** Ways to connect; the first whose settings are complete is offered. */
  readonly connecting: readonly Connecting<Static<TObject<P>>>[];
  /** The network's options (`Draft.options`). Unknown members are ignored. */
  readonly options: TObject;
  /** What the network would refuse: too long, no image, too many. Empty if the draft may be sent. Makes no calls. */
  check(draft: Pick<Draft, "text" | "media" | "options">): PublishProblem[];
  /**
   * Publishes once; a repeated call with the same key may publish again, so look it up first.
   * @throws PublishRefused nothing was published
   * @throws OutcomeUnknown it may have been published
   */
  publish(
    settings: Static<TObject<P>>,
    account: NetworkAccount,
    draft: Draft,
    context: PublisherContext,
    progress: Progress,
  ): Promise<Published>;
  /**
   * Looks up the post of an attempt whose outcome is not known. Absent: the network cannot be asked.
   * @param attemptedAt when the attempt began, in milliseconds since 1970
   * @throws PublishRefused
   */
  find?(
    settings: Static<TObject<P>>,
    account: NetworkAccount,
    draft: Draft,
    attempt: { attemptedAt: number; saved: Progress["saved"] },
    context: PublisherContext,
  ): Promise<Found>;
  /**
   * Deletes a post; also resolves if it is gone already. Absent: the network has no call for it.
   * @param extra what `publish` returned as `extra`
   * @throws PublishRefused
   * @throws OutcomeUnknown
   */
  delete?(
    settings: Static<TObject<P>>,
    account: NetworkAccount,
    post: Published,
    context: PublisherContext,
  ): Promise<void>;
  /**
   * Renews credentials that expire soon. An absent refresh token leaves the stored one valid.
   * @throws PublishRefused TOKEN if the network says that the grant has ended, and only then
   */
  refresh?(settings: Static<TObject<P>>, account: NetworkAccount, context: PublisherContext): Promise<Credentials>;
  /** Ends the grant at the network; also if it has ended. @throws PublishRefused, OutcomeUnknown */
  revoke?(settings: Static<TObject<P>>, account: NetworkAccount, context: PublisherContext): Promise<void>;
}

/** The values of declared settings. */
export type SettingsOf<P extends TProperties> = Static<TObject<P>>;

/** A publisher with its types erased: its functions take the settings that it declared itself. */
// biome-ignore lint/suspicious/noExplicitAny: each takes its own settings.
export type AnyPublisher = Publisher<any>;

export function definePublisher<P extends TProperties>(publisher: Publisher<P>): Publisher<P> {
  return publisher;
}

export interface PublishProblem {
  /**
   * TEXT_TOO_LONG, TEXT_REQUIRED, TEXT_INVALID, MEDIA_REQUIRED, MEDIA_UNSUPPORTED, TOO_MANY_MEDIA, OPTION_REQUIRED,
   * OPTION_INVALID.
   */
  code: string;
  /** A sentence for the author of the post, with the limit. */
  message: string;
}

/**
 * Why nothing was published or deleted. TOKEN: the grant has ended or lacks a permission for everything, so the account
 * must be connected again. PERMISSION: not allowed for this post. CONTENT: the network refuses it, and would again.
 * DUPLICATE: the network has the same post. MEDIA: a file cannot be used. RATE: too many for now. UNAVAILABLE: the network
 * was not reached, so it is safe to try again. GONE: the post to delete, or the account, does not exist. NOT_CONFIGURED: a setting is missing.
 */
export type RefusalKind =
  | "TOKEN"
  | "PERMISSION"
  | "CONTENT"
  | "DUPLICATE"
  | "MEDIA"
  | "RATE"
  | "UNAVAILABLE"
  | "GONE"
  | "NOT_CONFIGURED";

export interface RefusalDetails {
  /** The network's own code, such as "190" or "ExpiredToken". */
  networkCode?: string | undefined;
  /** RATE and UNAVAILABLE: when to try again. */
  retryAfterMs?: number | undefined;
  /** TOKEN: the access token alone was refused; `refresh` may return one that works. */
  canRenew?: boolean | undefined;
}

/** Nothing was done. `message` is for the author of the post: the network's reason, clipped, without secrets. */
export class PublishRefused extends Error {
  override name = "PublishRefused";
  readonly kind: RefusalKind;
  readonly networkCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly canRenew: boolean;

  constructor(
    kind: RefusalKind,
    message: string,
    { networkCode, retryAfterMs, canRenew = false }: RefusalDetails = {},
  ) {
    super(message);
    this.kind = kind;
    this.networkCode = networkCode;
    this.retryAfterMs = retryAfterMs;
    this.canRenew = canRenew;
  }
}

/** The call was sent and its outcome is not known: no response, or one that does not say. */
export class OutcomeUnknown extends Error {
  override name = "OutcomeUnknown";
}

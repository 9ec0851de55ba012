import type { ObjectId } from "bson";
import type { JobDocument } from "../../jobs/claim.ts";
import type { SystemId } from "../../providers/provider.ts";
import type { Media, Network } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import type { Platform } from "./platforms.ts";

/** Who shares keys, projects and accounts: a studio, or a partner of it. `_id` is `org_…`. */
export interface OrganizationDocument {
  _id: string;
  name: string;
  createdAt: Date;
  /** The organization that manages this one. */
  parentId?: string;
  /** Its keys are refused and its posts are not sent. */
  suspended?: true;
  /** Incremented by changes that must conflict, such as suspending it and scheduling a post. */
  version: number;
}

/** A game or campaign of an organization. `_id` is `prj_…`. */
export interface ProjectDocument {
  _id: string;
  organizationId: string;
  name: string;
  createdAt: Date;
}

/**
 * An owner of social accounts in a project. `_id` is `primary:PROJECT` for the project's own accounts, `player:ID` for a
 * player's links, and `prf_…` otherwise.
 */
export interface ProfileDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  /** Unique in its project. */
  title: string;
  displayTitle?: string;
  /** 40 hex digits. */
  refId: string;
  playerId?: ObjectId;
  /** SHA-256 in hex of its Profile-Key. */
  keyHash?: string;
  /** Networks that its users cannot connect. */
  disabledNetworks: Network[];
  tags: string[];
  createdAt: Date;
  /** Its Profile-Key is refused, its posts are not sent, and no account can be connected to it. */
  suspended?: true;
  /** Incremented by changes that must conflict, such as deleting it and connecting an account. */
  version: number;
}

/** An API key. `_id` is the public part of its text. */
export interface ApiKeyDocument {
  _id: string;
  organizationId: string;
  /** The project of APIs whose paths do not name one. */
  projectId: string;
  name: string;
  /** SHA-256 in hex of the secret part. */
  hash: string;
  scopes: string[];
  /** Hosts that an OAuth flow may return to. */
  returnHosts: string[];
  createdAt: Date;
  revokedAt?: Date;
  killed?: true;
}

export type AccountStatus = "connected" | "reauth_required" | "disconnected";

/** An external account of a profile. `_id` is a UUID. Disconnected ones are kept for history. */
export interface SocialAccountDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  profileId: string;
  platform: Platform;
  /** Of a player's link. */
  playerId?: ObjectId;
  systemId?: SystemId;
  externalId: string;
  handle?: string;
  displayName?: string;
  avatarUrl?: string;
  profileUrl?: string;
  /** What the publisher needs besides the id. */
  facts?: Record<string, string>;
  /** Equal for accounts that one consent covers (`NetworkProfile`). */
  grant?: string;
  /** Sealed JSON of the publisher's Credentials. Absent for a player's link, whose token is stored with it. */
  credentials?: string;
  tokenExpires?: Date;
  /** When they are renewed if no post does it before (`renewal.ts`): the account is a job while it is set. */
  due?: Date;
  /** Set while a process renews the credentials: no other may until then. */
  refreshUntil?: Date;
  status: AccountStatus;
  /** The network accepts no more posts before then. */
  pausedUntil?: Date;
  /** `profile:platform:externalId` while it is not disconnected, so that it is connected once. */
  connectedKey?: string;
  connectedAt: Date;
  disconnectedAt?: Date;
  disconnectedReason?: string;
  /** Set while the account is leased to the project. Disconnecting it leaves the lease. */
  leasedAt?: Date;
  leaseReleasedAt?: Date;
  /** Incremented by posts that rely on it being connected, so that they conflict with its disconnect. */
  uses: number;
}

/** "unknown": it was sent and the network does not say whether it was published. */
export type TargetStatus =
  | "queued"
  | "publishing"
  | "published"
  | "failed"
  | "unknown"
  | "canceled"
  | "deleting"
  | "deleted";

export interface TargetError {
  /** A `RefusalKind`, or NOT_CONNECTED, MISSED, OUTCOME_UNKNOWN or the code of a `PublishProblem`. */
  code: string;
  message: string;
  networkCode?: string;
}

/** A post on one account. */
export interface Target {
  accountId: string;
  network: Platform;
  /** Replaces the post's text. */
  text?: string;
  /** Replaces the post's media. */
  media?: Media[];
  /** Layers: "publish", "draft" or "managed". */
  mode?: string;
  status: TargetStatus;
  /** When the last attempt began: set on disk before the network is called. */
  attemptedAt?: Date;
  /** When the first attempt began or was put off, and how many did not end it. */
  startedAt?: Date;
  tries?: number;
  /** Not before then: the next attempt, or the next look-up of the last one. */
  retryAt?: Date;
  /** What the publisher saved before the step that publishes. */
  saved?: Record<string, string>;
  publishedAt?: Date;
  canceledAt?: Date;
  /** Set while it is being deleted: when that began. */
  deletingAt?: Date;
  externalId?: string;
  externalUrl?: string;
  extra?: Record<string, unknown>;
  error?: TargetError;
}

/** "draft" and "awaiting approval" and "paused" wait for a person. The others follow from the targets. */
export type PostStatus =
  | "draft"
  | "awaiting approval"
  | "paused"
  | "queued"
  | "publishing"
  | "published"
  | "failed"
  | "canceled"
  | "deleted";

export type SocialApi = "layers" | "hooked" | "ayrshare";

/**
 * A post on one or more accounts, and the job that sends it: `due` is set while it is queued, and removed when it is
 * canceled or done.
 */
export interface PostDocument extends JobDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  profileId: string;
  api: SocialApi;
  text: string;
  media: Media[];
  /** Options by network, as its publisher's schema accepts them. */
  options: Partial<Record<Network, Record<string, unknown>>>;
  targets: Target[];
  status: PostStatus;
  type: "immediate" | "scheduled";
  scheduledFor: Date;
  createdAt: Date;
  updatedAt: Date;
  /** Of a piece of content (Layers) or a video (Hooked). */
  contentId?: string;
  notes?: string;
  /** `profile:key`: a key is used once. */
  idempotencyKey?: string;
  /** SHA-256 of profile, network and text, per target, for the check for duplicates. */
  digests?: string[];
  /** A sealed X consumer pair. Removed when the post is sent, canceled or deleted. */
  consumer?: string;
  /** When a failed post was sent again. */
  retriedAt?: Date;
  cancelReason?: string;
  /** Members that only the API that created it reads. */
  view?: Record<string, unknown>;
}

/** Text and media that posts are made from: Layers' containers, Hooked's videos. `_id` is `cnt_…` or `vid_…`. */
export interface ContentDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  name: string;
  text: string;
  media: Media[];
  approval: "approved" | "pending" | "rejected";
  createdAt: Date;
  /** Incremented by posts that are made from it, so that they conflict with its approval. */
  uses?: number;
  /** Members that only the API that created it reads. */
  view?: Record<string, unknown>;
}

/** Where a profile's events are sent. `_id` is `profile:action`. */
export interface WebhookDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  profileId: string;
  action: string;
  url: string;
  /** Sealed. */
  secret?: string;
  updatedAt: Date;
}

/**
 * A job: credentials that remain to be revoked at the network, of a disconnected account or of one that was not stored.
 * `_id` is the account's.
 */
export interface CredentialRevocationDocument extends JobDocument {
  _id: string;
  organizationId: string;
  projectId: string;
  profileId: string;
  platform: Platform;
  externalId: string;
  handle?: string;
  facts?: Record<string, string>;
  grant?: string;
  /** Sealed. */
  credentials: string;
}

/** A job: an event that remains to be sent. */
export interface WebhookDeliveryDocument extends JobDocument {
  _id: string;
  webhookId: string;
  /** JSON text, sent as it is in every attempt. */
  body: string;
  createdAt: Date;
}

export const social = (documents: Documents) => ({
  organizations: documents.collection<OrganizationDocument & Record<string, unknown>>("organization"),
  projects: documents.collection<ProjectDocument & Record<string, unknown>>("project"),
  profiles: documents.collection<ProfileDocument & Record<string, unknown>>("profile"),
  keys: documents.collection<ApiKeyDocument & Record<string, unknown>>("apiKey"),
  accounts: documents.collection<SocialAccountDocument & Record<string, unknown>>("socialAccount"),
  posts: documents.collection<PostDocument>("socialPost"),
  contents: documents.collection<ContentDocument & Record<string, unknown>>("socialContent"),
  webhooks: documents.collection<WebhookDocument & Record<string, unknown>>("webhook"),
  credentialRevocations: documents.collection<CredentialRevocationDocument>("credentialRevocation"),
  deliveries: documents.collection<WebhookDeliveryDocument>("webhookDelivery"),
});

import { defineDomain } from "../../kernel/domain.ts";
import { SocialTenants } from "./service.ts";

/** Organizations, projects, API keys, profiles, social accounts and posts. `publishing` sends the posts. */
export const socialDomain = defineDomain({
  name: "social",
  collections: [
    { name: "organization", indexes: [[{ parentId: 1 }, { sparse: true }]] },
    { name: "project", indexes: [[{ organizationId: 1 }]] },
    {
      name: "profile",
      indexes: [
        [{ projectId: 1, title: 1 }, { unique: true }],
        [{ keyHash: 1 }, { unique: true, sparse: true }],
      ],
    },
    { name: "apiKey", indexes: [[{ organizationId: 1 }]] },
    { name: "apiSwitch" },
    { name: "apiIdempotency", indexes: [[{ expires: 1 }, { expireAfterSeconds: 0 }]] },
    {
      name: "socialAccount",
      indexes: [
        [{ due: 1 }, { sparse: true }],
        [{ connectedKey: 1 }, { unique: true, sparse: true }],
        [{ projectId: 1, connectedAt: -1 }],
        [{ profileId: 1, platform: 1 }],
        [{ externalId: 1 }],
        [{ grant: 1 }, { sparse: true }],
      ],
    },
    {
      name: "socialPost",
      indexes: [
        [{ due: 1 }, { sparse: true }],
        [{ "targets.accountId": 1 }],
        [{ projectId: 1, scheduledFor: -1 }],
        [{ profileId: 1, scheduledFor: -1 }],
        [{ idempotencyKey: 1 }, { unique: true, sparse: true }],
        [{ digests: 1 }],
        [{ contentId: 1 }, { sparse: true }],
      ],
    },
    { name: "socialContent", indexes: [[{ projectId: 1, createdAt: -1 }]] },
    { name: "credentialRevocation", indexes: [[{ due: 1 }], [{ externalId: 1 }], [{ grant: 1 }, { sparse: true }]] },
    { name: "webhook", indexes: [[{ profileId: 1 }]] },
    { name: "webhookDelivery", indexes: [[{ due: 1 }]] },
  ],
  service: { class: SocialTenants, make: (kernel) => new SocialTenants(kernel) },
});

export {
  accountOn,
  addLinkAccount,
  type Closing,
  closeAccount,
  connectAccount,
  type DisconnectReason,
  getAccount,
  type QueuedPosts,
  reauthorizeLinkAccount,
  requireReauthorization,
} from "./accounts.ts";
export { cancelPostsTo } from "./cancel.ts";
export {
  type AccountStatus,
  type ApiKeyDocument,
  type ContentDocument,
  type CredentialRevocationDocument,
  type OrganizationDocument,
  type PostDocument,
  type PostStatus,
  type ProfileDocument,
  type ProjectDocument,
  type SocialAccountDocument,
  type SocialApi,
  social,
  type Target,
  type TargetError,
  type TargetStatus,
  type WebhookDeliveryDocument,
  type WebhookDocument,
} from "./collections.ts";
export { changeApproval, createContent, getContent, type NewContent, requireApproval } from "./content.ts";
export { cancelWaitingParts, recordDeletion } from "./delete-post.ts";
export {
  GAME_ORGANIZATION,
  GAME_PROJECT,
  hookedAccountId,
  layersAccountId,
  newContentId,
  newVideoId,
  parseHookedAccountId,
  parseLayersAccountId,
  playerProfileId,
  primaryProfileId,
} from "./ids.ts";
export { leaseAccount, releaseLease } from "./leases.ts";
export { findProfile, getOrganization, listKeys, listOrganizations, listProjects } from "./lists.ts";
export { PLATFORMS, type Platform, platformOf } from "./platforms.ts";
export {
  cancelPost,
  changePost,
  createPost,
  finalStatus,
  getPost,
  type NewPost,
  type PostChange,
  recordPost,
} from "./posts.ts";
export { changeProfile, deletePlayerProfile, deleteProfile, type ProfileChange, suspendProfile } from "./profiles.ts";
export { type SocialRefusal, SocialRefused } from "./refused.ts";
export { RENEWAL_JOB, renewalTime } from "./renewal.ts";
export { isRetryable, retryPost } from "./retry.ts";
export { addCredentialRevocation } from "./revocations.ts";
export {
  type Access,
  accessOf,
  allows,
  createKey,
  createOrganization,
  createProfile,
  createProject,
  getProject,
  isSwitchedOff,
  parseKey,
  prepareGameTenant,
  primaryProfileOf,
  profileOfKey,
  revokeKey,
  SCOPES,
  type Scope,
  stopOfKey,
  suspendOrganization,
  switchOff,
} from "./tenants.ts";
export { enqueueEvent, WEBHOOK_ACTIONS, type WebhookAction, webhookId } from "./webhooks.ts";

import type { Api } from "../api.ts";
import { disconnectSocialAccount } from "./accounts/disconnect-social-account.ts";
import { getSocialAccountHealth } from "./accounts/get-social-account-health.ts";
import { leaseAccount } from "./accounts/lease-account.ts";
import { listLeasedAccounts } from "./accounts/list-leased-accounts.ts";
import { listSocialAccounts } from "./accounts/list-social-accounts.ts";
import { releaseLeasedAccount } from "./accounts/release-leased-account.ts";
import { connectRoutes } from "./connect/index.ts";
import { approveContent } from "./content/approve-content.ts";
import { createContent } from "./content/create-content.ts";
import { getContent } from "./content/get-content.ts";
import { listContent } from "./content/list-content.ts";
import { rejectContent } from "./content/reject-content.ts";
import { commonErrors, errorSchema, refuse } from "./envelope.ts";
import { createOrganization } from "./organizations/create-organization.ts";
import { createProject } from "./organizations/create-project.ts";
import { killApiKey } from "./organizations/kill-api-key.ts";
import { listAuditLog } from "./organizations/list-audit-log.ts";
import { listOrganizations } from "./organizations/list-organizations.ts";
import { listProjects } from "./organizations/list-projects.ts";
import { ACT_FOR_HEADER, organizationOf } from "./organizations/organization-view.ts";
import { resumeOrganization } from "./organizations/resume-organization.ts";
import { suspendOrganization } from "./organizations/suspend-organization.ts";
import { whoami } from "./organizations/whoami.ts";
import { cancelScheduledPost } from "./posts/cancel-scheduled-post.ts";
import { getScheduledPost } from "./posts/get-scheduled-post.ts";
import { listScheduledPosts } from "./posts/list-scheduled-posts.ts";
import { publishContent } from "./posts/publish-content.ts";
import { reschedulePost } from "./posts/reschedule-post.ts";
import { scheduleContent } from "./posts/schedule-content.ts";

const CLASSES = { read: "read-light", write: "write-light", calls: "long-running" } as const;

/** Compatible with the API of Layers (docs/compatibility/social.md). */
export const layers: Api = {
  name: "layers",
  title: "Layers API",
  description:
    "For partners that publish for others: organizations, projects, accounts, leases, content and scheduled posts. Times are instants in UTC. Each key has scopes; without one it may do nothing.",
  prefixes: ["", "/layers"],
  spaces: ["/v1", "/layers/v1"],
  authentication: { header: "authorization", scheme: "Bearer" },
  unknownMembers: "refuse",
  idempotencyHeader: "idempotency-key",
  requestHeaders: [
    { name: ACT_FOR_HEADER, meaning: "Act for this organization, which the key's own one manages. Needs org:admin." },
  ],
  errors: commonErrors,
  errorSchema,
  refuse,
  organizationOf,
  headers: ({ route }) => ({ "x-ratelimit-endpoint-class": CLASSES[route?.work ?? "read"] }),
  routes: [
    whoami,
    listSocialAccounts,
    disconnectSocialAccount,
    getSocialAccountHealth,
    leaseAccount,
    listLeasedAccounts,
    releaseLeasedAccount,
    createContent,
    listContent,
    getContent,
    approveContent,
    rejectContent,
    scheduleContent,
    publishContent,
    listScheduledPosts,
    getScheduledPost,
    reschedulePost,
    cancelScheduledPost,
    createProject,
    listProjects,
    createOrganization,
    listOrganizations,
    suspendOrganization,
    resumeOrganization,
    killApiKey,
    listAuditLog,
    ...connectRoutes,
  ],
};

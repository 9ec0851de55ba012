import { defineDomain } from "../../kernel/domain.ts";
import { AUDIT_DAYS } from "./audit.ts";

/** A record of every change to accounts, posts and keys. */
export const auditDomain = defineDomain({
  name: "audit",
  collections: [
    {
      name: "audit",
      indexes: [
        [{ at: 1 }, { expireAfterSeconds: AUDIT_DAYS * 86_400 }],
        [{ organizationId: 1, at: 1 }],
        [{ playerId: 1, at: 1 }, { sparse: true }],
        [{ subject: 1 }, { sparse: true }],
      ],
    },
  ],
});

export {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditDocument,
  type AuditEntry,
  type AuditQuery,
  listAudit,
  record,
  recordAll,
} from "./audit.ts";

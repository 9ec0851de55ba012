import { Type } from "@sinclair/typebox";
import { AUDIT_ACTIONS, type AuditDocument, listAudit } from "../../domains/audit/index.ts";
import { type PlayerId, playerIdOf } from "../../ids.ts";
import { key, organization, player } from "./arguments.ts";
import { defineOperation } from "./operation.ts";

const MAX_LISTED = 1_000;

const auditOperation = defineOperation({
  name: "audit",
  summary: "Lists changes to accounts, posts and keys, newest first.",
  work: "read",
  role: "support",
  arguments: Type.Object({
    player: Type.Optional(player),
    action: Type.Optional(
      Type.Union(
        AUDIT_ACTIONS.map((action) => Type.Literal(action)),
        { description: "What happened.", wanted: `one of ${AUDIT_ACTIONS.join(", ")}` },
      ),
    ),
    organization: Type.Optional(Type.String({ ...organization, description: "Id of an organization." })),
    key: Type.Optional(key),
    limit: Type.Optional(
      Type.Integer({
        description: "Maximum number of records, 50 by default.",
        minimum: 1,
        maximum: MAX_LISTED,
        wanted: `a whole number from 1 to ${MAX_LISTED}`,
      }),
    ),
  }),
  async run({ documents }, { player, action, organization, key, limit = 50 }) {
    const query = { organizationId: organization, player: player as PlayerId | undefined, action, keyId: key, limit };
    return (await listAudit(documents, query)).map(shownAudit);
  },
});

export const auditOperations = [auditOperation];

export function shownAudit({ _id, byPlayer, playerId, data, ...record }: AuditDocument) {
  const { at, action, door, keyId, admin, adminRole, requestId, organizationId, projectId, subject } = record;
  return {
    ...{ at, action, door },
    ...(playerId && { player: playerIdOf(playerId) }),
    ...(subject !== undefined && { subject }),
    ...(byPlayer && { byPlayer: playerIdOf(byPlayer) }),
    ...(keyId !== undefined && { keyId }),
    ...(admin !== undefined && { admin }),
    ...(adminRole !== undefined && { adminRole }),
    ...(requestId !== undefined && { requestId }),
    ...(organizationId !== undefined && { organizationId }),
    ...(projectId !== undefined && { projectId }),
    data,
    id: _id.toHexString(),
  };
}

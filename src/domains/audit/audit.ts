import { ObjectId } from "../../bson.ts";
import type { PlayerId } from "../../ids.ts";
import { objectIdOf } from "../../ids.ts";
import type { Actor, Door } from "../../kernel/actor.ts";
import type { Documents, Filter } from "../../store/store.ts";

/** What happened. */
export const AUDIT_ACTIONS = [
  "account.connected",
  "account.switched",
  "account.disconnected",
  "account.reauthorized",
  "token.revoked",
  "player.deleted",
  "player.password",
  "player.signed_out",
  "player.exported",
  "lease.granted",
  "lease.released",
  "content.created",
  "content.approved",
  "content.rejected",
  "post.scheduled",
  "post.rescheduled",
  "post.approved",
  "post.canceled",
  "post.published",
  "post.failed",
  "post.deleted",
  "profile.created",
  "profile.changed",
  "profile.deleted",
  "profile.suspended",
  "profile.resumed",
  "project.created",
  "organization.created",
  "organization.suspended",
  "organization.resumed",
  "key.created",
  "key.revoked",
  "key.killed",
  "switch.changed",
  "webhook.registered",
  "webhook.removed",
  "admin.created",
  "admin.removed",
  "admin.password",
  "admin.second_factor",
  "admin.signed_in",
  "credential.used",
  "script.saved",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  readonly action: AuditAction;
  readonly by: Actor;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
  /** The player that it was done to. */
  readonly player?: PlayerId | undefined;
  /** The id of the account, post, key or profile that it was done to. */
  readonly subject?: string | undefined;
  /** Facts by fixed names: what was removed and how many. Never a token, a secret or a text of a post. */
  readonly data?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
}

export interface AuditDocument extends Record<string, unknown> {
  _id: ObjectId;
  at: Date;
  action: AuditAction;
  door: Door;
  byPlayer?: ObjectId;
  keyId?: string;
  admin?: string;
  adminRole?: string;
  requestId?: string;
  organizationId?: string;
  projectId?: string;
  playerId?: ObjectId;
  subject?: string;
  data: Record<string, unknown>;
}

/** Records are deleted after this many days. */
export const AUDIT_DAYS = 400;

export const auditCollection = (documents: Documents) => documents.collection<AuditDocument>("audit");

/** Adds a record. Call in the transaction of the change, so that both are on disk or neither. Costs one insert. */
export async function record(tx: Documents, entry: AuditEntry): Promise<void> {
  await auditCollection(tx).insertOne(documentOf(entry));
}

export async function recordAll(tx: Documents, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length > 0) await auditCollection(tx).insertMany(entries.map(documentOf));
}

export interface AuditQuery {
  organizationId?: string | undefined;
  projectId?: string | undefined;
  player?: PlayerId | undefined;
  action?: AuditAction | undefined;
  keyId?: string | undefined;
  subject?: string | undefined;
  /** In milliseconds since 1970, both inclusive. */
  since?: number | undefined;
  until?: number | undefined;
  /** Only records that come after this one in the order of the result. */
  after?: { at: Date; _id: ObjectId } | undefined;
  limit: number;
}

/** Newest first; records of one millisecond in the order of their ids. Cost: an indexed read of `limit` documents. */
export function listAudit(documents: Documents, query: AuditQuery): Promise<AuditDocument[]> {
  const { organizationId, projectId, player, action, keyId, subject, since, until, after, limit } = query;
  const filters: Filter[] = [];
  const equal = { organizationId, projectId, action, keyId, subject };
  for (const [name, value] of Object.entries(equal)) if (value !== undefined) filters.push({ [name]: { $eq: value } });
  if (player !== undefined) filters.push({ playerId: objectIdOf(player) });
  if (since !== undefined) filters.push({ at: { $gte: new Date(since) } });
  if (until !== undefined) filters.push({ at: { $lte: new Date(until) } });
  if (after) filters.push({ $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $gt: after._id } }] });
  const filter = filters.length > 0 ? { $and: filters } : {};
  return auditCollection(documents)
    .find(filter, { sort: { at: -1, _id: 1 }, limit })
    .toArray();
}

function documentOf({
  action,
  by,
  now,
  organizationId,
  projectId,
  player,
  subject,
  data = {},
}: AuditEntry): AuditDocument {
  return {
    _id: new ObjectId(),
    at: new Date(now),
    action,
    door: by.door,
    ...(by.playerId !== undefined && { byPlayer: objectIdOf(by.playerId) }),
    ...(by.keyId !== undefined && { keyId: by.keyId }),
    ...(by.admin !== undefined && { admin: by.admin }),
    ...(by.adminRole !== undefined && { adminRole: by.adminRole }),
    ...(by.requestId !== undefined && { requestId: by.requestId }),
    ...(organizationId !== undefined && { organizationId }),
    ...(projectId !== undefined && { projectId }),
    ...(player !== undefined && { playerId: objectIdOf(player) }),
    ...(subject !== undefined && { subject }),
    data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)),
  };
}

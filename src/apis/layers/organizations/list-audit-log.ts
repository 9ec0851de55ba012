import { Type } from "@sinclair/typebox";
import { ObjectId } from "../../../bson.ts";
import { type AuditAction, type AuditDocument, listAudit } from "../../../domains/audit/index.ts";
import { page, placeIn } from "../../pages.ts";
import { invalid } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import {
  apiKeyId,
  cursor,
  instant,
  limit,
  nextCursor,
  nullable,
  organizationId,
  projectId,
  time,
  timeOf,
} from "../fields.ts";

/** Where Layers has a name of its own. */
const EVENT_TYPES: Partial<Record<AuditAction, string>> = {
  "post.scheduled": "scheduled_post.created",
  "post.canceled": "scheduled_post.cancelled",
};

export const listAuditLog = defineRoute({
  name: "listAuditLog",
  method: "GET",
  path: "/v1/audit-log",
  summary: "Lists what was changed in the organization, newest first. Records are kept for 400 days.",
  scope: "org:admin",
  work: "read",
  query: Type.Object({
    eventType: Type.Optional(
      Type.String({ maxLength: 64, description: "Such as account.disconnected.", wanted: "the name of an event" }),
    ),
    projectId: Type.Optional(projectId),
    apiKeyId: Type.Optional(apiKeyId),
    since: Type.Optional(instant("Only what happened then or later.")),
    until: Type.Optional(instant("Only what happened then or earlier.")),
    limit: Type.Optional(limit(200)),
    cursor: Type.Optional(cursor),
  }),
  response: Type.Object({
    items: Type.Array(
      Type.Object({
        eventId: Type.String(),
        eventType: Type.String(),
        occurredAt: time("When it happened."),
        requestId: nullable(Type.String({ description: "Of the request that did it." })),
        organizationId,
        projectId: nullable(projectId),
        apiKeyId: nullable(apiKeyId),
        actor: Type.Object({
          type: Type.String({ description: "The API or other part of the server, such as layers, socket or server." }),
        }),
        subject: nullable(Type.String({ description: "The id of the account, post, key or profile." })),
        data: Type.Record(Type.String(), Type.Unknown()),
      }),
    ),
    nextCursor,
  }),
  examples: [
    {
      title: "Accounts that were disconnected",
      query: { eventType: "account.disconnected" },
      status: 200,
      response: {
        items: [
          {
            eventId: "evt_6954c1a5e1b2c3d4e5f60718",
            eventType: "account.disconnected",
            occurredAt: EXAMPLE_TIME,
            requestId: EXAMPLE.request,
            organizationId: EXAMPLE.organization,
            projectId: EXAMPLE.project,
            apiKeyId: EXAMPLE.key,
            actor: { type: "layers" },
            subject: EXAMPLE.account.slice("sa_".length),
            data: {
              platform: "tiktok",
              profileId: `primary:${EXAMPLE.project}`,
              externalId: "3f1b6c2e-7a9d-4e58-b0c4-d2e6f8a1b3c5",
              reason: "revoked_by_partner",
              canceledPosts: 2,
            },
          },
        ],
        nextCursor: null,
      },
    },
  ],
  async handle({ documents, organization }, { query }) {
    const { eventType, since, until, limit: max = 50 } = query;
    const place = placeIn(query.cursor);
    if (place && !ObjectId.isValid(place.id))
      throw invalid("query", "cursor", "Must be the nextCursor of an earlier page.");
    const found = await listAudit(documents, {
      organizationId: organization._id,
      projectId: query.projectId,
      keyId: query.apiKeyId,
      action: eventType === undefined ? undefined : actionOf(eventType),
      since: since === undefined ? undefined : timeOf(since, "query", "since"),
      until: until === undefined ? undefined : timeOf(until, "query", "until"),
      after: place && { at: place.at, _id: new ObjectId(place.id) },
      limit: max + 1,
    });
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.at, id: last._id.toHexString() }));
    return { body: { items: items.map(viewOf), nextCursor: next } };
  },
});

function actionOf(eventType: string): AuditAction {
  const [own] = Object.entries(EVENT_TYPES).find(([, name]) => name === eventType) ?? [eventType];
  return own as AuditAction;
}

function viewOf({ _id, at, action, door, requestId, keyId, subject, data, ...document }: AuditDocument) {
  return {
    eventId: `evt_${_id.toHexString()}`,
    eventType: EVENT_TYPES[action] ?? action,
    occurredAt: at.toISOString(),
    requestId: requestId ?? null,
    organizationId: document.organizationId ?? "",
    projectId: document.projectId ?? null,
    apiKeyId: keyId ?? null,
    actor: { type: door },
    subject: subject ?? null,
    data,
  };
}

import { Type } from "@sinclair/typebox";
import { record } from "../../../domains/audit/index.ts";
import { Publishing } from "../../../domains/publishing/index.ts";
import { type ProfileDocument, social, WEBHOOK_ACTIONS, webhookId } from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";

export const Action = Type.Union(
  WEBHOOK_ACTIONS.map((name) => Type.Literal(name)),
  {
    description:
      "What it is called for. social: accounts are linked and unlinked. scheduled: a scheduled post was sent or failed. Nothing happens yet for the others.",
    wanted: `one of ${WEBHOOK_ACTIONS.join(", ")}`,
  },
);

export const Webhook = Type.Object({
  status: Type.Literal("success"),
  action: Type.String(),
  url: Type.String(),
  refId: Type.String(),
});

/** Replaces the profile's hook for the action. Call in a transaction. Costs an update and a record. */
export async function saveWebhook(
  { documents, by, now }: RouteContext,
  { _id: profileId, organizationId, projectId }: ProfileDocument,
  { action, url, secret }: { action: string; url: string; secret: string | undefined },
): Promise<void> {
  const hook = { organizationId, projectId, profileId, action, url, updatedAt: new Date(now) };
  const replacement = { ...hook, ...(secret !== undefined && { secret }) };
  const _id = webhookId(profileId, action as (typeof WEBHOOK_ACTIONS)[number]);
  await social(documents).webhooks.replaceOne({ _id }, replacement, { upsert: true });
  const data = { action, host: new URL(url).host };
  await record(documents, {
    action: "webhook.registered",
    by,
    now,
    organizationId,
    projectId,
    subject: profileId,
    data,
  });
}

/** Returns whether there was one. Call in a transaction. */
export async function removeWebhook(
  { documents, by, now }: RouteContext,
  { _id: profileId, organizationId, projectId }: ProfileDocument,
  action: string,
): Promise<boolean> {
  const _id = webhookId(profileId, action as (typeof WEBHOOK_ACTIONS)[number]);
  const { deletedCount } = await social(documents).webhooks.deleteOne({ _id });
  if (deletedCount === 0) return false;
  const about = { organizationId, projectId, subject: profileId, data: { action } };
  await record(documents, { action: "webhook.removed", by, now, ...about });
  return true;
}

/** The secret as it is stored. @throws PublishRefused if this server has no key to store secrets with */
export function sealSecret({ kernel }: RouteContext, { _id }: ProfileDocument, action: string, secret: string) {
  const id = webhookId(_id, action as (typeof WEBHOOK_ACTIONS)[number]);
  return kernel.service(Publishing).sealWebhookSecret(secret, id);
}

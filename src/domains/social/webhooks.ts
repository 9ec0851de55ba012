import { nanoid } from "nanoid";
import type { Documents } from "../../store/store.ts";
import { type SocialAccountDocument, social, type WebhookDocument } from "./collections.ts";
import { primaryProfileId } from "./ids.ts";

export const WEBHOOK_ACTIONS = ["feed", "social", "scheduled", "batch", "messages", "suspended"] as const;
export type WebhookAction = (typeof WEBHOOK_ACTIONS)[number];

export const webhookId = (profileId: string, action: WebhookAction) => `${profileId}:${action}`;

/**
 * Stores the event for the profile's own hook, else for that of its project's primary profile, if either has one. It is
 * sent after the transaction. Cost: one read, one insert if there is a hook, and one read of the profile then.
 */
export async function enqueueEvent(
  tx: Documents,
  { profileId, projectId }: Pick<SocialAccountDocument, "profileId" | "projectId">,
  action: WebhookAction,
  now: number,
  members: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { webhooks, deliveries, profiles } = social(tx);
  const ids = [webhookId(profileId, action), webhookId(primaryProfileId(projectId), action)];
  const found = await webhooks.find({ _id: { $in: ids } }).toArray();
  const hook: WebhookDocument | undefined = found.find(({ _id }) => _id === ids[0]) ?? found[0];
  if (!hook) return;
  const profile = await profiles.findOne({ _id: profileId }, { projection: { refId: 1 } });
  const hookId = nanoid();
  const created = new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z");
  const body = {
    action,
    created,
    code: 200,
    ...members,
    ...(profile && { refId: profile.refId }),
    hookId,
    url: hook.url,
  };
  await deliveries.insertOne({
    _id: hookId,
    webhookId: hook._id,
    body: JSON.stringify(body),
    createdAt: new Date(now),
    due: new Date(now),
  });
}

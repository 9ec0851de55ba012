import type { Actor } from "../../kernel/actor.ts";
import type { Documents } from "../../store/store.ts";
import { record } from "../audit/index.ts";
import { type SocialAccountDocument, social } from "./collections.ts";
import { SocialRefused } from "./refused.ts";

/**
 * Marks a project's account as leased. Disconnecting it leaves the lease. Call in a transaction.
 * @throws SocialRefused CONFLICT if it is leased or disconnected, or a player's own
 */
export async function leaseAccount(
  tx: Documents,
  { _id, organizationId, projectId, playerId }: SocialAccountDocument,
  { by, now }: { by: Actor; now: number },
): Promise<SocialAccountDocument> {
  if (playerId) throw new SocialRefused("CONFLICT", "A player's own account cannot be leased.");
  const account = await social(tx).accounts.findOneAndUpdate(
    { _id, status: { $ne: "disconnected" }, leasedAt: { $exists: false } },
    { $set: { leasedAt: new Date(now) }, $unset: { leaseReleasedAt: "" }, $inc: { uses: 1 } },
    { returnDocument: "after" },
  );
  if (!account) throw new SocialRefused("CONFLICT", "The account is leased already or is disconnected.");
  await record(tx, { action: "lease.granted", by, now, organizationId, projectId, subject: _id });
  return account;
}

/** Ends the lease of an account. Call in a transaction. @throws SocialRefused NOT_FOUND if it is not leased */
export async function releaseLease(
  tx: Documents,
  { _id, organizationId, projectId }: SocialAccountDocument,
  { by, now, reason }: { by: Actor; now: number; reason?: string | undefined },
): Promise<void> {
  const { matchedCount } = await social(tx).accounts.updateOne(
    { _id, leasedAt: { $exists: true } },
    { $set: { leaseReleasedAt: new Date(now) }, $unset: { leasedAt: "" }, $inc: { uses: 1 } },
  );
  if (matchedCount === 0) throw new SocialRefused("NOT_FOUND", "There is no such leased account.");
  await record(tx, { action: "lease.released", by, now, organizationId, projectId, subject: _id, data: { reason } });
}

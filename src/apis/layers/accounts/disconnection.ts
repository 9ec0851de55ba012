import { type Static, Type } from "@sinclair/typebox";
import { type DisconnectOptions, disconnectAccount } from "../../../domains/accounts/index.ts";
import { getAccount, layersAccountId, type SocialAccountDocument } from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";
import { isoOf, nullable, socialAccountId, time } from "../fields.ts";

export const disconnection = Type.Object({
  socialAccountId,
  status: Type.Literal("disconnected"),
  disconnectedReason: nullable(
    Type.String({
      description: "revoked_by_partner or released_by_partner; why it was disconnected, if it was before.",
    }),
  ),
  canceledScheduledPosts: Type.Integer({ description: "How many posts this call canceled." }),
  disconnectedAt: nullable(time("When it was disconnected.")),
});

/** Disconnects an account. One that is disconnected already stays as it is, so that a call can be repeated. */
export async function disconnected(
  { documents, organization, by, now }: RouteContext,
  account: SocialAccountDocument,
  options: Pick<DisconnectOptions, "isForced"> & { reason: "revoked_by_partner" | "released_by_partner" },
): Promise<Static<typeof disconnection>> {
  const result = await disconnectAccount(documents, account, { by, now, queued: "cancel", ...options });
  const { disconnectedReason = null, disconnectedAt } = await getAccount(documents, organization._id, account._id);
  return {
    socialAccountId: layersAccountId(account._id),
    status: "disconnected",
    disconnectedReason,
    canceledScheduledPosts: result?.canceledPosts ?? 0,
    disconnectedAt: isoOf(disconnectedAt),
  };
}

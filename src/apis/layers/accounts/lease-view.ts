import { type Static, Type } from "@sinclair/typebox";
import { layersAccountId, type SocialAccountDocument } from "../../../domains/social/index.ts";
import { isoOf, nullable, projectId, socialAccountId, time } from "../fields.ts";

export const leaseView = Type.Object({
  socialAccountId,
  projectId,
  handle: nullable(Type.String()),
  platform: Type.String(),
  followers: nullable(Type.Integer({ description: "Always null: it is not known." })),
  status: Type.Union([Type.Literal("assigned"), Type.Literal("disconnected")]),
  assignedAt: nullable(time("When it was leased; null if the lease has ended.")),
  nextRenewalAt: nullable(time("Always null: a lease lasts until it is released.")),
  monthlyPriceCents: nullable(Type.Integer({ description: "Always null: there is no billing." })),
});

export function leaseOf(account: SocialAccountDocument): Static<typeof leaseView> {
  return {
    socialAccountId: layersAccountId(account._id),
    projectId: account.projectId,
    handle: account.handle ?? null,
    platform: account.platform,
    followers: null,
    status: account.status === "disconnected" ? "disconnected" : "assigned",
    assignedAt: isoOf(account.leasedAt),
    nextRenewalAt: null,
    monthlyPriceCents: null,
  };
}

import { Type } from "@sinclair/typebox";
import { disconnectAccount } from "../../../domains/accounts/index.ts";
import { getAccount, releaseLease } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, isoOf, nullable, socialAccountId, time } from "../fields.ts";

export const releaseLeasedAccount = defineRoute({
  name: "releaseLeasedAccount",
  method: "DELETE",
  path: "/v1/leased-accounts/:socialAccountId",
  summary:
    "Releases the lease of an account and disconnects it: its token is deleted and its queued posts are canceled, in one transaction.",
  scope: "leased:write",
  work: "write",
  params: Type.Object({ socialAccountId }),
  body: Type.Object({
    reason: Type.Optional(Type.String({ maxLength: 1024, description: "For the audit.", wanted: "a text of at most 1,024 characters" })),
  }),
  response: Type.Object({
    socialAccountId,
    status: Type.Literal("disconnected"),
    disconnectedReason: nullable(Type.String({ description: "released_by_partner, or why it had been disconnected." })),
    canceledScheduledPosts: Type.Integer({ description: "How many posts this call canceled." }),
    disconnectedAt: nullable(time("When it was disconnected.")),
  }),
  errors: [{ status: 404, code: "NOT_FOUND", meaning: "The account does not exist or is not leased." }],
  examples: [
    {
      title: "Release an account",
      params: { socialAccountId: EXAMPLE.account },
      body: { reason: "The campaign has ended." },
      status: 200,
      response: {
        socialAccountId: EXAMPLE.account,
        status: "disconnected",
        disconnectedReason: "released_by_partner",
        canceledScheduledPosts: 0,
        disconnectedAt: EXAMPLE_TIME,
      },
    },
  ],
  async handle({ documents, organization, by, now }, { params, body: { reason } }) {
    const id = accountIdOf(params.socialAccountId);
    const account = await getAccount(documents, organization._id, id);
    await releaseLease(documents, account, { by, now, reason });
    const options = { by, now, reason: "released_by_partner", queued: "cancel" } as const;
    const disconnection = await disconnectAccount(documents, account, options);
    const { disconnectedAt, disconnectedReason = null } = await getAccount(documents, organization._id, id);
    return {
      body: {
        socialAccountId: params.socialAccountId,
        status: "disconnected",
        disconnectedReason,
        canceledScheduledPosts: disconnection?.canceledPosts ?? 0,
        disconnectedAt: isoOf(disconnectedAt),
      },
    };
  },
});

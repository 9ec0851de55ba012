import { Type } from "@sinclair/typebox";
import { getAccount, releaseLease } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, socialAccountId } from "../fields.ts";
import { disconnected, disconnection } from "./disconnection.ts";

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
    reason: Type.Optional(
      Type.String({ maxLength: 1024, description: "For the audit.", wanted: "a text of at most 1,024 characters" }),
    ),
  }),
  response: disconnection,
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
  async handle(context, { params, body: { reason } }) {
    const { documents, organization, by, now } = context;
    const account = await getAccount(documents, organization._id, accountIdOf(params.socialAccountId));
    await releaseLease(documents, account, { by, now, reason });
    return { body: await disconnected(context, account, { reason: "released_by_partner" }) };
  },
});

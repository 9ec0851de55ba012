import { Type } from "@sinclair/typebox";
import { getAccount, leaseAccount as lease, SocialRefused } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { accountIdOf, projectId, projectOf, socialAccountId } from "../fields.ts";
import { leaseOf, leaseView } from "./lease-view.ts";

export const leaseAccount = defineRoute({
  name: "leaseAccount",
  method: "POST",
  path: "/v1/projects/:projectId/leased-accounts",
  summary: "Marks a connected account of the project as leased.",
  scope: "leased:write",
  work: "write",
  params: Type.Object({ projectId }),
  body: Type.Object({ socialAccountId }),
  response: leaseView,
  errors: [
    { status: 409, code: "CONFLICT", meaning: "The account is leased already, disconnected, or a player's own." },
  ],
  examples: [
    {
      title: "Lease an account",
      params: { projectId: EXAMPLE.project },
      body: { socialAccountId: EXAMPLE.account },
      status: 201,
      response: {
        socialAccountId: EXAMPLE.account,
        projectId: EXAMPLE.project,
        handle: "ada",
        platform: "tiktok",
        followers: null,
        status: "assigned",
        assignedAt: EXAMPLE_EARLIER,
        nextRenewalAt: null,
        monthlyPriceCents: null,
      },
    },
  ],
  async handle(context, { params, body }) {
    const { documents, organization, by, now } = context;
    const project = await projectOf(context, params.projectId);
    const account = await getAccount(documents, organization._id, accountIdOf(body.socialAccountId));
    if (account.projectId !== project._id) throw new SocialRefused("NOT_FOUND", "There is no such account.");
    return { status: 201, body: leaseOf(await lease(documents, account, { by, now })) };
  },
});

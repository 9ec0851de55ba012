import { Type } from "@sinclair/typebox";
import { allows, getAccount } from "../../../domains/social/index.ts";
import { ProblemError } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, socialAccountId } from "../fields.ts";
import { disconnected, disconnection } from "./disconnection.ts";

export const disconnectSocialAccount = defineRoute({
  name: "disconnectSocialAccount",
  method: "DELETE",
  path: "/v1/social-accounts/:socialAccountId",
  summary:
    "Disconnects an account: its token is deleted and its queued posts are canceled, in one transaction. Published posts stay on the network. A leased account keeps its lease. An account that is disconnected already is returned as it is.",
  scope: "social:write",
  work: "write",
  params: Type.Object({ socialAccountId }),
  query: Type.Object({
    force: Type.Optional(
      Type.Boolean({
        description: "Disconnect a player's only way to log in too. Needs the scope social:force. The audit says so.",
        default: false,
      }),
    ),
  }),
  response: disconnection,
  errors: [
    {
      status: 409,
      code: "CONFLICT",
      meaning:
        "The account is a player's, who could no longer log in (`details.reason` is `{password: NOT_SET}`), or whose userName was derived from it (`{userName: CHANGE_REQUIRED}`). `details.cure` says what to do.",
    },
  ],
  examples: [
    {
      title: "Disconnect an account that had two queued posts",
      params: { socialAccountId: EXAMPLE.account },
      status: 200,
      response: {
        socialAccountId: EXAMPLE.account,
        status: "disconnected",
        disconnectedReason: "revoked_by_partner",
        canceledScheduledPosts: 2,
        disconnectedAt: EXAMPLE_TIME,
      },
    },
  ],
  async handle(context, { params, query: { force = false } }) {
    const { documents, organization, key } = context;
    if (force && !allows(key, "social:force")) {
      throw new ProblemError({ kind: "forbidden scope", scope: "social:force" });
    }
    const account = await getAccount(documents, organization._id, accountIdOf(params.socialAccountId));
    return { body: await disconnected(context, account, { reason: "revoked_by_partner", isForced: force }) };
  },
});

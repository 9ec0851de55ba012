import { Type } from "@sinclair/typebox";
import { disconnectAccount } from "../../../domains/accounts/index.ts";
import { allows, getAccount } from "../../../domains/social/index.ts";
import { ProblemError } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, isoOf, nullable, socialAccountId, time } from "../fields.ts";

export const disconnectSocialAccount = defineRoute({
  name: "disconnectSocialAccount",
  method: "DELETE",
  path: "/v1/social-accounts/:socialAccountId",
  summary:
    "Disconnects an account: its token is deleted and its queued posts are canceled, in one transaction. Published posts stay on the network. A leased account keeps its lease.",
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
  response: Type.Object({
    socialAccountId,
    status: Type.Literal("disconnected"),
    disconnectedReason: nullable(Type.String({ description: "revoked_by_partner, or why it had been disconnected." })),
    canceledScheduledPosts: Type.Integer({ description: "How many posts this call canceled." }),
    disconnectedAt: nullable(time("When it was disconnected.")),
  }),
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
  async handle({ documents, organization, key, by, now }, { params, query: { force = false } }) {
    if (force && !allows(key, "social:force")) {
      throw new ProblemError({ kind: "forbidden scope", scope: "social:force" });
    }
    const id = accountIdOf(params.socialAccountId);
    const account = await getAccount(documents, organization._id, id);
    const options = { by, now, reason: "revoked_by_partner", queued: "cancel", isForced: force } as const;
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

import { Type } from "@sinclair/typebox";
import { getAccount, social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, socialAccountId } from "../fields.ts";
import { accountView, tokenExpiries, viewOf } from "./account-view.ts";

export const getSocialAccountHealth = defineRoute({
  name: "getSocialAccountHealth",
  method: "GET",
  path: "/v1/social-accounts/:socialAccountId/health",
  summary: "Returns an account with the number of posts that wait to be sent to it. The network is not called.",
  scope: "social:read",
  work: "read",
  params: Type.Object({ socialAccountId }),
  response: Type.Composite([
    accountView,
    Type.Object({
      healthy: Type.Boolean({ description: "Whether it is connected and its token has not expired." }),
      queuedPosts: Type.Integer({ description: "Posts that wait to be sent to it, of all APIs." }),
    }),
  ]),
  examples: [
    {
      title: "A connected account",
      params: { socialAccountId: EXAMPLE.account },
      status: 200,
      response: {
        socialAccountId: EXAMPLE.account,
        platform: "tiktok",
        handle: "ada",
        avatarUrl: null,
        status: "connected",
        leased: false,
        connectedAt: EXAMPLE_EARLIER,
        tokenExpiresAt: EXAMPLE_TIME,
        healthy: true,
        queuedPosts: 2,
      },
    },
  ],
  async handle({ documents, organization, now }, { params }) {
    const account = await getAccount(documents, organization._id, accountIdOf(params.socialAccountId));
    const tokenExpires = (await tokenExpiries(documents, [account])).get(account._id);
    const healthy = account.status === "connected" && (tokenExpires === undefined || tokenExpires.getTime() > now);
    const waiting = { targets: { $elemMatch: { accountId: account._id, status: "queued" } } };
    const queuedPosts = await social(documents).posts.countDocuments(waiting);
    return { body: { ...viewOf(account, tokenExpires), healthy, queuedPosts } };
  },
});

import { Type } from "@sinclair/typebox";
import { getAccount, SocialRefused, social } from "../../../domains/social/index.ts";
import { isNetwork } from "../../../publishers/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { accountIdOf, projectId, projectOf, socialAccountId } from "../fields.ts";
import { conflict, connectErrors, oauthUrl, returnUrl, scopes } from "./fields.ts";
import { oauthSession } from "./oauth-session.ts";

export const createReauthUrl = defineRoute({
  name: "createReauthUrl",
  method: "POST",
  path: "/v1/projects/:projectId/social/reauth-url",
  summary:
    "Creates a URL on which a user connects an account again. It keeps its id; a user who signs in with another account is refused. Idempotency-Key is ignored.",
  scope: "social:write",
  work: "calls",
  params: Type.Object({ projectId }),
  body: Type.Object({ socialAccountId, returnUrl, scopes }),
  response: oauthUrl,
  errors: [
    ...connectErrors,
    {
      status: 409,
      code: "CONFLICT",
      meaning: "The account is disconnected, or is a player's link, which the player connects in the game.",
    },
  ],
  examples: [
    {
      title: "Connect an account again whose authorization ended",
      params: { projectId: EXAMPLE.project },
      body: { socialAccountId: EXAMPLE.account, returnUrl: "https://app.example/connected" },
      status: 200,
      response: {
        authorizeUrl: "https://game.example/connect/session/ls_live_V3ZrT0s1bDlqM2RxYTh4bTVjN2hwdzJlNnlrMG5nNHQ",
        state: "st_8f3k1m9q2x7c5v4b6n0z1a2s",
        expiresAt: EXAMPLE_TIME,
      },
    },
  ],
  async handle(context, { params, body }) {
    const { documents, organization } = context;
    const project = await projectOf(context, params.projectId);
    const account = await getAccount(documents, organization._id, accountIdOf(body.socialAccountId));
    if (account.projectId !== project._id) throw new SocialRefused("NOT_FOUND", "There is no such account.");
    const { _id: accountId, platform: network, status } = account;
    if (status === "disconnected") {
      throw conflict("The account is disconnected. Connect it with createOauthUrl; it gets another id.", { status });
    }
    if (account.systemId !== undefined || !isNetwork(network)) {
      throw conflict("The account is a player's link. The player connects it again in the game.", {
        platform: network,
      });
    }
    const profile = await social(documents).profiles.findOne({ _id: account.profileId });
    if (!profile) throw new SocialRefused("NOT_FOUND", "The profile of the account was deleted.");
    return oauthSession(context, profile, { network, returnUrl: body.returnUrl, accountId });
  },
});

import { Type } from "@sinclair/typebox";
import { primaryProfileOf } from "../../../domains/social/index.ts";
import { NETWORKS } from "../../../publishers/publisher.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { projectId, projectOf } from "../fields.ts";
import { connectErrors, oauthUrl, returnUrl, scopes } from "./fields.ts";
import { oauthSession } from "./oauth-session.ts";

export const createOauthUrl = defineRoute({
  name: "createOauthUrl",
  method: "POST",
  path: "/v1/projects/:projectId/social/oauth-url",
  summary:
    "Creates a URL on which a user connects an account to the project. It is valid for ten minutes and one outcome. Each call creates another one; Idempotency-Key is ignored.",
  scope: "social:write",
  work: "calls",
  params: Type.Object({ projectId }),
  body: Type.Object({
    platform: Type.Union(
      NETWORKS.map((network) => Type.Literal(network)),
      { description: "The network.", wanted: `one of ${NETWORKS.join(", ")}` },
    ),
    returnUrl,
    usageNote: Type.Optional(Type.String({ maxLength: 2_000, description: "Ignored." })),
    scopes,
  }),
  response: oauthUrl,
  errors: connectErrors,
  examples: [
    {
      title: "Connect a Bluesky account",
      params: { projectId: EXAMPLE.project },
      body: { platform: "bluesky", returnUrl: "https://app.example/connected" },
      status: 200,
      response: {
        authorizeUrl: "https://game.example/connect/session/ls_live_V3ZrT0s1bDlqM2RxYTh4bTVjN2hwdzJlNnlrMG5nNHQ",
        state: "st_8f3k1m9q2x7c5v4b6n0z1a2s",
        expiresAt: EXAMPLE_TIME,
      },
    },
  ],
  async handle(context, { params, body }) {
    const project = await projectOf(context, params.projectId);
    const profile = await primaryProfileOf(context.documents, project._id);
    return oauthSession(context, profile, { network: body.platform, returnUrl: body.returnUrl });
  },
});

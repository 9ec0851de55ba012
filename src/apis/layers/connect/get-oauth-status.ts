import { Type } from "@sinclair/typebox";
import { findSession, outcomeOf } from "../../../domains/connecting/index.ts";
import { layersAccountId, SocialRefused } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { state } from "./fields.ts";

export const getOauthStatus = defineRoute({
  name: "getOauthStatus",
  method: "GET",
  path: "/v1/social/oauth-status/:state",
  summary:
    "Returns whether a user has connected the account. Only the key that created the URL can read it, for a day. `failed` is final.",
  scope: "social:read",
  work: "read",
  params: Type.Object({ state }),
  response: Type.Object({
    state,
    status: Type.Union([Type.Literal("pending"), Type.Literal("completed"), Type.Literal("failed")], {
      description: "`pending` until the user has finished or the URL has expired.",
    }),
    socialAccountId: Type.Optional(Type.String({ description: "Of `completed`." })),
    error: Type.Optional(
      Type.Object(
        {
          code: Type.String({ description: "Such as DENIED, EXPIRED, OTHER_ACCOUNT or NETWORK_DOWN." }),
          message: Type.String({ description: "What happened, in a sentence." }),
        },
        { description: "Of `failed`." },
      ),
    ),
  }),
  examples: [
    {
      title: "A user who did not consent",
      params: { state: "st_8f3k1m9q2x7c5v4b6n0z1a2s" },
      status: 200,
      response: {
        state: "st_8f3k1m9q2x7c5v4b6n0z1a2s",
        status: "failed",
        error: { code: "DENIED", message: "You did not allow access at Bluesky." },
      },
    },
    {
      title: "A connected account",
      params: { state: "st_2b6n0z1a2s8f3k1m9q2x7c5v" },
      status: 200,
      response: { state: "st_2b6n0z1a2s8f3k1m9q2x7c5v", status: "completed", socialAccountId: EXAMPLE.account },
    },
  ],
  async handle({ documents, key, now }, { params }) {
    const session = await findSession(documents, params.state);
    if (session?.keyId !== key._id || session.api !== "layers") {
      throw new SocialRefused("NOT_FOUND", "There is no such state.");
    }
    const outcome = outcomeOf(session, now);
    const { status } = outcome;
    const body = { state: session._id, status };
    if (outcome.status === "completed")
      return { body: { ...body, socialAccountId: layersAccountId(outcome.accountId) } };
    return { body: outcome.status === "failed" ? { ...body, error: outcome.error } : body };
  },
});

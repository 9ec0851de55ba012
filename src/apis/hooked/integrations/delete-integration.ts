import { Type } from "@sinclair/typebox";
import { disconnectAccount } from "../../../domains/accounts/index.ts";
import { allows } from "../../../domains/social/index.ts";
import { ProblemError } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { notFound, refusalsOf } from "../envelope.ts";
import { EXAMPLE } from "../examples.ts";
import { integrationId, succeed, success } from "../fields.ts";
import { findIntegration } from "./integration-view.ts";

export const deleteIntegration = defineRoute({
  name: "deleteIntegration",
  method: "DELETE",
  path: "/v1/integration/:integrationId",
  summary:
    "Disconnects an account and deletes its token. Posts that wait for it stay pending, and fail when their time comes. Published posts and the history stay. Connected again, the account has a new id.",
  scope: "social:write",
  work: "write",
  params: Type.Object({ integrationId }),
  query: Type.Object({
    force: Type.Optional(
      Type.Boolean({
        description: "Disconnect a player's only way to log in too. Needs the scope social:force. The audit says so.",
        default: false,
      }),
    ),
  }),
  response: success(Type.Object({ id: Type.String(), type: Type.String(), deleted: Type.Literal(true) })),
  errors: [
    ...refusalsOf("integration"),
    {
      status: 409,
      code: "conflict",
      meaning:
        "The account is a player's, who could no longer log in (`details.reason` is `{password: NOT_SET}`), or whose userName was derived from it (`{userName: CHANGE_REQUIRED}`). `details.cure` says what to do.",
    },
  ],
  examples: [
    {
      title: "Disconnect a YouTube channel",
      params: { integrationId: EXAMPLE.integration },
      status: 200,
      response: {
        success: true,
        message: "Integration deleted. Posts that wait for it will fail.",
        data: { id: EXAMPLE.integration, type: "youtube", deleted: true },
      },
    },
  ],
  async handle(context, { params: { integrationId: id }, query: { force = false } }) {
    const { documents, key, by, now } = context;
    if (force && !allows(key, "social:force")) {
      throw new ProblemError({ kind: "forbidden scope", scope: "social:force" });
    }
    const account = await findIntegration(context, id);
    const options = { by, now, reason: "revoked_by_partner", queued: "leave", isForced: force } as const;
    if (!(await disconnectAccount(documents, account, options))) throw notFound(id, "Integration");
    const message = "Integration deleted. Posts that wait for it will fail.";
    return succeed({ id, type: account.platform, deleted: true as const }, message);
  },
});

import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { refusalsOf } from "../envelope.ts";
import { EXAMPLE } from "../examples.ts";
import { integrationId, succeed, success } from "../fields.ts";
import { EXAMPLE_INTEGRATION, findIntegration, integrationOf, integrationView } from "./integration-view.ts";

export const getIntegration = defineRoute({
  name: "getIntegration",
  method: "GET",
  path: "/v1/integration/:integrationId",
  summary: "Returns a connected account. The platform is not called.",
  scope: "social:read",
  work: "read",
  params: Type.Object({ integrationId }),
  response: success(integrationView),
  errors: refusalsOf("integration"),
  examples: [
    {
      title: "A YouTube channel",
      params: { integrationId: EXAMPLE.integration },
      status: 200,
      response: { success: true, data: EXAMPLE_INTEGRATION },
    },
  ],
  async handle(context, { params }) {
    return succeed(integrationOf(await findIntegration(context, params.integrationId), context.now));
  },
});

import { Type } from "@sinclair/typebox";
import { PLATFORMS, social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { offset, pageOf, succeed, success } from "../fields.ts";
import { EXAMPLE_INTEGRATION, integrationOf, integrationView } from "./integration-view.ts";

export const listIntegrations = defineRoute({
  name: "listIntegrations",
  method: "GET",
  path: "/v1/integration/list",
  summary: "Lists the connected accounts of the key's project, the one that was connected last first.",
  scope: "social:read",
  work: "read",
  query: Type.Object({
    platform: Type.Optional(
      Type.Union(
        PLATFORMS.map((platform) => Type.Literal(platform)),
        { description: "Only accounts of this platform.", wanted: "the name of a platform, such as youtube" },
      ),
    ),
    limit: Type.Optional(
      Type.Integer({
        ...{ minimum: 1, maximum: 1_000, default: 100, wanted: "a whole number from 1 to 1000" },
        description: "Items. A project with players' links may have many.",
      }),
    ),
    offset,
  }),
  response: success(
    Type.Object({ integrations: Type.Array(integrationView), limit: Type.Integer(), offset: Type.Integer() }),
  ),
  examples: [
    {
      title: "The accounts",
      status: 200,
      response: { success: true, data: { integrations: [EXAMPLE_INTEGRATION], limit: 100, offset: 0 } },
    },
  ],
  async handle({ documents, key, now }, { query: { platform, limit: most = 100, ...rest } }) {
    const { limit, offset } = pageOf({ ...rest, limit: most });
    const filter = {
      projectId: key.projectId,
      status: { $ne: "disconnected" },
      ...(platform !== undefined && { platform: { $eq: platform } }),
    };
    const options = { sort: { connectedAt: -1, _id: 1 }, skip: offset, limit } as const;
    const found = await social(documents).accounts.find(filter, options).toArray();
    return succeed({ integrations: found.map((account) => integrationOf(account, now)), limit, offset });
  },
});

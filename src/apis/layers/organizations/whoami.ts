import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { apiKeyId, nullable, organizationId, projectId } from "../fields.ts";

export const whoami = defineRoute({
  name: "whoami",
  method: "GET",
  path: "/v1/whoami",
  summary: "Returns whom the key belongs to and what it may do.",
  scope: undefined,
  work: "read",
  response: Type.Object({
    organizationId,
    workspaceId: Type.String({ description: "The same as organizationId." }),
    organizationName: Type.String(),
    parentOrganizationId: nullable(organizationId),
    projectId,
    scopes: Type.Array(Type.String()),
    rateLimitTier: Type.Literal("standard"),
    apiKeyId,
  }),
  examples: [
    {
      title: "A key that may publish",
      status: 200,
      response: {
        organizationId: EXAMPLE.organization,
        workspaceId: EXAMPLE.organization,
        organizationName: "Example Studio",
        parentOrganizationId: null,
        projectId: EXAMPLE.project,
        scopes: ["publish:read", "publish:write"],
        rateLimitTier: "standard",
        apiKeyId: EXAMPLE.key,
      },
    },
  ],
  async handle({ organization, key }) {
    return {
      body: {
        organizationId: organization._id,
        workspaceId: organization._id,
        organizationName: organization.name,
        parentOrganizationId: organization.parentId ?? null,
        projectId: key.projectId,
        scopes: key.scopes,
        rateLimitTier: "standard" as const,
        apiKeyId: key._id,
      },
    };
  },
});

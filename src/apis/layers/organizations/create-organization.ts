import { Type } from "@sinclair/typebox";
import { createOrganization as create } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { CHILD_EXAMPLE, organizationName, organizationView, viewOf } from "./organization-view.ts";

export const createOrganization = defineRoute({
  name: "createOrganization",
  method: "POST",
  path: "/v1/organizations",
  summary: "Creates an organization that the key's own one manages. Act for it with the header X-Layers-Organization.",
  scope: "org:admin",
  work: "write",
  body: Type.Object({ name: organizationName }),
  response: organizationView,
  examples: [
    { title: "Create an organization", body: { name: "Partner Studio" }, status: 201, response: CHILD_EXAMPLE },
  ],
  async handle({ documents, organization, by, now }, { body: { name } }) {
    const child = await create(documents, { name, parentId: organization._id }, { by, now });
    return { status: 201, body: viewOf(child) };
  },
});

import { Type } from "@sinclair/typebox";
import { createProject as create } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { organizationName } from "./organization-view.ts";
import { PROJECT_EXAMPLE, projectView, viewOf } from "./project-view.ts";

export const createProject = defineRoute({
  name: "createProject",
  method: "POST",
  path: "/v1/projects",
  summary: "Creates a project: a game or a campaign, with accounts of its own.",
  scope: "org:admin",
  work: "write",
  body: Type.Object({ name: organizationName }),
  response: projectView,
  examples: [{ title: "Create a project", body: { name: "Season 3" }, status: 201, response: PROJECT_EXAMPLE }],
  async handle({ documents, organization, by, now }, { body: { name } }) {
    const project = await create(documents, { organizationId: organization._id, name }, { by, now });
    return { status: 201, body: viewOf(project) };
  },
});

import { type Static, Type } from "@sinclair/typebox";
import type { ProjectDocument } from "../../../domains/social/index.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { organizationId, projectId, time } from "../fields.ts";

export const projectView = Type.Object({
  projectId,
  organizationId,
  name: Type.String(),
  createdAt: time("When it was created."),
});

export function viewOf({ _id, organizationId: owner, name, createdAt }: ProjectDocument): Static<typeof projectView> {
  return { projectId: _id, organizationId: owner, name, createdAt: createdAt.toISOString() };
}

export const PROJECT_EXAMPLE: Static<typeof projectView> = {
  projectId: EXAMPLE.project,
  organizationId: EXAMPLE.organization,
  name: "Season 3",
  createdAt: EXAMPLE_EARLIER,
};

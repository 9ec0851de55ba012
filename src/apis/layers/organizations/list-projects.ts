import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { after, newestFirst, page, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { cursor, limit, nextCursor } from "../fields.ts";
import { PROJECT_EXAMPLE, projectView, viewOf } from "./project-view.ts";

export const listProjects = defineRoute({
  name: "listProjects",
  method: "GET",
  path: "/v1/projects",
  summary: "Lists the organization's projects, newest first.",
  scope: "social:read",
  work: "read",
  query: Type.Object({ limit: Type.Optional(limit(200)), cursor: Type.Optional(cursor) }),
  response: Type.Object({ items: Type.Array(projectView), nextCursor }),
  examples: [{ title: "One project", status: 200, response: { items: [PROJECT_EXAMPLE], nextCursor: null } }],
  async handle({ documents, organization }, { query: { limit: max = 50, cursor: from } }) {
    const filter = { $and: [{ organizationId: organization._id }, ...after("createdAt", placeIn(from))] };
    const options = { sort: newestFirst("createdAt"), limit: max + 1 };
    const found = await social(documents).projects.find(filter, options).toArray();
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.createdAt, id: last._id }));
    return { body: { items: items.map(viewOf), nextCursor: next } };
  },
});

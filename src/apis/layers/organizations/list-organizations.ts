import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { after, newestFirst, page, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { cursor, limit, nextCursor } from "../fields.ts";
import { CHILD_EXAMPLE, organizationView, viewOf } from "./organization-view.ts";

export const listOrganizations = defineRoute({
  name: "listOrganizations",
  method: "GET",
  path: "/v1/organizations",
  summary: "Lists the organizations that the key's own one manages, newest first.",
  scope: "org:admin",
  work: "read",
  query: Type.Object({ limit: Type.Optional(limit(200)), cursor: Type.Optional(cursor) }),
  response: Type.Object({ items: Type.Array(organizationView), nextCursor }),
  examples: [{ title: "One organization", status: 200, response: { items: [CHILD_EXAMPLE], nextCursor: null } }],
  async handle({ documents, organization }, { query: { limit: max = 50, cursor: from } }) {
    const filter = { $and: [{ parentId: organization._id }, ...after("createdAt", placeIn(from))] };
    const options = { sort: newestFirst("createdAt"), limit: max + 1 };
    const found = await social(documents).organizations.find(filter, options).toArray();
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.createdAt, id: last._id }));
    return { body: { items: items.map(viewOf), nextCursor: next } };
  },
});

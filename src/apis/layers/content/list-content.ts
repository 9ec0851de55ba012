import { Type } from "@sinclair/typebox";
import { type ContentDocument, social } from "../../../domains/social/index.ts";
import { after, newestFirst, pageWithin, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { cursor, limit, nextCursor, projectId, projectOf } from "../fields.ts";
import { approvalStatus, CONTENT_EXAMPLE, contentView, viewOf } from "./content-view.ts";

export const listContent = defineRoute({
  name: "listContent",
  method: "GET",
  path: "/v1/projects/:projectId/content",
  summary: "Lists a project's content, newest first. A page of large content has fewer items than its limit.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ projectId }),
  query: Type.Object({
    approvalStatus: Type.Optional(approvalStatus),
    limit: Type.Optional(limit(200)),
    cursor: Type.Optional(cursor),
  }),
  response: Type.Object({ items: Type.Array(contentView), nextCursor }),
  examples: [
    {
      title: "Content that waits for approval",
      params: { projectId: EXAMPLE.project },
      query: { approvalStatus: "pending" },
      status: 200,
      response: { items: [CONTENT_EXAMPLE], nextCursor: null },
    },
  ],
  async handle(context, { params, query: { approvalStatus: approval, limit: max = 50, cursor: from } }) {
    const { _id } = await projectOf(context, params.projectId);
    // Hooked's videos are content too.
    const filter = {
      $and: [
        { projectId: _id, _id: { $gt: "cnt_", $lt: "cnt`" } },
        ...(approval === undefined ? [] : [{ approval: { $eq: approval } }]),
        ...after("createdAt", placeIn(from)),
      ],
    };
    const options = { sort: newestFirst("createdAt"), limit: max + 1 };
    const found = social(context.documents).contents.find(filter, options);
    const placeOf = ({ createdAt: at, _id: id }: ContentDocument) => ({ at, id });
    const { maxResponseBytes } = context.kernel.config;
    return { body: await pageWithin(maxResponseBytes, found, max, { viewOf, placeOf }) };
  },
});

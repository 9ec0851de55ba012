import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { after, newestFirst, page, placeIn } from "../../pages.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import {
  accountIdOf,
  cursor,
  instant,
  limit,
  nextCursor,
  projectId,
  projectOf,
  socialAccountId,
  timeOf,
} from "../fields.ts";
import { POST_EXAMPLE, postStatus, postView, storedStatuses, viewOf } from "./post-view.ts";

export const listScheduledPosts = defineRoute({
  name: "listScheduledPosts",
  method: "GET",
  path: "/v1/projects/:projectId/scheduled-posts",
  summary: "Lists a project's posts, the one with the latest scheduledFor first.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ projectId }),
  query: Type.Object({
    status: Type.Optional(
      Type.Array(postStatus, { maxItems: 6, description: "May be repeated.", wanted: "a status, at most six times" }),
    ),
    socialAccountId: Type.Optional(socialAccountId),
    since: Type.Optional(instant("Only posts with this scheduledFor or a later one.")),
    until: Type.Optional(instant("Only posts with this scheduledFor or an earlier one.")),
    limit: Type.Optional(limit(100)),
    cursor: Type.Optional(cursor),
  }),
  response: Type.Object({ items: Type.Array(postView), nextCursor }),
  examples: [
    {
      title: "The queued posts of an account",
      params: { projectId: EXAMPLE.project },
      query: { status: "queued", socialAccountId: EXAMPLE.account },
      status: 200,
      response: { items: [POST_EXAMPLE], nextCursor: null },
    },
  ],
  async handle(context, { params, query }) {
    const { status, socialAccountId: accountId, since, until, limit: max = 50, cursor: from } = query;
    const { _id } = await projectOf(context, params.projectId);
    const filter = {
      $and: [
        { projectId: _id, api: "layers" },
        ...(status === undefined ? [] : [{ status: { $in: storedStatuses(status) } }]),
        ...(accountId === undefined ? [] : [{ "targets.accountId": { $eq: accountIdOf(accountId) } }]),
        ...(since === undefined ? [] : [{ scheduledFor: { $gte: new Date(timeOf(since, "query", "since")) } }]),
        ...(until === undefined ? [] : [{ scheduledFor: { $lte: new Date(timeOf(until, "query", "until")) } }]),
        ...after("scheduledFor", placeIn(from)),
      ],
    };
    const options = { sort: newestFirst("scheduledFor"), limit: max + 1 };
    const found = await social(context.documents).posts.find(filter, options).toArray();
    const { items, nextCursor: next } = page(found, max, (last) => ({ at: last.scheduledFor, id: last._id }));
    return { body: { items: items.map(viewOf), nextCursor: next } };
  },
});

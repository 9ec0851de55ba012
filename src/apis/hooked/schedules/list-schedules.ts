import { Type } from "@sinclair/typebox";
import { social } from "../../../domains/social/index.ts";
import { NETWORKS } from "../../../publishers/publisher.ts";
import { defineRoute } from "../../route.ts";
import { counted, limit, offset, pageOf, succeed, success } from "../fields.ts";
import { EXAMPLE_SCHEDULE, STATUSES, schedulesOf, scheduleView, viewsOf } from "./schedule-view.ts";

export const listSchedules = defineRoute({
  name: "listSchedules",
  method: "GET",
  path: "/v1/schedule/list",
  summary: "Lists the posts of the key's project that this API scheduled, the latest time first.",
  scope: "publish:read",
  work: "read",
  query: Type.Object({
    status: Type.Optional(
      Type.Union(
        STATUSES.map((status) => Type.Literal(status)),
        { description: "Only posts of this status.", wanted: `one of ${STATUSES.join(", ")}` },
      ),
    ),
    platform: Type.Optional(
      Type.Union(
        NETWORKS.map((network) => Type.Literal(network)),
        { description: "Only posts for this platform.", wanted: "the name of a platform, such as youtube" },
      ),
    ),
    limit,
    offset,
  }),
  response: success(Type.Object({ scheduledPosts: Type.Array(scheduleView), ...counted })),
  examples: [
    {
      title: "What waits to be published",
      query: { status: "pending" },
      status: 200,
      response: { success: true, data: { scheduledPosts: [EXAMPLE_SCHEDULE], total: 1, limit: 50, offset: 0 } },
    },
  ],
  async handle(context, { query: { status, platform, ...range } }) {
    const { limit, offset } = pageOf(range);
    const { posts } = social(context.documents);
    const filter = {
      ...schedulesOf(context, status),
      ...(platform !== undefined && { "targets.network": { $eq: platform } }),
    };
    const sort = { scheduledFor: -1, _id: 1 } as const;
    const found = await posts.find(filter, { sort, skip: offset, limit }).toArray();
    const total = await posts.countDocuments(filter);
    return succeed({ scheduledPosts: await viewsOf(context.documents, found), total, limit, offset });
  },
});

import { Type } from "@sinclair/typebox";
import { cancelPost } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { isoOf, nullable, scheduledPostId, time } from "../fields.ts";
import { idOf, postOf } from "./post-view.ts";

export const cancelScheduledPost = defineRoute({
  name: "cancelScheduledPost",
  method: "DELETE",
  path: "/v1/scheduled-posts/:scheduledPostId",
  summary: "Cancels a post of which nothing was sent. It stays readable.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ scheduledPostId }),
  body: Type.Object({
    reason: Type.Optional(
      Type.String({
        maxLength: 1024,
        description: "Stored with the post.",
        wanted: "a text of at most 1,024 characters",
      }),
    ),
  }),
  response: Type.Object({
    id: scheduledPostId,
    status: Type.Literal("canceled"),
    canceledAt: nullable(time("Now.")),
  }),
  errors: [
    {
      status: 409,
      code: "CONFLICT",
      meaning: "The post is being sent, or it was sent, failed or was canceled: `details.status`.",
    },
  ],
  examples: [
    {
      title: "Cancel a post",
      params: { scheduledPostId: EXAMPLE.post },
      body: { reason: "The event was moved." },
      status: 200,
      response: { id: EXAMPLE.post, status: "canceled", canceledAt: EXAMPLE_TIME },
    },
  ],
  async handle(context, { params, body: { reason } }) {
    const { documents, by, now } = context;
    const post = await postOf(context, params.scheduledPostId);
    const canceled = await cancelPost(documents, post, { by, now, reason });
    return {
      body: { id: idOf(canceled), status: "canceled" as const, canceledAt: isoOf(canceled.targets[0]!.canceledAt) },
    };
  },
});

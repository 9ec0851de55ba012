import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { scheduledPostId } from "../fields.ts";
import { POST_EXAMPLE, postOf, postView, viewOf } from "./post-view.ts";

export const getScheduledPost = defineRoute({
  name: "getScheduledPost",
  method: "GET",
  path: "/v1/scheduled-posts/:scheduledPostId",
  summary: "Returns a post. It stays readable after it was sent or canceled.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ scheduledPostId }),
  response: postView,
  examples: [
    { title: "A queued post", params: { scheduledPostId: EXAMPLE.post }, status: 200, response: POST_EXAMPLE },
  ],
  async handle(context, { params }) {
    return { body: viewOf(await postOf(context, params.scheduledPostId)) };
  },
});

import { Type } from "@sinclair/typebox";
import { changePost, SocialRefused } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_EARLIER, EXAMPLE_TIME } from "../examples.ts";
import { scheduledPostId, time } from "../fields.ts";
import { idOf, postOf, postStatus, statusOf } from "./post-view.ts";
import { futureTime, scheduledFor } from "./scheduled-time.ts";

export const reschedulePost = defineRoute({
  name: "reschedulePost",
  method: "POST",
  path: "/v1/scheduled-posts/:scheduledPostId/reschedule",
  summary: "Changes the time of a queued post.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ scheduledPostId }),
  body: Type.Object({ scheduledFor }),
  response: Type.Object({
    id: scheduledPostId,
    status: postStatus,
    scheduledFor: time("When it is to be sent."),
    updatedAt: time("Now."),
  }),
  errors: [
    { status: 409, code: "CONFLICT", meaning: "The post is not queued: `details.status`." },
    { status: 422, code: "VALIDATION", meaning: "The time is in the past or not in UTC." },
  ],
  examples: [
    {
      title: "Move a post to the evening",
      params: { scheduledPostId: EXAMPLE.post },
      body: { scheduledFor: EXAMPLE_TIME },
      status: 200,
      response: { id: EXAMPLE.post, status: "queued", scheduledFor: EXAMPLE_TIME, updatedAt: EXAMPLE_EARLIER },
    },
  ],
  async handle(context, { params, body }) {
    const { documents, by, now } = context;
    const at = futureTime(body.scheduledFor, now);
    const post = await postOf(context, params.scheduledPostId);
    const status = statusOf(post);
    if (status !== "queued") throw new SocialRefused("CONFLICT", `The post is ${status}.`, { status });
    const changed = await changePost(documents, post, { scheduledFor: at }, { by, now });
    return {
      body: {
        id: idOf(changed),
        status: statusOf(changed),
        scheduledFor: changed.scheduledFor.toISOString(),
        updatedAt: changed.updatedAt.toISOString(),
      },
    };
  },
});

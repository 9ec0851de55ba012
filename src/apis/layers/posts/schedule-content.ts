import { Type } from "@sinclair/typebox";
import { getContent, requireApproval } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { containerId } from "../fields.ts";
import { gateStatus, POST_EXAMPLE, postView, viewOf } from "./post-view.ts";
import { futureTime, scheduledFor } from "./scheduled-time.ts";
import { createPosts, TARGET_EXAMPLE, targets } from "./targets.ts";

export const scheduleContent = defineRoute({
  name: "scheduleContent",
  method: "POST",
  path: "/v1/content/:containerId/schedule",
  summary:
    "Schedules a post of the content on each of the accounts, all or none. If the content is not approved yet, the posts wait for that, and the status is 202.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ containerId }),
  body: Type.Object({ scheduledFor, targets }),
  response: Type.Object({ containerId, gateStatus, scheduledPosts: Type.Array(postView) }),
  errors: [
    { status: 409, code: "CONFLICT", meaning: "An account is not connected: `details.accountId`." },
    { status: 409, code: "CONTENT_REJECTED", meaning: "The content was rejected." },
    { status: 422, code: "VALIDATION", meaning: "A network would refuse its post, or the time is in the past." },
  ],
  examples: [
    {
      title: "Schedule a post on one account",
      params: { containerId: EXAMPLE.content },
      body: { scheduledFor: EXAMPLE_TIME, targets: [TARGET_EXAMPLE] },
      status: 200,
      response: { containerId: EXAMPLE.content, gateStatus: "open", scheduledPosts: [POST_EXAMPLE] },
    },
  ],
  async handle(context, { params, body }) {
    const { documents, organization, now } = context;
    const at = futureTime(body.scheduledFor, now);
    const content = await getContent(documents, organization._id, params.containerId);
    const approval = await requireApproval(documents, content);
    if (approval === "rejected") {
      const details = { containerId: content._id, approvalStatus: approval };
      throw new ApiRefusal(409, "CONTENT_REJECTED", "The content was rejected.", { details });
    }
    const isOpen = approval === "approved";
    const status = isOpen ? "queued" : "awaiting approval";
    const posts = await createPosts(context, content, body.targets, { type: "scheduled", scheduledFor: at, status });
    return {
      status: isOpen ? 200 : 202,
      body: {
        containerId: content._id,
        gateStatus: isOpen ? ("open" as const) : ("blocked_on_approval" as const),
        scheduledPosts: posts.map(viewOf),
      },
    };
  },
});

import { Type } from "@sinclair/typebox";
import { getContent, requireApproval } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE, EXAMPLE_TIME } from "../examples.ts";
import { containerId } from "../fields.ts";
import { POST_EXAMPLE, postView, viewOf } from "./post-view.ts";
import { createPosts, TARGET_EXAMPLE, targets } from "./targets.ts";

/** The posts can be canceled for this long. */
const HOLD_MS = 30_000;

export const publishContent = defineRoute({
  name: "publishContent",
  method: "POST",
  path: "/v1/content/:containerId/publish",
  summary: "Publishes the content on each of the accounts, all or none, in 30 seconds. Until then it can be canceled.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ containerId }),
  body: Type.Object({ targets }),
  response: Type.Object({ containerId, scheduledPosts: Type.Array(postView) }),
  errors: [
    {
      status: 403,
      code: "APPROVAL_REQUIRED",
      meaning: "The content is not approved: `details.containerId` and `details.approvalStatus`.",
    },
    { status: 409, code: "CONFLICT", meaning: "An account is not connected: `details.accountId`." },
    { status: 409, code: "CONTENT_REJECTED", meaning: "The content was rejected." },
    { status: 422, code: "VALIDATION", meaning: "A network would refuse its post." },
  ],
  examples: [
    {
      title: "Publish on one account",
      params: { containerId: EXAMPLE.content },
      body: { targets: [TARGET_EXAMPLE] },
      status: 202,
      response: {
        containerId: EXAMPLE.content,
        scheduledPosts: [{ ...POST_EXAMPLE, createdAt: EXAMPLE_TIME, updatedAt: EXAMPLE_TIME }],
      },
    },
  ],
  async handle(context, { params, body }) {
    const { documents, organization, now } = context;
    const content = await getContent(documents, organization._id, params.containerId);
    const approval = await requireApproval(documents, content);
    const details = { containerId: content._id, approvalStatus: approval };
    if (approval === "rejected") {
      throw new ApiRefusal(409, "CONTENT_REJECTED", "The content was rejected.", { details });
    }
    if (approval === "pending") {
      throw new ApiRefusal(403, "APPROVAL_REQUIRED", "The content is not approved.", { details });
    }
    const when = { type: "immediate", scheduledFor: now + HOLD_MS, status: "queued" } as const;
    const posts = await createPosts(context, content, body.targets, when);
    return { status: 202, body: { containerId: content._id, scheduledPosts: posts.map(viewOf) } };
  },
});

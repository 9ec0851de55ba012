import { Type } from "@sinclair/typebox";
import { changeApproval, getContent } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { containerId } from "../fields.ts";
import { CONTENT_EXAMPLE, contentView, viewOf } from "./content-view.ts";

export const rejectContent = defineRoute({
  name: "rejectContent",
  method: "POST",
  path: "/v1/content/:containerId/reject",
  summary: "Rejects content. Its posts that were not sent are canceled. This is final.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ containerId }),
  response: contentView,
  errors: [{ status: 409, code: "CONFLICT", meaning: "The content was rejected." }],
  examples: [
    {
      title: "Reject content",
      params: { containerId: EXAMPLE.content },
      status: 200,
      response: { ...CONTENT_EXAMPLE, approvalStatus: "rejected" },
    },
  ],
  async handle({ documents, organization, by, now }, { params }) {
    const content = await getContent(documents, organization._id, params.containerId);
    await changeApproval(documents, content, "rejected", { by, now });
    return { body: viewOf({ ...content, approval: "rejected" }) };
  },
});

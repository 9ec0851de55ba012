import { Type } from "@sinclair/typebox";
import { changeApproval, getContent } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { containerId } from "../fields.ts";
import { CONTENT_EXAMPLE, contentView, viewOf } from "./content-view.ts";

export const approveContent = defineRoute({
  name: "approveContent",
  method: "POST",
  path: "/v1/content/:containerId/approve",
  summary:
    "Approves content. Posts that wait for its approval are queued; those whose time has passed are sent at once.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ containerId }),
  response: contentView,
  errors: [{ status: 409, code: "CONFLICT", meaning: "The content was rejected." }],
  examples: [
    {
      title: "Approve content",
      params: { containerId: EXAMPLE.content },
      status: 200,
      response: { ...CONTENT_EXAMPLE, approvalStatus: "approved" },
    },
  ],
  async handle({ documents, organization, by, now }, { params }) {
    const content = await getContent(documents, organization._id, params.containerId);
    await changeApproval(documents, content, "approved", { by, now });
    return { body: viewOf({ ...content, approval: "approved" }) };
  },
});

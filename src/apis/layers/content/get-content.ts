import { Type } from "@sinclair/typebox";
import { getContent as get } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { containerId } from "../fields.ts";
import { CONTENT_EXAMPLE, contentView, viewOf } from "./content-view.ts";

export const getContent = defineRoute({
  name: "getContent",
  method: "GET",
  path: "/v1/content/:containerId",
  summary: "Returns content with its approval.",
  scope: "publish:read",
  work: "read",
  params: Type.Object({ containerId }),
  response: contentView,
  examples: [
    {
      title: "Content that waits for approval",
      params: { containerId: EXAMPLE.content },
      status: 200,
      response: CONTENT_EXAMPLE,
    },
  ],
  async handle({ documents, organization }, { params }) {
    return { body: viewOf(await get(documents, organization._id, params.containerId)) };
  },
});

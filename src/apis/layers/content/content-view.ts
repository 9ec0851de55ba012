import { type Static, Type } from "@sinclair/typebox";
import type { ContentDocument } from "../../../domains/social/index.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { containerId, projectId, time } from "../fields.ts";

export const approvalStatus = Type.Union(
  [Type.Literal("approved"), Type.Literal("pending"), Type.Literal("rejected")],
  { description: "pending: posts wait until it is approved." },
);

export const contentView = Type.Object({
  containerId,
  projectId,
  name: Type.String(),
  caption: Type.String(),
  mediaUrls: Type.Array(Type.String()),
  approvalStatus,
  createdAt: time("When it was created."),
});

export function viewOf(content: ContentDocument): Static<typeof contentView> {
  return {
    containerId: content._id,
    projectId: content.projectId,
    name: content.name,
    caption: content.text,
    mediaUrls: content.media.map(({ url }) => url),
    approvalStatus: content.approval,
    createdAt: content.createdAt.toISOString(),
  };
}

export const CONTENT_EXAMPLE: Static<typeof contentView> = {
  containerId: EXAMPLE.content,
  projectId: EXAMPLE.project,
  name: "Season 3",
  caption: "Season 3 starts today.",
  mediaUrls: ["https://cdn.example/season-3.mp4"],
  approvalStatus: "pending",
  createdAt: EXAMPLE_EARLIER,
};

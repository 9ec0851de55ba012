import { Type } from "@sinclair/typebox";
import { createContent as create } from "../../../domains/social/index.ts";
import type { Media } from "../../../publishers/publisher.ts";
import { invalid } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { EXAMPLE } from "../examples.ts";
import { projectId, projectOf } from "../fields.ts";
import { CONTENT_EXAMPLE, contentView, viewOf } from "./content-view.ts";

const VIDEO = /\.(mp4|mov|m4v|webm|avi|mkv)$/i;

export const createContent = defineRoute({
  name: "createContent",
  method: "POST",
  path: "/v1/projects/:projectId/content",
  summary: "Creates a container of content: a caption and media that posts are made from.",
  scope: "publish:write",
  work: "write",
  params: Type.Object({ projectId }),
  body: Type.Object({
    name: Type.Optional(
      Type.String({
        maxLength: 200,
        description: "For people.",
        default: "",
        wanted: "a text of at most 200 characters",
      }),
    ),
    caption: Type.Optional(
      Type.String({
        maxLength: 10_000,
        description: "The text of its posts.",
        default: "",
        wanted: "a text of at most 10,000 characters",
      }),
    ),
    mediaUrls: Type.Optional(
      Type.Array(Type.String({ maxLength: 2048, pattern: "^https://\\S+$", wanted: "an https:// URL" }), {
        maxItems: 35,
        description: "Images and videos. Files whose names end like videos are videos.",
        wanted: "a list of at most 35 URLs",
      }),
    ),
    approval: Type.Optional(
      Type.Union([Type.Literal("approved"), Type.Literal("pending")], {
        description: "pending: its posts wait until it is approved.",
        default: "approved",
        wanted: "approved or pending",
      }),
    ),
  }),
  response: contentView,
  examples: [
    {
      title: "Content that must be approved",
      params: { projectId: EXAMPLE.project },
      body: {
        name: "Season 3",
        caption: "Season 3 starts today.",
        mediaUrls: ["https://cdn.example/season-3.mp4"],
        approval: "pending",
      },
      status: 201,
      response: CONTENT_EXAMPLE,
    },
  ],
  async handle(context, { params, body: { name = "", caption = "", mediaUrls = [], approval = "approved" } }) {
    const { documents, by, now } = context;
    const media = mediaUrls.map(mediaOf);
    if (caption.trim() === "" && media.length === 0) {
      throw invalid("body", "caption", "A caption or media is required.");
    }
    const project = await projectOf(context, params.projectId);
    const content = await create(documents, project, { name, text: caption, media, approval }, { by, now });
    return { status: 201, body: viewOf(content) };
  },
});

function mediaOf(url: string, index: number): Media {
  const parsed = URL.parse(url);
  if (parsed?.username !== "" || parsed.password !== "") {
    throw invalid("body", `mediaUrls.${index}`, "Must be an https:// URL without a user name.");
  }
  return { url, kind: VIDEO.test(parsed.pathname) ? "video" : "image" };
}

import { Type } from "@sinclair/typebox";
import { type ContentDocument, newVideoId, social } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { succeed, success } from "../fields.ts";
import { EXAMPLE_STORED_VIDEO, publicUrl, storedVideoOf, storedVideoView } from "./video-view.ts";

export const addVideo = defineRoute({
  name: "addVideo",
  method: "POST",
  path: "/v1/video",
  summary: "Adds a finished video by its public URL, so that it can be scheduled. Hooked renders videos instead.",
  scope: "publish:write",
  work: "write",
  body: Type.Object({
    url: publicUrl("Where the platforms, or this server, can read the file."),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "By default, the file's name." })),
    thumbnail: Type.Optional(publicUrl("An image of it, for lists.")),
    durationInSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 86_400, description: "For lists." })),
  }),
  response: success(storedVideoView),
  examples: [
    {
      title: "Add a trailer",
      body: { url: "https://media.example/trailer.mp4", name: "Trailer", durationInSeconds: 42 },
      status: 200,
      response: { success: true, data: EXAMPLE_STORED_VIDEO },
    },
  ],
  async handle({ documents, organization, key, now }, { body: { url, name, thumbnail, durationInSeconds } }) {
    const content: ContentDocument = {
      _id: newVideoId(),
      organizationId: organization._id,
      projectId: key.projectId,
      name: name ?? fileNameIn(url),
      text: "",
      media: [{ url, kind: "video" }],
      approval: "approved",
      createdAt: new Date(now),
      view: {
        ...(thumbnail !== undefined && { thumbnail }),
        ...(durationInSeconds !== undefined && { durationInSeconds }),
      },
    };
    await social(documents).contents.insertOne(content as ContentDocument & Record<string, unknown>);
    return succeed(storedVideoOf(content));
  },
});

function fileNameIn(url: string): string {
  const [path = ""] = url.split(/[?#]/);
  return path.split("/").at(-1)?.slice(0, 200) || "video";
}

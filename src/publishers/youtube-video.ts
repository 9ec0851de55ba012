import { type Static, Type } from "@sinclair/typebox";
import { optionsOf } from "./options.ts";
import type { Draft } from "./publisher.ts";

export const youtubeOptions = Type.Object({
  title: Type.Optional(Type.String({ description: "Required: the title, at most 100 characters.", maxLength: 400 })),
  visibility: Type.Optional(
    Type.Union([Type.Literal("private"), Type.Literal("public"), Type.Literal("unlisted")], {
      description: "Who can watch the video: private, public or unlisted.",
      default: "private",
    }),
  ),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
      description: "Tags, at most 500 characters in all.",
      maxItems: 100,
    }),
  ),
  categoryId: Type.Optional(
    Type.Integer({ description: "Id of the category, such as 20 for gaming.", minimum: 1, maximum: 99 }),
  ),
  madeForKids: Type.Optional(Type.Boolean({ description: "Whether the video is made for children.", default: false })),
  notifySubscribers: Type.Optional(
    Type.Boolean({ description: "Whether subscribers are notified of a public video.", default: true }),
  ),
});

/** The video as YouTube's resource. */
export function videoOf({ text, options }: Draft): { resource: unknown; notifySubscribers: boolean } {
  const video: Static<typeof youtubeOptions> = optionsOf(youtubeOptions, options);
  return {
    resource: {
      snippet: {
        title: video.title ?? "",
        description: text,
        ...(video.tags && { tags: video.tags }),
        ...(video.categoryId !== undefined && { categoryId: String(video.categoryId) }),
      },
      status: {
        privacyStatus: video.visibility ?? "private",
        selfDeclaredMadeForKids: video.madeForKids ?? false,
      },
    },
    notifySubscribers: video.notifySubscribers ?? true,
  };
}

export function watchUrl(id: string): string {
  return `https://www.youtube.com/watch?v=${encodeURIComponent(id)}`;
}

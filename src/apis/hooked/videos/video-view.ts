import { type Static, Type } from "@sinclair/typebox";
import { type ContentDocument, social } from "../../../domains/social/index.ts";
import type { RouteContext } from "../../route.ts";
import { anotherTeams, notFound } from "../envelope.ts";
import { EXAMPLE, EXAMPLE_EARLIER } from "../examples.ts";
import { nullable, time } from "../fields.ts";

/** A public file: nothing in it is a secret. */
export const publicUrl = (description: string) =>
  Type.String({
    maxLength: 2_000,
    pattern: "^https://[^\\s@/?#]+(?:[/?#]\\S*)?$",
    wanted: "an https:// URL without a user name",
    description,
  });

export const videoView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  url: Type.String(),
  thumbnail: nullable(Type.String()),
  durationInSeconds: nullable(Type.Number()),
});

export const storedVideoView = Type.Composite([
  videoView,
  Type.Object({ status: Type.Literal("completed"), createdAt: time("When it was added.") }),
]);

/** Members that only this API reads. */
interface VideoExtras {
  thumbnail?: string;
  durationInSeconds?: number;
}

export function videoOf({ _id: id, name, media, view = {} }: ContentDocument): Static<typeof videoView> {
  const { thumbnail = null, durationInSeconds = null } = view as VideoExtras;
  return { id, name, url: media[0]?.url ?? "", thumbnail, durationInSeconds };
}

export function storedVideoOf(content: ContentDocument): Static<typeof storedVideoView> {
  return { ...videoOf(content), status: "completed", createdAt: content.createdAt.toISOString() };
}

const VIDEO_ID = /^vid_[0-9a-z]{20}$/;

/** @throws ApiRefusal not_found; forbidden if it is another project's */
export async function findVideo(
  { documents, key }: Pick<RouteContext, "documents" | "key">,
  id: string,
): Promise<ContentDocument> {
  const content = VIDEO_ID.test(id) ? await social(documents).contents.findOne({ _id: { $eq: id } }) : null;
  if (!content) throw notFound(id, "Video");
  if (content.projectId !== key.projectId) throw anotherTeams();
  return content;
}

export const EXAMPLE_VIDEO: Static<typeof videoView> = {
  id: EXAMPLE.video,
  name: "Trailer",
  url: "https://media.example/trailer.mp4",
  thumbnail: null,
  durationInSeconds: 42,
};
export const EXAMPLE_STORED_VIDEO = { ...EXAMPLE_VIDEO, status: "completed", createdAt: EXAMPLE_EARLIER } as const;

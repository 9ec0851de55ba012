import { Type } from "@sinclair/typebox";
import { type ProfileDocument, primaryProfileOf, profileOfKey } from "../../domains/social/index.ts";
import type { RouteContext } from "../route.ts";
import { forbidden, refusal } from "./errors.ts";

/** A body's member that older clients send instead of the header. */
export const ProfileKey = Type.Optional(
  Type.String({ description: "Instead of the header Profile-Key, as older clients send it.", maxLength: 200 }),
);

type Asking = Pick<RouteContext, "documents" | "key" | "header">;

/** The profile whose key was sent in the header or the body; undefined if there is none. @throws ApiRefusal */
export async function keyedProfile(
  { documents, key, header }: Asking,
  fromBody?: string,
): Promise<ProfileDocument | undefined> {
  const text = header("profile-key") ?? fromBody;
  if (text === undefined) return undefined;
  const profile = await profileOfKey(documents, key.projectId, text);
  if (!profile) throw forbidden("The Profile-Key is not valid. It is shown once, when the profile is created.");
  if (profile.suspended) throw forbidden("The profile is suspended.");
  return profile;
}

/** The profile that a call is for: that of the Profile-Key, else the primary one. @throws ApiRefusal */
export async function actingProfile(context: Asking, fromBody?: string): Promise<ProfileDocument> {
  return (await keyedProfile(context, fromBody)) ?? primaryProfileOf(context.documents, context.key.projectId);
}

/** Calls about profiles themselves are for the whole account. */
export function refuseProfileKey({ header }: Pick<RouteContext, "header">): void {
  if (header("profile-key") !== undefined) throw refusal(400, "This call takes no Profile-Key.");
}

import { Type } from "@sinclair/typebox";
import { type ProfileDocument, primaryProfileOf, profileOfKey } from "../../domains/social/index.ts";
import type { RouteContext } from "../route.ts";
import { forbidden, refusal } from "./errors.ts";

/** A body's member that older clients send instead of the header. */
export const ProfileKey = Type.Optional(
  Type.String({ description: "Instead of the header Profile-Key, as older clients send it.", maxLength: 200 }),
);

type Asking = Pick<RouteContext, "documents" | "key" | "header" | "isRepeated">;

const HEADER = "profile-key";

/** @throws ApiRefusal if it was sent several times: none of them may be ignored */
function headerIn({ header, isRepeated }: Pick<Asking, "header" | "isRepeated">): string | undefined {
  if (isRepeated(HEADER)) throw refusal(400, "The header Profile-Key was sent several times.");
  return header(HEADER);
}

/** The profile whose key was sent in the header or the body; undefined if there is none. @throws ApiRefusal */
export async function keyedProfile(context: Asking, fromBody?: string): Promise<ProfileDocument | undefined> {
  const { documents, key } = context;
  const text = headerIn(context) ?? fromBody;
  if (text === undefined) return undefined;
  const profile = await profileOfKey(documents, key.projectId, text);
  if (!profile) throw forbidden("The Profile-Key is not valid. It is shown once, when the profile is created.");
  return unsuspended(profile);
}

function unsuspended(profile: ProfileDocument): ProfileDocument {
  if (profile.suspended) throw forbidden("The profile is suspended.");
  return profile;
}

/** The profile that a call is for: that of the Profile-Key, else the primary one. @throws ApiRefusal */
export async function actingProfile(context: Asking, fromBody?: string): Promise<ProfileDocument> {
  const keyed = await keyedProfile(context, fromBody);
  return keyed ?? unsuspended(await primaryProfileOf(context.documents, context.key.projectId));
}

/** Calls about profiles themselves are for the whole account. */
export function refuseProfileKey(context: Pick<Asking, "header" | "isRepeated">): void {
  if (headerIn(context) !== undefined) throw refusal(400, "This call takes no Profile-Key.");
}

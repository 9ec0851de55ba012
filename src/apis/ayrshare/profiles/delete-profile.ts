import { Type } from "@sinclair/typebox";
import { deleteProfile as removeProfile, social } from "../../../domains/social/index.ts";
import { ApiRefusal } from "../../problem.ts";
import { defineRoute } from "../../route.ts";
import { refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { keyedProfile, ProfileKey } from "../profile.ts";

export const deleteProfile = defineRoute({
  name: "deleteProfile",
  method: "DELETE",
  path: "/api/profiles",
  aliases: [
    { method: "DELETE", path: "/api/profiles/profile" },
    { method: "DELETE", path: "/api/profiles/delete-profile" },
  ],
  summary:
    "Deletes a profile for good: its key ends, its accounts are unlinked, and its posts that wait are not sent. Published posts stay on the networks. A player keeps its links.",
  scope: "org:admin",
  work: "write",
  body: Type.Object({
    profileKey: ProfileKey,
    title: Type.Optional(
      Type.String({
        description: "Its title, if no Profile-Key is sent. Upper and lower case differ.",
        maxLength: 200,
      }),
    ),
  }),
  response: Type.Object({ status: Type.Literal("success"), refId: Type.String() }),
  errors: [
    { status: 400, code: 400, meaning: "Neither a Profile-Key nor a title was sent." },
    { status: 404, code: 404, meaning: "There is no profile of this title." },
    { status: 409, code: 409, meaning: "It is the primary profile, which cannot be deleted." },
  ],
  examples: [
    {
      title: "Delete a profile by its title",
      body: { title: "Guild of Swords" },
      status: 200,
      response: { status: "success", refId: EXAMPLE.refId },
    },
  ],

  async handle(context, { body: { profileKey, title } }) {
    const { documents, key, by, now } = context;
    const keyed = await keyedProfile(context, profileKey);
    if (!keyed && title === undefined)
      throw refusal(400, "Send the Profile-Key or the title of the profile to delete.");
    const filter = { projectId: key.projectId, title: { $eq: title } };
    const profile = keyed ?? (await social(documents).profiles.findOne(filter));
    if (!profile) throw new ApiRefusal(404, 404, "There is no profile of this title.");
    await removeProfile(documents, profile, { by, now });
    return { body: { status: "success" as const, refId: profile.refId } };
  },
});

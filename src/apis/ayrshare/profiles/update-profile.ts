import { Type } from "@sinclair/typebox";
import { changeProfile, SocialRefused } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { CODES, refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { keyedProfile, ProfileKey } from "../profile.ts";
import { profileFields, storedFields, Title } from "./profile-fields.ts";

export const updateProfile = defineRoute({
  name: "updateProfile",
  method: "PATCH",
  path: "/api/profiles",
  aliases: [
    { method: "PUT", path: "/api/profiles" },
    { method: "PATCH", path: "/api/profiles/profile" },
    { method: "PUT", path: "/api/profiles/profile" },
  ],
  summary: "Changes the profile of the Profile-Key.",
  scope: "org:admin",
  work: "write",
  body: Type.Object({ title: Type.Optional(Title), ...profileFields, profileKey: ProfileKey }),
  response: Type.Object({ status: Type.Literal("success"), refId: Type.String() }),
  errors: [
    { status: 400, code: CODES.TITLE_TAKEN, meaning: "Another profile has this title." },
    { status: 400, code: 400, meaning: "No Profile-Key was sent." },
  ],
  examples: [
    {
      title: "Rename a profile",
      body: { title: "Guild of Shields", profileKey: EXAMPLE.profileKey },
      status: 200,
      response: { status: "success", refId: EXAMPLE.refId },
    },
  ],

  async handle(context, { body: { title, profileKey, ...fields } }) {
    const { documents, by, now } = context;
    const profile = await keyedProfile(context, profileKey);
    if (!profile) throw refusal(400, "Send the Profile-Key of the profile to change.");
    const change = { ...(title !== undefined && { title }), ...storedFields(fields) };
    try {
      const { refId } = await changeProfile(documents, profile, change, { by, now });
      return { body: { status: "success" as const, refId } };
    } catch (error) {
      if (!(error instanceof SocialRefused) || error.code !== "DUPLICATE") throw error;
      throw refusal(CODES.TITLE_TAKEN, "Another profile has this title. Titles are unique.");
    }
  },
});

import { Type } from "@sinclair/typebox";
import { accounts } from "../../../domains/accounts/index.ts";
import {
  GAME_PROJECT,
  getProject,
  playerProfileId,
  SocialRefused,
  social,
  createProfile as storeProfile,
} from "../../../domains/social/index.ts";
import { objectIdOf, type PlayerId, parsePlayerId } from "../../../ids.ts";
import { defineRoute, type RouteContext } from "../../route.ts";
import { CODES, forbidden, refusal } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { refuseProfileKey } from "../profile.ts";
import { profileFields, storedFields, Title } from "./profile-fields.ts";

export const createProfile = defineRoute({
  name: "createProfile",
  method: "POST",
  path: "/api/profiles",
  aliases: [
    { method: "POST", path: "/api/profiles/profile" },
    { method: "POST", path: "/api/profiles/create-profile" },
  ],
  summary:
    "Creates a profile, which has its own accounts and posts. Its Profile-Key is returned this once. With `playerId`, the profile is a player, whose linked accounts are the profile's.",
  scope: "org:admin",
  work: "write",
  body: Type.Object({
    title: Title,
    ...profileFields,
    playerId: Type.Optional(
      Type.String({
        description:
          "Our own: the profile is this player. A player that has a profile gets a new Profile-Key, and the earlier one ends.",
        maxLength: 24,
      }),
    ),
  }),
  response: Type.Object({
    status: Type.Literal("success"),
    title: Type.String(),
    refId: Type.String(),
    profileKey: Type.String({ description: "Sent as the header Profile-Key. It cannot be shown again." }),
  }),
  errors: [
    { status: 400, code: CODES.TITLE_TAKEN, meaning: "Another profile has this title." },
    { status: 400, code: 400, meaning: "There is no such player, or a Profile-Key was sent." },
    { status: 403, code: 403, meaning: "Only a key of the game's own project can use playerId." },
  ],
  examples: [
    {
      title: "Create a profile",
      body: { title: "Guild of Swords", disableSocial: ["reddit"] },
      status: 200,
      response: {
        status: "success",
        title: "Guild of Swords",
        refId: EXAMPLE.refId,
        profileKey: EXAMPLE.profileKey,
      },
    },
  ],

  async handle(context, { body: { title, playerId, ...fields } }) {
    refuseProfileKey(context);
    const { documents, key, organization, by, now } = context;
    const player = playerId === undefined ? undefined : await playerOf(context, playerId);
    const project = await getProject(documents, organization._id, key.projectId);
    try {
      const values = { ...(player && (await kept(context, player))), ...storedFields(fields), title, player };
      const { profile, key: profileKey } = await storeProfile(documents, project, values, { by, now });
      return { body: { status: "success" as const, title, refId: profile.refId, profileKey } };
    } catch (error) {
      if (!(error instanceof SocialRefused) || error.code !== "DUPLICATE") throw error;
      throw refusal(CODES.TITLE_TAKEN, "Another profile has this title. Titles are unique.");
    }
  },
});

async function playerOf({ documents, key }: RouteContext, text: string): Promise<PlayerId> {
  // Players belong to the game, so a partner's key cannot act for them.
  if (key.projectId !== GAME_PROJECT) throw forbidden("Only a key of the game's own project can use playerId.");
  const id = parsePlayerId(text);
  const player = id && (await accounts(documents).players.findOne({ _id: objectIdOf(id) }, { projection: { _id: 1 } }));
  if (!player) throw refusal(400, "playerId: There is no such player.");
  return id!;
}

/** What a new Profile-Key of a player's profile leaves as it is. */
async function kept({ documents }: RouteContext, player: PlayerId) {
  const profile = await social(documents).profiles.findOne({ _id: playerProfileId(player) });
  if (!profile) return {};
  const { displayTitle, disabledNetworks, tags } = profile;
  return { ...(displayTitle !== undefined && { displayTitle }), disabledNetworks, tags };
}

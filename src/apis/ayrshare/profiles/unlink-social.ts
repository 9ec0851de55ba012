import { Type } from "@sinclair/typebox";
import { disconnect, disconnectAccount } from "../../../domains/accounts/index.ts";
import {
  allows,
  PLATFORMS,
  type Platform,
  type ProfileDocument,
  platformOf,
  social,
} from "../../../domains/social/index.ts";
import { RequestError } from "../../../errors.ts";
import { playerIdOf } from "../../../ids.ts";
import { SYSTEM_IDS } from "../../../providers/provider.ts";
import { defineRoute, type RouteContext } from "../../route.ts";
import { CODES, conflict, forbidden } from "../errors.ts";
import { EXAMPLE } from "../examples.ts";
import { actingProfile, ProfileKey } from "../profile.ts";

const MOST = 2;
const NAMES = `one of ${PLATFORMS.join(", ")}`;
const WANTED = `Must be ${NAMES}.`;

export const unlinkSocial = defineRoute({
  name: "unlinkSocial",
  method: "DELETE",
  path: "/api/profiles/social",
  summary:
    "Unlinks a network's account from the profile; if none is linked, nothing changes. Posts that wait for it stay, and fail when their time comes. A player's profile is unlinked as the player itself would: friends from this account are removed, and a player who could no longer log in is refused.",
  scope: "social:write",
  work: "write",
  body: Type.Object({
    platform: Type.Union(
      PLATFORMS.map((name) => Type.Literal(name)),
      {
        description: `The network, in lower case: ${PLATFORMS.join(", ")}. The last ones are those of players' links.`,
        wanted: NAMES,
      },
    ),
    force: Type.Optional(
      Type.Boolean({
        description:
          "Unlinks a player's account although the player can then no longer log in. Needs the scope social:force.",
      }),
    ),
    profileKey: ProfileKey,
  }),
  response: Type.Object({
    status: Type.Literal("success"),
    platform: Type.String(),
    refId: Type.String({ description: "Identifies the profile." }),
  }),
  errors: [
    { status: 400, code: CODES.PLATFORM, meaning: "The member platform is missing or unknown." },
    { status: 403, code: 403, meaning: "The member force needs the scope social:force." },
    {
      status: 409,
      code: 409,
      meaning:
        'The player could no longer log in: `details.reason` is {"password": "NOT_SET"}, or {"userName": "CHANGE_REQUIRED"} while the name is the account\'s.',
    },
    {
      status: 409,
      code: 409,
      meaning: "The profile has several accounts of the network: disconnect them by their ids.",
    },
  ],
  examples: [
    {
      title: "Unlink X",
      body: { platform: "twitter" },
      status: 200,
      response: { status: "success", platform: "twitter", refId: EXAMPLE.refId },
    },
    {
      title: "No platform",
      body: {},
      status: 400,
      response: {
        action: "unlink",
        status: "error",
        code: 163,
        message: `platform: ${WANTED}`,
        details: { issues: [{ path: "platform", message: WANTED }] },
      },
    },
  ],

  async handle(context, { body: { platform, force = false, profileKey } }) {
    if (force && !allows(context.key, "social:force")) {
      throw forbidden("The API key lacks the scope social:force.", { details: { requiredScope: "social:force" } });
    }
    const profile = await actingProfile(context, profileKey);
    await unlink(context, profile, platform as Platform, force);
    return { body: { status: "success" as const, platform, refId: profile.refId } };
  },
});

async function unlink(
  { documents, by, now }: RouteContext,
  { _id: profileId, playerId }: ProfileDocument,
  platform: Platform,
  isForced: boolean,
): Promise<void> {
  const options = { by, now, reason: "unlinked_by_user", queued: "leave", isForced } as const;
  const filter = { profileId, platform: { $eq: platform }, status: { $ne: "disconnected" } };
  const linked = await social(documents).accounts.find(filter, { limit: MOST }).toArray();
  // Disconnecting one of several would disconnect another one when the call is repeated.
  if (linked.length > 1) {
    throw conflict(`The profile has several ${platform} accounts. Disconnect them by their ids.`);
  }
  if (linked[0]) {
    await disconnectAccount(documents, linked[0], options);
    return;
  }
  // A link of an earlier version has no social account.
  const systemId = playerId && SYSTEM_IDS.find((each) => platformOf(each) === platform);
  if (!systemId) return;
  try {
    await disconnect(documents, playerIdOf(playerId), systemId, options);
  } catch (error) {
    if (!(error instanceof RequestError) || error.pairs["systemId"] !== "NOT_CONNECTED") throw error;
  }
}

import { type Static, Type } from "@sinclair/typebox";
import type { SocialAccountDocument } from "../../../domains/social/index.ts";
import { defineRoute } from "../../route.ts";
import { Stamp, stamp, utc } from "../dates.ts";
import { EXAMPLE, EXAMPLE_CREATED, EXAMPLE_NOW } from "../examples.ts";
import { actingProfile } from "../profile.ts";
import { linkedAccounts } from "./linked.ts";

const DAY_MS = 86_400_000;

const Account = Type.Object({
  platform: Type.String(),
  id: Type.String({ description: "The account's id on the network." }),
  displayName: Type.String(),
  username: Type.Optional(Type.String()),
  profileUrl: Type.Optional(Type.String()),
  userImage: Type.Optional(Type.String()),
  created: Type.String(),
  refreshDaysRemaining: Type.Optional(Type.Integer({ description: "Until the network's authorization expires." })),
  refreshRequired: Type.Optional(Type.Boolean({ description: "The account has to be linked again." })),
});

export const getUser = defineRoute({
  name: "getUser",
  method: "GET",
  path: "/api/user",
  summary: "Returns the profile and its linked accounts.",
  scope: "social:read",
  work: "read",
  response: Type.Object({
    activeSocialAccounts: Type.Array(Type.String()),
    displayNames: Type.Array(Account),
    created: Stamp,
    refId: Type.String(),
    title: Type.String(),
    suspended: Type.Optional(Type.Boolean()),
  }),
  examples: [
    {
      title: "The primary profile",
      status: 200,
      response: {
        activeSocialAccounts: ["bluesky"],
        displayNames: [
          {
            platform: "bluesky",
            id: EXAMPLE.account,
            displayName: "Ada",
            username: "ada",
            created: EXAMPLE_NOW,
            refreshDaysRemaining: 30,
          },
        ],
        created: EXAMPLE_CREATED,
        refId: EXAMPLE.refId,
        title: "Season 3",
      },
    },
  ],

  async handle(context) {
    const profile = await actingProfile(context);
    const linked = await linkedAccounts(context.documents, profile._id);
    const { refId, title, createdAt } = profile;
    return {
      body: {
        activeSocialAccounts: linked.map(({ platform }) => platform),
        displayNames: linked.map((account) => viewOf(account, context.now)),
        created: stamp(createdAt),
        refId,
        title,
      },
    };
  },
});

function viewOf(account: SocialAccountDocument, now: number): Static<typeof Account> {
  const { platform, externalId, displayName, handle, profileUrl, avatarUrl, connectedAt, tokenExpires } = account;
  return {
    platform,
    id: externalId,
    displayName: displayName ?? handle ?? externalId,
    ...(handle !== undefined && { username: handle }),
    ...(profileUrl !== undefined && { profileUrl }),
    ...(avatarUrl !== undefined && { userImage: avatarUrl }),
    created: utc(connectedAt),
    ...(tokenExpires && { refreshDaysRemaining: Math.max(0, Math.floor((tokenExpires.getTime() - now) / DAY_MS)) }),
    ...(account.status === "reauth_required" && { refreshRequired: true }),
  };
}

import { Type } from "@sinclair/typebox";
import { defineRoute } from "../../route.ts";
import { actingProfile, ProfileKey } from "../profile.ts";
import { linkSession, sessionErrors, sessionMembers } from "./link-session.ts";

export const generateJwt = defineRoute({
  name: "generateJwt",
  method: "POST",
  path: "/api/profiles/generateJWT",
  summary:
    "Creates a URL on which a user connects accounts to a profile. The older form of createLinkSession: the token is random and not a JWT.",
  scope: "social:write",
  work: "calls",
  body: Type.Object({
    profileKey: ProfileKey,
    ...sessionMembers,
    privateKey: Type.Optional(Type.Unknown({ description: "Ignored: nothing is signed." })),
    base64: Type.Optional(Type.Unknown({ description: "Ignored, with privateKey." })),
    verify: Type.Optional(Type.Unknown({ description: "Ignored: the token is always valid." })),
  }),
  response: Type.Object({
    status: Type.String({ description: "`success`." }),
    title: Type.String({ description: "Of the profile." }),
    token: Type.String({ description: "The token in the URL: ayr_ls_…" }),
    url: Type.String({ description: "Open it in the user's browser. Further query parameters may be appended." }),
    expiresIn: Type.String({ description: "Such as 5m." }),
    emailSent: Type.Boolean({ description: "The server sends no mail." }),
  }),
  errors: sessionErrors,
  examples: [
    {
      title: "A URL for an hour, on which two networks can be connected",
      body: {
        domain: "app",
        redirect: "https://app.example/done",
        allowedSocial: ["bluesky", "telegram"],
        expiresIn: 60,
      },
      status: 200,
      response: {
        status: "success",
        title: "Season 3",
        token: "ayr_ls_live_V3ZrT0s1bDlqM2RxYTh4bTVjN2hwdzJlNnlrMG5nNHQ",
        url: "https://game.example/connect/session/ayr_ls_live_V3ZrT0s1bDlqM2RxYTh4bTVjN2hwdzJlNnlrMG5nNHQ?domain=app",
        expiresIn: "60m",
        emailSent: false,
      },
    },
  ],
  async handle(context, { body }) {
    const profile = await actingProfile(context, body.profileKey);
    const { token, url, minutes } = await linkSession(context, profile, body, { mode: "grid" });
    const { title } = profile;
    return { body: { status: "success", title, token, url, expiresIn: `${minutes}m`, emailSent: false } };
  },
});

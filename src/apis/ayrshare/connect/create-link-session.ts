import { Type } from "@sinclair/typebox";
import { isNetwork } from "../../../publishers/index.ts";
import { defineRoute } from "../../route.ts";
import { utc } from "../dates.ts";
import { badPlatform, refusal } from "../errors.ts";
import { keyedProfile, ProfileKey } from "../profile.ts";
import { linkSession, sessionErrors, sessionMembers } from "./link-session.ts";

export const createLinkSession = defineRoute({
  name: "createLinkSession",
  method: "POST",
  path: "/api/profiles/link-sessions",
  summary: "Creates a URL on which a user connects accounts to the profile of the Profile-Key: all networks, or one.",
  scope: "social:write",
  work: "calls",
  body: Type.Object({
    profileKey: ProfileKey,
    mode: Type.Optional(
      Type.Union([Type.Literal("grid"), Type.Literal("connect")], {
        default: "grid",
        description: "`grid` shows all networks; `connect` leads straight to `network`.",
        wanted: "grid or connect",
      }),
    ),
    network: Type.Optional(Type.String({ maxLength: 40, description: "Of the mode `connect`." })),
    ...sessionMembers,
    origin: Type.Optional(Type.Unknown({ description: "Ignored." })),
    email: Type.Optional(Type.Unknown({ description: "Ignored: the server sends no mail." })),
  }),
  response: Type.Object({
    status: Type.String({ description: "`success`." }),
    sessionId: Type.String({ description: "Of the session; see revokeLinkSession." }),
    url: Type.String({ description: "Open it in the user's browser. Further query parameters may be appended." }),
    expiresAt: Type.String({ format: "date-time", description: "Until when it can be opened." }),
    emailSent: Type.Boolean({ description: "The server sends no mail." }),
    title: Type.String({ description: "Of the profile." }),
  }),
  errors: [...sessionErrors, { status: 400, code: 400, meaning: "The header Profile-Key is missing." }],
  examples: [
    {
      title: "Straight to Telegram",
      body: { mode: "connect", network: "telegram", redirect: "https://app.example/done" },
      status: 200,
      response: {
        status: "success",
        sessionId: "ls_8f3k1m9q2x7c5v4b6n0z1a2s",
        url: "https://game.example/connect/session/ayr_ls_live_V3ZrT0s1bDlqM2RxYTh4bTVjN2hwdzJlNnlrMG5nNHQ?domain=",
        expiresAt: "2026-12-24T18:05:00Z",
        emailSent: false,
        title: "Guild of Swords",
      },
    },
  ],
  async handle(context, { body }) {
    const profile = await keyedProfile(context, body.profileKey);
    if (!profile) throw refusal(400, "Send the header Profile-Key of the profile that the accounts are for.");
    const { network } = body;
    if (body.mode === "connect" && !isNetwork(network)) {
      throw badPlatform("The mode connect needs the name of a network, such as bluesky, as network.");
    }
    const mode =
      body.mode === "connect" && isNetwork(network) ? { mode: "connect" as const, network } : { mode: "grid" as const };
    const { session, url } = await linkSession(context, profile, body, mode);
    const { _id: sessionId, expires } = session;
    const { title } = profile;
    return { body: { status: "success", sessionId, url, expiresAt: utc(expires), emailSent: false, title } };
  },
});

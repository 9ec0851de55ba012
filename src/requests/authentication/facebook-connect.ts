import { Type } from "@sinclair/typebox";
import { field } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { ConnectFields, connected, providerContext, verified } from "./connecting.ts";
import { connectRefusals, refusals } from "./refusals.ts";
import { AuthenticationFields, exampleAnswer } from "./response.ts";

/** Source: GameSparks documentation, FacebookConnectRequest. An accessToken takes precedence over a code. */
export const facebookConnect = defineRequest({
  name: "FacebookConnectRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description:
    "Signs in with a Facebook account. An unknown account is linked to the current player, or creates a new one.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    accessToken: optionalText("The access token from Facebook."),
    code: optionalText("The authorization code from Facebook; used if there is no accessToken."),
    ...ConnectFields,
  }),
  response: AuthenticationFields,
  errors: [
    ...connectRefusals("accessToken"),
    field("accessToken", "REQUIRED", "Neither an accessToken nor a code was sent.", "Send either."),
    field("code", "NOTAUTHENTICATED"),
    refusals.FACEBOOK.NOT_CONFIGURED,
  ],
  examples: [
    {
      title: "A Facebook user who is new to the game",
      request: { "@class": ".FacebookConnectRequest", accessToken: "EAABsbCS1iHg" },
      response: exampleAnswer({ displayName: "Ada", newPlayer: true }),
    },
  ],
  prepare: (context, { accessToken, code }) =>
    verified(context, async () => {
      if (!accessToken && !code) throw context.refuse(field("accessToken", "REQUIRED"));
      const { providers, verifyFacebook } = await import("../../providers/index.ts");
      const settings = providers.facebook(context.game.integrations);
      if (!settings) throw context.refuse(refusals.FACEBOOK.NOT_CONFIGURED);
      return verifyFacebook({ accessToken, code }, settings, providerContext(context));
    }),
  handle: (context, request, profile) => connected(context, "FB", "accessToken", request, profile),
});

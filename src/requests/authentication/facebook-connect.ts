import { Type } from "@sinclair/typebox";
import { RequestError } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { ConnectFields, connectErrors, connected, providerContext, verified } from "./connecting.ts";
import { AuthenticationFields, exampleAnswer } from "./response.ts";

/** Source: GameSparks documentation, FacebookConnectRequest. An accessToken goes before a code. */
export const facebookConnect = defineRequest({
  name: "FacebookConnectRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description: "Signs in by a Facebook account: its owner, or the current player, linked to it now, or a new one.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    accessToken: optionalText("The access token that Facebook gave the game."),
    code: optionalText("The authorization code that Facebook gave the game."),
    ...ConnectFields,
  }),
  response: AuthenticationFields,
  errors: [
    ...connectErrors("accessToken"),
    {
      key: "code",
      value: "NOTAUTHENTICATED",
      message: "Facebook does not accept the code; let the player log in there again.",
    },
    {
      key: "FACEBOOK",
      value: "NOT_CONFIGURED",
      message: "The game has no facebookAppId and facebookSecret; set both.",
    },
  ],
  examples: [
    {
      title: "A Facebook user who is new to the game",
      request: { "@class": ".FacebookConnectRequest", accessToken: "EAAB…" },
      response: exampleAnswer({ displayName: "Ada", newPlayer: true }),
    },
  ],
  prepare: (context, { accessToken, code }) =>
    verified(context, async () => {
      if (!accessToken && !code) throw new RequestError({ accessToken: "REQUIRED" });
      const { providers, verifyFacebook } = await import("../../providers/index.ts");
      const settings = providers.facebook(context.game.integrations);
      if (!settings) throw new RequestError({ FACEBOOK: "NOT_CONFIGURED" });
      return verifyFacebook({ accessToken, code }, settings, providerContext(context));
    }),
  handle: (context, request, profile) => connected(context, "FB", "accessToken", request, profile),
});

import { Type } from "@sinclair/typebox";
import { field } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { ConnectFields, connected, providerContext, verified } from "./connecting.ts";
import { connectRefusals, refusals } from "./refusals.ts";
import { AuthenticationFields, exampleAnswer } from "./response.ts";

/** Source: GameSparks documentation, AmazonConnectRequest. Amazon has no friends. */
export const amazonConnect = defineRequest({
  name: "AmazonConnectRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description:
    "Signs in with an Amazon account. An unknown account is linked to the current player, or creates a new one.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    accessToken: optionalText("The access token from Login with Amazon."),
    ...ConnectFields,
  }),
  response: AuthenticationFields,
  errors: [...connectRefusals("accessToken"), field("accessToken", "REQUIRED"), refusals.AMAZON.NOT_CONFIGURED],
  examples: [
    {
      title: "An Amazon customer who is new to the game",
      request: { "@class": ".AmazonConnectRequest", accessToken: "Atza|IwEBIA" },
      response: exampleAnswer({ displayName: "Ada", newPlayer: true }),
    },
  ],
  prepare: (context, { accessToken }) =>
    verified(context, async () => {
      if (!accessToken) throw context.refuse(field("accessToken", "REQUIRED"));
      const { providers, verifyAmazon } = await import("../../providers/index.ts");
      const settings = providers.amazon(context.game.integrations);
      if (!settings) throw context.refuse(refusals.AMAZON.NOT_CONFIGURED);
      return verifyAmazon({ accessToken }, settings, providerContext(context));
    }),
  handle: (context, request, profile) => connected(context, "AM", "accessToken", request, profile),
});

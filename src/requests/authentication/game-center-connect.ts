import { Type } from "@sinclair/typebox";
import { field } from "../../errors.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { ConnectFields, connected, providerContext, verified } from "./connecting.ts";
import { connectRefusals, refusals } from "./refusals.ts";
import { AuthenticationFields, exampleAnswer } from "./response.ts";

/** The order in which missing parameters are refused: that of the documentation's table. */
const NEEDED = ["publicKeyUrl", "timestamp", "signature", "salt", "externalPlayerId", "displayName"] as const;

/** Source: GameSparks documentation, GameCenterConnectRequest. Game Center has no friends and no token. */
export const gameCenterConnect = defineRequest({
  name: "GameCenterConnectRequest",
  responseName: "AuthenticationResponse",
  category: "authentication",
  description:
    "Signs in with a Game Center account. An unknown account is linked to the current player, or creates a new one.",
  caller: "anyone",
  work: "write",
  fields: Type.Object({
    externalPlayerId: optionalText("The player's Game Center id."),
    displayName: optionalText("The player's Game Center name."),
    publicKeyUrl: optionalText("The URL of Apple's certificate, from Game Center."),
    signature: optionalText("The signature from Game Center, in base64."),
    salt: optionalText("The salt from Game Center, in base64."),
    timestamp: Type.Optional(Type.Number({ description: "When Game Center signed, in milliseconds since 1970." })),
    ...ConnectFields,
  }),
  response: AuthenticationFields,
  errors: [
    ...connectRefusals("externalPlayerId"),
    ...NEEDED.map((key) => field(key, "REQUIRED")),
    field("timestamp", "EXPIRED", "The signature is too old.", "Ask Game Center for another."),
    field("signature", "NOTAUTHENTICATED", "The signature is not Apple's for this player and game."),
    refusals.GAMECENTER.NOT_CONFIGURED,
  ],
  examples: [
    {
      title: "A Game Center player who is new to the game",
      request: {
        "@class": ".GameCenterConnectRequest",
        externalPlayerId: "G:1234567890",
        displayName: "Ada",
        publicKeyUrl: "https://static.gc.apple.com/public-key/gc-prod-6.cer",
        signature: "…",
        salt: "…",
        timestamp: 1_600_000_000_000,
      },
      response: exampleAnswer({ displayName: "Ada", newPlayer: true }),
    },
  ],
  prepare: (context, request) =>
    verified(context, async () => {
      const { publicKeyUrl, timestamp, signature, salt, externalPlayerId, displayName } = request;
      const missing = NEEDED.find((key) => request[key] === undefined || request[key] === "");
      if (missing) throw context.refuse(field(missing, "REQUIRED"));
      const { providers, verifyGameCenter } = await import("../../providers/index.ts");
      const settings = providers.gameCenter(context.game.integrations);
      if (!settings) throw context.refuse(refusals.GAMECENTER.NOT_CONFIGURED);
      const credentials = {
        publicKeyUrl: publicKeyUrl!,
        timestamp: timestamp!,
        signature: signature!,
        salt: salt!,
        externalPlayerId: externalPlayerId!,
        displayName,
      };
      return verifyGameCenter(credentials, settings, providerContext(context));
    }),
  handle: (context, request, profile) => connected(context, "GC", "externalPlayerId", request, profile),
});

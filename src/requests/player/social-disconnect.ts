import { Type } from "@sinclair/typebox";
import { disconnect, disconnectRefusals } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";

/** Source: GameSparks documentation, SocialDisconnectRequest. The rule itself is `accounts/disconnect`. */
export const socialDisconnect = defineRequest({
  name: "SocialDisconnectRequest",
  responseName: "SocialDisconnectResponse",
  category: "player",
  description: "Unlinks an external account from the player, and removes the friends that came only from it.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    systemId: optionalText("The external system's two-letter id, such as FB, AM or GC."),
  }),
  response: Type.Object({}),
  errors: disconnectRefusals,
  examples: [
    {
      title: "Disconnect from Facebook",
      request: { "@class": ".SocialDisconnectRequest", systemId: "FB" },
      response: { "@class": ".SocialDisconnectResponse" },
    },
  ],
  async handle({ documents, player, actor, clock }, { systemId }) {
    await disconnect(documents, player, systemId, { by: actor, now: clock.now() });
    return { response: {} };
  },
});

import { Type } from "@sinclair/typebox";
import { disconnect } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";

/** Source: GameSparks documentation, SocialDisconnectRequest. The rule itself is `accounts/disconnect`. */
export const socialDisconnect = defineRequest({
  name: "SocialDisconnectRequest",
  responseName: "SocialDisconnectResponse",
  category: "player",
  description: "Takes an external account off the player, with the friends that came by it.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    systemId: optionalText("The external system's two-letter id, such as FB, AM or GC."),
  }),
  response: Type.Object({}),
  errors: [
    { key: "systemId", value: "REQUIRED", message: "No systemId was sent; send the two letters of the system." },
    { key: "systemId", value: "NOT_CONNECTED", message: "The player has no account of that system." },
    {
      key: "userName",
      value: "CHANGE_REQUIRED",
      message: "The userName was derived from this account; choose another by ChangeUserDetailsRequest first.",
    },
    {
      key: "password",
      value: "NOT_SET",
      message: "Nothing else would log the player in; set a password by ChangeUserDetailsRequest first.",
    },
  ],
  examples: [
    {
      title: "Away from Facebook",
      request: { "@class": ".SocialDisconnectRequest", systemId: "FB" },
      response: { "@class": ".SocialDisconnectResponse" },
    },
  ],
  async handle({ documents, player }, { systemId }) {
    await disconnect(documents, player, systemId);
    return { response: {} };
  },
});

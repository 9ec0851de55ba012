import { Type } from "@sinclair/typebox";
import { dismiss, unknownMessage } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import { exampleMessage } from "./message-fields.ts";

/** Source: GameSparks documentation, DismissMessageRequest. */
export const dismissMessage = defineRequest({
  name: "DismissMessageRequest",
  responseName: "DismissMessageResponse",
  category: "player",
  description: "Deletes one of the player's messages.",
  caller: "player",
  work: "write",
  fields: Type.Object({ messageId: text("The message's id.") }),
  response: Type.Object({}),
  errors: [unknownMessage],
  examples: [
    {
      title: "A message that the player has read",
      request: { "@class": ".DismissMessageRequest", messageId: exampleMessage.messageId },
      response: { "@class": ".DismissMessageResponse" },
    },
  ],
  async handle({ documents, player, clock }, { messageId }) {
    await dismiss(documents, player, messageId, clock.now());
    return { response: {} };
  },
});

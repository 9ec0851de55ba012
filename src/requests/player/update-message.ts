import { Type } from "@sinclair/typebox";
import { setStatus, statusTooLong, unknownMessage } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import { exampleMessage } from "./message-fields.ts";

/** Source: GameSparks documentation, UpdateMessageRequest. The status is any text of the game. */
export const updateMessage = defineRequest({
  name: "UpdateMessageRequest",
  responseName: "UpdateMessageResponse",
  category: "player",
  description: "Sets the status of one of the player's messages.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    messageId: text("The message's id."),
    status: text("The status, up to 256 characters."),
  }),
  response: Type.Object({}),
  errors: [unknownMessage, statusTooLong],
  examples: [
    {
      title: "Marked as read",
      request: { "@class": ".UpdateMessageRequest", messageId: exampleMessage.messageId, status: "read" },
      response: { "@class": ".UpdateMessageResponse" },
    },
  ],
  async handle({ documents, player, clock }, { messageId, status }) {
    await setStatus(documents, player, messageId, status, clock.now());
    return { response: {} };
  },
});

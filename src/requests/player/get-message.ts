import { Type } from "@sinclair/typebox";
import { getMessage as messageOf, unknownMessage } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { json, optionalText, text } from "../fields.ts";
import { exampleMessage } from "./message-fields.ts";

/** Source: GameSparks documentation, GetMessageRequest. */
export const getMessage = defineRequest({
  name: "GetMessageRequest",
  responseName: "GetMessageResponse",
  category: "player",
  description: "Returns one of the player's messages as it was sent.",
  caller: "player",
  work: "read",
  fields: Type.Object({ messageId: text("The message's id.") }),
  response: Type.Object({
    message: json("The message."),
    status: optionalText("The status that UpdateMessageRequest set."),
  }),
  errors: [unknownMessage],
  examples: [
    {
      title: "A message that the game has marked as read",
      request: { "@class": ".GetMessageRequest", messageId: exampleMessage.messageId },
      response: { "@class": ".GetMessageResponse", message: exampleMessage, status: "read" },
    },
  ],
  async handle({ documents, player, clock }, { messageId }) {
    const { message, status } = await messageOf(documents, player, messageId, clock.now());
    return { response: { message, ...(status !== undefined && { status }) } };
  },
});

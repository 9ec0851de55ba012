import { Type } from "@sinclair/typebox";
import { dismissAll } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { whole } from "../fields.ts";
import { exampleMessage } from "./message-fields.ts";

/** Source: GameSparks documentation, DismissMultipleMessagesRequest. */
export const dismissMultipleMessages = defineRequest({
  name: "DismissMultipleMessagesRequest",
  responseName: "DismissMultipleMessagesResponse",
  category: "player",
  description: "Deletes several of the player's messages; unknown ids do not stop the others.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    messageIds: Type.Optional(Type.Array(Type.String(), { description: "The messages' ids." })),
  }),
  response: Type.Object({
    messagesDismissed: whole("How many messages were dismissed."),
    failedDismissals: Type.Array(Type.String(), { description: "The ids that are not of a message of the player." }),
  }),
  errors: [],
  examples: [
    {
      title: "One that exists and one that does not",
      request: {
        "@class": ".DismissMultipleMessagesRequest",
        messageIds: [exampleMessage.messageId, "5f0c1e2ab3d4c5e6f7a8b9ff"],
      },
      response: {
        "@class": ".DismissMultipleMessagesResponse",
        messagesDismissed: 1,
        failedDismissals: ["5f0c1e2ab3d4c5e6f7a8b9ff"],
      },
    },
  ],
  async handle({ documents, player, clock }, { messageIds = [] }) {
    const { dismissed, failed } = await dismissAll(documents, player, messageIds, clock.now());
    return { response: { messagesDismissed: dismissed, failedDismissals: failed } };
  },
});

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
  description:
    "Takes several messages off the player's lists for good; those that are unknown stop none of the others.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    messageIds: Type.Optional(Type.Array(Type.String(), { description: "The messages' ids." })),
  }),
  response: Type.Object({
    messagesDismissed: whole("How many messages were dismissed."),
    failedDismissals: Type.Array(Type.String(), { description: "The ids that the player has no message of." }),
  }),
  errors: [],
  examples: [
    {
      title: "One that is there and one that is not",
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

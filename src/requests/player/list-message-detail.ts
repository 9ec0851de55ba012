import { Type } from "@sinclair/typebox";
import { listMessages } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { exampleMessage, IncludeField, PageFields, PlayerMessageFields, playerMessageOf } from "./message-fields.ts";

/** Source: GameSparks documentation, ListMessageDetailRequest; `offset` is a page number. */
export const listMessageDetail = defineRequest({
  name: "ListMessageDetailRequest",
  responseName: "ListMessageDetailResponse",
  category: "player",
  description: "Lists the player's messages with their status, newest first; dismissed ones are left out.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    ...PageFields,
    ...IncludeField,
    status: optionalText("Only messages with this status."),
  }),
  response: Type.Object({
    messageList: Type.Array(PlayerMessageFields, { description: "The messages of the page." }),
  }),
  errors: [],
  examples: [
    {
      title: "Those that the game has marked as read",
      request: { "@class": ".ListMessageDetailRequest", status: "read" },
      response: {
        "@class": ".ListMessageDetailResponse",
        messageList: [
          {
            id: exampleMessage.messageId,
            message: exampleMessage,
            seen: true,
            status: "read",
            when: "2026-01-02T03:04Z",
          },
        ],
      },
    },
  ],
  async handle({ documents, player, clock }, request) {
    const found = await listMessages(documents, player, request, clock.now());
    return { response: { messageList: found.map(playerMessageOf) } };
  },
});

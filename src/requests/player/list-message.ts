import { Type } from "@sinclair/typebox";
import { listMessages } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { json } from "../fields.ts";
import { exampleMessage, IncludeField, PageFields } from "./message-fields.ts";

/** Source: GameSparks documentation, ListMessageRequest; `offset` is a page number. */
export const listMessage = defineRequest({
  name: "ListMessageRequest",
  responseName: "ListMessageResponse",
  category: "player",
  description: "Lists the player's messages as they were sent, newest first; dismissed ones are left out.",
  caller: "player",
  work: "read",
  fields: Type.Object({ ...PageFields, ...IncludeField }),
  response: Type.Object({
    messageList: Type.Array(json("A message as it was sent."), { description: "The messages of the page." }),
  }),
  errors: [],
  examples: [
    {
      title: "The first page",
      request: { "@class": ".ListMessageRequest", entryCount: 10 },
      response: { "@class": ".ListMessageResponse", messageList: [exampleMessage] },
    },
  ],
  async handle({ documents, player, clock }, request) {
    const found = await listMessages(documents, player, request, clock.now());
    return { response: { messageList: found.map(({ message }) => message) } };
  },
});

import { Type } from "@sinclair/typebox";
import { listMessages } from "../../domains/messages/index.ts";
import { defineRequest } from "../definition.ts";
import { json } from "../fields.ts";
import { PageFields } from "./message-fields.ts";

const SUMMARY = ["@class", "messageId", "notification", "title", "subTitle", "summary", "extCode"] as const;

/** Source: GameSparks documentation, ListMessageSummaryRequest; `offset` is a page number. */
export const listMessageSummary = defineRequest({
  name: "ListMessageSummaryRequest",
  responseName: "ListMessageSummaryResponse",
  category: "player",
  description: "Lists the texts of the player's messages, newest first; dismissed ones are left out.",
  caller: "player",
  work: "read",
  fields: Type.Object(PageFields),
  response: Type.Object({
    messageList: Type.Array(json("A message's class, id and texts."), { description: "The messages of the page." }),
  }),
  errors: [],
  examples: [
    {
      title: "The first page",
      request: { "@class": ".ListMessageSummaryRequest" },
      response: {
        "@class": ".ListMessageSummaryResponse",
        messageList: [
          {
            "@class": ".ScriptMessage",
            messageId: "5f0c1e2ab3d4c5e6f7a8b9d0",
            notification: true,
            summary: "ScriptMessage",
          },
        ],
      },
    },
  ],
  async handle({ documents, player, clock }, request) {
    const found = await listMessages(documents, player, request, clock.now());
    return { response: { messageList: found.map(({ message }) => summaryOf(message)) } };
  },
});

function summaryOf(message: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    SUMMARY.filter((name) => Object.hasOwn(message, name)).map((name) => [name, message[name]]),
  );
}

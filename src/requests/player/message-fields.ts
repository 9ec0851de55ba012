import { Type } from "@sinclair/typebox";
import type { ListedMessage } from "../../domains/messages/index.ts";
import { wireDate } from "../../wire-date.ts";
import { json, text } from "../fields.ts";

/** What requests about a player's messages share. */
export const PageFields = {
  entryCount: Type.Optional(Type.Integer({ description: "Messages on a page; 50 by default, 200 at most." })),
  offset: Type.Optional(Type.Integer({ description: "Which page; the first is 0." })),
};

export const IncludeField = {
  include: Type.Optional(
    Type.String({
      description: "The class to list, such as ScriptMessage or ScriptMessage_CODE; several are separated by commas.",
    }),
  ),
};

/** The protocol's `PlayerMessage`. */
export const PlayerMessageFields = Type.Object(
  {
    id: text("The message's id."),
    message: json("The message as it was sent."),
    seen: Type.Boolean({ description: "Whether it was sent to a socket of the player." }),
    status: Type.Optional(Type.String({ description: "The status that UpdateMessageRequest set." })),
    when: text("When it was created: yyyy-MM-dd'T'HH:mm'Z'."),
  },
  { description: "A message and its status." },
);

export function playerMessageOf({ id, message, seen, status, when }: ListedMessage) {
  return { id, message, seen, ...(status !== undefined && { status }), when: wireDate(when) };
}

export const exampleMessage = {
  "@class": ".ScriptMessage",
  messageId: "5f0c1e2ab3d4c5e6f7a8b9d0",
  notification: true,
  data: { gold: 5 },
  extCode: "GIFT",
  playerId: "5f0c1e2ab3d4c5e6f7a8b9c0",
  summary: "ScriptMessage",
};

import { Type } from "@sinclair/typebox";
import type { ListedMessage } from "../../domains/messages/index.ts";
import { wireDate } from "../../wire-date.ts";
import { json, text } from "../fields.ts";

/** What the requests on a player's messages share. */
export const PageFields = {
  entryCount: Type.Optional(Type.Integer({ description: "Messages on a page: 50 unless told, 200 at most." })),
  offset: Type.Optional(Type.Integer({ description: "Which page; the first is 0." })),
};

export const IncludeField = {
  include: Type.Optional(
    Type.String({
      description: "The class to list, such as ScriptMessage or ScriptMessage_CODE; several with commas between.",
    }),
  ),
};

/** The protocol's `PlayerMessage`. */
export const PlayerMessageFields = Type.Object(
  {
    id: text("The message's id."),
    message: json("The message as it was sent."),
    seen: Type.Boolean({ description: "Whether it was sent to a socket of the player." }),
    status: Type.Optional(Type.String({ description: "What UpdateMessageRequest set." })),
    when: text("When it was made: yyyy-MM-dd'T'HH:mm'Z'."),
  },
  { description: "A message and how it stands." },
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

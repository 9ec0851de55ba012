import { Type } from "@sinclair/typebox";
import { defineMessage } from "../../kernel/message.ts";

/**
 * Notifies a client that its player was signed out. Not stored. SDKs remember the `authToken` of every message; "0"
 * makes them forget it. Source: GameSparks documentation, SessionTerminatedMessage; SDK sources.
 */
export const sessionTerminatedMessage = defineMessage({
  name: "SessionTerminatedMessage",
  description: "The player was signed out on this connection, which stays open.",
  fields: Type.Object({
    authToken: Type.String({ description: 'Always "0": the client forgets the token that it has.' }),
  }),
  example: { "@class": ".SessionTerminatedMessage", authToken: "0" },
});

export const SESSION_TERMINATED = JSON.stringify(sessionTerminatedMessage.example);

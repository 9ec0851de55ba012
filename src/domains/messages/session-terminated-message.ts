import { Type } from "@sinclair/typebox";
import { defineMessage } from "../../kernel/message.ts";

/**
 * Tells a socket that it is no longer the player's. It is sent and not kept: once the socket is gone nobody needs it.
 * SDKs remember the `authToken` of whatever they are sent, so this one makes them forget theirs: they take "0" for none.
 * Source: GameSparks documentation, SessionTerminatedMessage; SDK sources.
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

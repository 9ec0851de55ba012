import { Type } from "@sinclair/typebox";
import { defineRequest } from "../definition.ts";
import { whole } from "../fields.ts";

/** Source: GameSparks documentation, EndSessionRequest. The player stays signed in; a new session begins. */
export const endSession = defineRequest({
  name: "EndSessionRequest",
  responseName: "EndSessionResponse",
  category: "analytics",
  description: "Ends the player's session, for example when the app goes into the background.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({ sessionDuration: whole("How long the session lasted, in seconds.") }),
  errors: [],
  examples: [
    {
      title: "After ten minutes",
      request: { "@class": ".EndSessionRequest" },
      response: { "@class": ".EndSessionResponse", sessionDuration: 600 },
    },
  ],
  async handle({ clock, sessionStartedAt }) {
    const sessionDuration = Math.max(0, Math.floor((clock.now() - sessionStartedAt) / 1000));
    return { response: { sessionDuration }, endSession: true };
  },
});

import { defineChallengeMessage, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeTurnTakenMessage. */
export const challengeTurnTakenMessage = defineChallengeMessage({
  name: "ChallengeTurnTakenMessage",
  description: "A player took a turn; sent to everybody who plays.",
  fields: { who },
  example: { who: "Ada" },
});

import { defineChallengeMessage, winnerName } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeLostMessage. */
export const challengeLostMessage = defineChallengeMessage({
  name: "ChallengeLostMessage",
  description: "The challenge is over and somebody else has won; sent to each who lost.",
  fields: { winnerName },
  example: { winnerName: "Ada" },
});

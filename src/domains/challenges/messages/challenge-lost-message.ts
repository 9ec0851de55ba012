import { defineChallengeMessage, winnerName } from "./challenge-message.ts";

export const challengeLostMessage = defineChallengeMessage({
  name: "ChallengeLostMessage",
  description: "Another player won the challenge. Sent to the other participants.",
  fields: { winnerName },
  example: { winnerName: "Ada" },
});

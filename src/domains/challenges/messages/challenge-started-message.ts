import { defineChallengeMessage } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeStartedMessage. */
export const challengeStartedMessage = defineChallengeMessage({
  name: "ChallengeStartedMessage",
  description: "The challenge runs; sent to everybody who plays.",
  fields: {},
  example: {},
});

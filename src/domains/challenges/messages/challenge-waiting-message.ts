import { defineChallengeMessage } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeWaitingMessage. */
export const challengeWaitingMessage = defineChallengeMessage({
  name: "ChallengeWaitingMessage",
  description: "Everything is there but the start time; sent to everybody who plays.",
  fields: {},
  example: {},
});

import { defineChallengeMessage } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeExpiredMessage. */
export const challengeExpiredMessage = defineChallengeMessage({
  name: "ChallengeExpiredMessage",
  description: "The challenge will not begin any more; sent to everybody who plays or was invited.",
  fields: {},
  example: {},
});

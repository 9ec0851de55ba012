import { defineChallengeMessage, said, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeDeclinedMessage. */
export const challengeDeclinedMessage = defineChallengeMessage({
  name: "ChallengeDeclinedMessage",
  description: "A player declined the challenge; sent to those who play.",
  fields: { who, message: said },
  example: { who: "Grace" },
});

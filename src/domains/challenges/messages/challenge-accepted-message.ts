import { defineChallengeMessage, said, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeAcceptedMessage. */
export const challengeAcceptedMessage = defineChallengeMessage({
  name: "ChallengeAcceptedMessage",
  description: "A player accepted the challenge; sent to the others who play.",
  fields: { who, message: said },
  example: { who: "Grace" },
});

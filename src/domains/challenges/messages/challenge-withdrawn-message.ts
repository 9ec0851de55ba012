import { defineChallengeMessage, said, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeWithdrawnMessage. */
export const challengeWithdrawnMessage = defineChallengeMessage({
  name: "ChallengeWithdrawnMessage",
  description: "The challenger has withdrawn the challenge; sent to the others who play or were invited.",
  fields: { who, message: said },
  example: { who: "Ada" },
});

import { defineChallengeMessage, said, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeIssuedMessage. */
export const challengeIssuedMessage = defineChallengeMessage({
  name: "ChallengeIssuedMessage",
  description: "The player is invited.",
  fields: { who, message: said },
  example: { who: "Ada", message: "Dare you" },
});

import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeIssuedMessage = defineChallengeMessage({
  name: "ChallengeIssuedMessage",
  description: "The player was invited to a challenge.",
  fields: { who, message: said },
  example: { who: "Ada", message: "Dare you" },
});

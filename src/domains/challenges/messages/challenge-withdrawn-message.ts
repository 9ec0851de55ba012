import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeWithdrawnMessage = defineChallengeMessage({
  name: "ChallengeWithdrawnMessage",
  description: "The challenger withdrew the challenge. Sent to the other participants and invited players.",
  fields: { who, message: said },
  example: { who: "Ada" },
});

import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeDeclinedMessage = defineChallengeMessage({
  name: "ChallengeDeclinedMessage",
  description: "A player declined the challenge. Sent to all participants.",
  fields: { who, message: said },
  example: { who: "Grace" },
});

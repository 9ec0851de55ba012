import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeAcceptedMessage = defineChallengeMessage({
  name: "ChallengeAcceptedMessage",
  description: "A player accepted the challenge. Sent to the other participants.",
  fields: { who, message: said },
  example: { who: "Grace" },
});

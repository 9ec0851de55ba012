import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeJoinedMessage = defineChallengeMessage({
  name: "ChallengeJoinedMessage",
  description: "A player joined the challenge. Sent to the other participants.",
  fields: { who, message: said },
  example: { who: "Grace" },
});

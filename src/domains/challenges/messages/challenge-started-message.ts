import { defineChallengeMessage } from "./challenge-message.ts";

export const challengeStartedMessage = defineChallengeMessage({
  name: "ChallengeStartedMessage",
  description: "The challenge has started. Sent to all participants.",
  fields: {},
  example: {},
});

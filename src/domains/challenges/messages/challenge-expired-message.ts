import { defineChallengeMessage } from "./challenge-message.ts";

export const challengeExpiredMessage = defineChallengeMessage({
  name: "ChallengeExpiredMessage",
  description: "The challenge expired before it started. Sent to all participants and invited players.",
  fields: {},
  example: {},
});

import { defineChallengeMessage } from "./challenge-message.ts";

export const challengeWaitingMessage = defineChallengeMessage({
  name: "ChallengeWaitingMessage",
  description: "The challenge is ready and waits for its start time. Sent to all participants.",
  fields: {},
  example: {},
});

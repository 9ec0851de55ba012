import { defineChallengeMessage } from "./challenge-message.ts";

export const challengeDrawnMessage = defineChallengeMessage({
  name: "ChallengeDrawnMessage",
  description: "The challenge ended without a winner. Sent to all participants.",
  fields: {},
  example: {},
});

import { defineChallengeMessage, said, who } from "./challenge-message.ts";

export const challengeChatMessage = defineChallengeMessage({
  name: "ChallengeChatMessage",
  description: "A player sent a chat message. Sent to all participants, including the sender.",
  fields: { who, message: said },
  example: { who: "Grace", message: "Good luck" },
});

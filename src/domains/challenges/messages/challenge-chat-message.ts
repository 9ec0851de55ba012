import { defineChallengeMessage, said, who } from "./challenge-message.ts";

/** Source: GameSparks documentation, ChallengeChatMessage. */
export const challengeChatMessage = defineChallengeMessage({
  name: "ChallengeChatMessage",
  description: "A player said something; sent to everybody who plays, the sender too.",
  fields: { who, message: said },
  example: { who: "Grace", message: "Good luck" },
});

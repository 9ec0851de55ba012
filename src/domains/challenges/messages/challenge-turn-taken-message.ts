import { defineChallengeMessage, who } from "./challenge-message.ts";

export const challengeTurnTakenMessage = defineChallengeMessage({
  name: "ChallengeTurnTakenMessage",
  description: "A player took a turn. Sent to all participants.",
  fields: { who },
  example: { who: "Ada" },
});

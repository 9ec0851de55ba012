import { decline } from "../../domains/challenges/index.ts";
import { defineReply } from "./challenge-request.ts";

/** Source: GameSparks documentation, DeclineChallengeRequest. */
export const declineChallenge = defineReply({
  name: "DeclineChallenge",
  description: "Declines a challenge that the player was invited to.",
  title: "An invitation declined",
  reply: decline,
});

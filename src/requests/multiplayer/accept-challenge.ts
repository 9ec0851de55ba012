import { accept, wagerRefusals } from "../../domains/challenges/index.ts";
import { defineReply } from "./challenge-request.ts";

/** Source: GameSparks documentation, AcceptChallengeRequest. */
export const acceptChallenge = defineReply({
  name: "AcceptChallenge",
  description: "Accepts a challenge that the player was invited to, and reserves its wager.",
  errors: wagerRefusals,
  title: "An invitation accepted",
  reply: accept,
});

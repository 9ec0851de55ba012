import { withdraw } from "../../domains/challenges/index.ts";
import { defineReply } from "./challenge-request.ts";

/** Source: GameSparks documentation, WithdrawChallengeRequest. */
export const withdrawChallenge = defineReply({
  name: "WithdrawChallenge",
  description: "Withdraws a challenge that the player issued and that has not started; wagers are returned.",
  title: "A challenge withdrawn",
  reply: withdraw,
});

import { withdraw } from "../../domains/challenges/index.ts";
import { defineReply } from "./challenge-request.ts";

/** Source: GameSparks documentation, WithdrawChallengeRequest. */
export const withdrawChallenge = defineReply({
  name: "WithdrawChallenge",
  description: "Takes back a challenge that the player issued and that has not begun; wagers are given back.",
  title: "A challenge withdrawn",
  reply: withdraw,
});

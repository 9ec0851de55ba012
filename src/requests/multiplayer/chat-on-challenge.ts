import { chat } from "../../domains/challenges/index.ts";
import { defineReply } from "./challenge-request.ts";

/** Source: GameSparks documentation, ChatOnChallengeRequest. */
export const chatOnChallenge = defineReply({
  name: "ChatOnChallenge",
  description: "Sends a message to everybody who plays the challenge.",
  title: "A word to the others",
  reply: chat,
});

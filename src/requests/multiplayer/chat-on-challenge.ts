import { Type } from "@sinclair/typebox";
import { chat } from "../../multiplayer/challenges/reply.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import {
  ChallengeIdField,
  EXAMPLE_ID,
  MessageField,
  messageTooLong,
  notInvolved,
  spoken,
  workOf,
} from "./challenge-request.ts";

/** Source: GameSparks documentation, ChatOnChallengeRequest. */
export const chatOnChallenge = defineRequest({
  name: "ChatOnChallengeRequest",
  responseName: "ChatOnChallengeResponse",
  category: "multiplayer",
  description: "Says something to everybody who plays the challenge.",
  caller: "player",
  work: "write",
  fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
  response: Type.Object({ challengeInstanceId: text("The challenge's id.") }),
  errors: [notInvolved, messageTooLong],
  examples: [
    {
      title: "A word to the others",
      request: { "@class": ".ChatOnChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".ChatOnChallengeResponse", challengeInstanceId: EXAMPLE_ID },
    },
  ],
  async handle(context, { challengeInstanceId, message }) {
    await chat(workOf(context), context.player, challengeInstanceId, spoken("message", message));
    return { response: { challengeInstanceId } };
  },
});

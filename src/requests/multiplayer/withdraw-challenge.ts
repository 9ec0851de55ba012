import { Type } from "@sinclair/typebox";
import { withdraw } from "../../multiplayer/challenges/reply.ts";
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

/** Source: GameSparks documentation, WithdrawChallengeRequest. */
export const withdrawChallenge = defineRequest({
  name: "WithdrawChallengeRequest",
  responseName: "WithdrawChallengeResponse",
  category: "multiplayer",
  description: "Takes back a challenge that the player issued and that has not begun; wagers are given back.",
  caller: "player",
  work: "write",
  fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
  response: Type.Object({ challengeInstanceId: text("The challenge's id.") }),
  errors: [notInvolved, messageTooLong],
  examples: [
    {
      title: "A challenge withdrawn",
      request: { "@class": ".WithdrawChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".WithdrawChallengeResponse", challengeInstanceId: EXAMPLE_ID },
    },
  ],
  async handle(context, { challengeInstanceId, message }) {
    await withdraw(workOf(context), context.player, challengeInstanceId, spoken("message", message));
    return { response: { challengeInstanceId } };
  },
});

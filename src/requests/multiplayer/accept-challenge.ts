import { Type } from "@sinclair/typebox";
import { accept } from "../../multiplayer/challenges/reply.ts";
import { defineRequest } from "../definition.ts";
import { text } from "../fields.ts";
import {
  ChallengeIdField,
  EXAMPLE_ID,
  insufficientFunds,
  MessageField,
  messageTooLong,
  notInvolved,
  spoken,
  workOf,
} from "./challenge-request.ts";

/** Source: GameSparks documentation, AcceptChallengeRequest. */
export const acceptChallenge = defineRequest({
  name: "AcceptChallengeRequest",
  responseName: "AcceptChallengeResponse",
  category: "multiplayer",
  description: "Accepts a challenge that the player was invited to, and sets its wager aside.",
  caller: "player",
  work: "write",
  fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
  response: Type.Object({ challengeInstanceId: text("The challenge's id.") }),
  errors: [notInvolved, messageTooLong, insufficientFunds],
  examples: [
    {
      title: "An invitation accepted",
      request: { "@class": ".AcceptChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".AcceptChallengeResponse", challengeInstanceId: EXAMPLE_ID },
    },
  ],
  async handle(context, { challengeInstanceId, message }) {
    await accept(workOf(context), context.player, challengeInstanceId, spoken("message", message));
    return { response: { challengeInstanceId } };
  },
});

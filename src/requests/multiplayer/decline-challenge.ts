import { Type } from "@sinclair/typebox";
import { decline } from "../../multiplayer/challenges/reply.ts";
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

/** Source: GameSparks documentation, DeclineChallengeRequest. */
export const declineChallenge = defineRequest({
  name: "DeclineChallengeRequest",
  responseName: "DeclineChallengeResponse",
  category: "multiplayer",
  description: "Declines a challenge that the player was invited to.",
  caller: "player",
  work: "write",
  fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
  response: Type.Object({ challengeInstanceId: text("The challenge's id.") }),
  errors: [notInvolved, messageTooLong],
  examples: [
    {
      title: "An invitation declined",
      request: { "@class": ".DeclineChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".DeclineChallengeResponse", challengeInstanceId: EXAMPLE_ID },
    },
  ],
  async handle(context, { challengeInstanceId, message }) {
    await decline(workOf(context), context.player, challengeInstanceId, spoken("message", message));
    return { response: { challengeInstanceId } };
  },
});

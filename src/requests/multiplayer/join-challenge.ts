import { Type } from "@sinclair/typebox";
import { areFriends } from "../../domains/accounts/index.ts";
import { criteriaRefusals, join, joinRefusals } from "../../domains/challenges/index.ts";
import { defineRequest } from "../definition.ts";
import {
  ChallengeIdField,
  EligibilityField,
  EXAMPLE_ID,
  MessageField,
  messageTooLong,
  segmentsOf,
  spoken,
  workOf,
} from "./challenge-request.ts";

/** Source: GameSparks documentation, JoinChallengeRequest; Setting Up Challenge Eligibility. */
export const joinChallenge = defineRequest({
  name: "JoinChallengeRequest",
  responseName: "JoinChallengeResponse",
  category: "multiplayer",
  description: "Joins an open challenge that has not started, and reserves its wager.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    ...ChallengeIdField,
    ...MessageField,
    ...EligibilityField,
  }),
  response: Type.Object({
    joined: Type.Boolean({ description: "Whether the player plays it now; false if there was no place left." }),
  }),
  errors: [...joinRefusals, ...criteriaRefusals("eligibility"), messageTooLong],
  examples: [
    {
      title: "A challenge that was found",
      request: { "@class": ".JoinChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".JoinChallengeResponse", joined: true },
    },
  ],
  async handle(context, { challengeInstanceId, eligibility, message }) {
    const { documents, player } = context;
    const joined = await join(workOf(context), player, challengeInstanceId, {
      segments: await segmentsOf(context, eligibility),
      isFriend: (challenger) => areFriends(documents, player, challenger),
      message: spoken("message", message),
    });
    return { response: { joined } };
  },
});

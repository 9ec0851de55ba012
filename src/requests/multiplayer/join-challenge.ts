import { Type } from "@sinclair/typebox";
import { areFriends } from "../../domains/accounts/index.ts";
import { join } from "../../domains/challenges/index.ts";
import { defineRequest } from "../definition.ts";
import {
  ChallengeIdField,
  EligibilityField,
  EXAMPLE_ID,
  insufficientFunds,
  MessageField,
  messageTooLong,
  segmentsOf,
  spoken,
  workOf,
  wrongEligibility,
} from "./challenge-request.ts";

/** Source: GameSparks documentation, JoinChallengeRequest; Setting Up Challenge Eligibility. */
export const joinChallenge = defineRequest({
  name: "JoinChallengeRequest",
  responseName: "JoinChallengeResponse",
  category: "multiplayer",
  description: "Joins an open challenge that has not begun, and sets its wager aside.",
  caller: "player",
  work: "write",
  fields: Type.Object({
    ...ChallengeIdField,
    ...MessageField,
    ...EligibilityField,
  }),
  response: Type.Object({
    joined: Type.Boolean({ description: "Whether the player plays it now; not where there was no place any more." }),
  }),
  errors: [
    { key: "challengeInstanceId", value: "UNKNOWN", message: "There is no challenge of that id." },
    { key: "JOIN", value: "NOT_FRIEND", message: "Only friends of its challenger can join this challenge." },
    {
      key: "JOIN",
      value: "Must be a PUBLIC|FRIENDS challenge to join",
      message: "Only who was invited can play this challenge; who was accepts it by AcceptChallengeRequest.",
    },
    ...wrongEligibility,
    { key: "eligibility", value: "missingSegments", message: "The challenge is for players who have these segments." },
    {
      key: "eligibility",
      value: "invalidSegments",
      message: "The player's segments, `actual`, are not those that the challenge is for, `required`.",
    },
    messageTooLong,
    insufficientFunds,
  ],
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

import { Type } from "@sinclair/typebox";
import {
  ChallengeFields,
  challengeOf,
  EXAMPLE_CHALLENGE,
  namesIn,
  notInvolved,
  viewOf,
} from "../../domains/challenges/index.ts";
import { defineRequest } from "../definition.ts";
import { ChallengeIdField, EXAMPLE_ID, MessageField } from "./challenge-request.ts";

/** Source: GameSparks documentation, GetChallengeRequest. The documentation has a `message`, which has no effect. */
export const getChallenge = defineRequest({
  name: "GetChallengeRequest",
  responseName: "GetChallengeResponse",
  category: "multiplayer",
  description: "Returns a challenge that the player plays or was invited to.",
  caller: "player",
  work: "read",
  fields: Type.Object({ ...ChallengeIdField, ...MessageField }),
  response: Type.Object({ challenge: ChallengeFields }),
  errors: [notInvolved],
  examples: [
    {
      title: "A challenge of the player's",
      request: { "@class": ".GetChallengeRequest", challengeInstanceId: EXAMPLE_ID },
      response: { "@class": ".GetChallengeResponse", challenge: EXAMPLE_CHALLENGE },
    },
  ],
  async handle({ documents, player }, { challengeInstanceId }) {
    const challenge = await challengeOf(documents, player, challengeInstanceId);
    return { response: { challenge: viewOf(challenge, await namesIn(documents, [challenge])) } };
  },
});

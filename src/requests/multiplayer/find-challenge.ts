import { Type } from "@sinclair/typebox";
import { friendIdsOf } from "../../domains/accounts/index.ts";
import {
  criteriaRefusals,
  EXAMPLE_CHALLENGE,
  namesIn,
  searchChallenges,
  viewOf,
} from "../../domains/challenges/index.ts";
import { field } from "../../errors.ts";
import { playerIdOf } from "../../ids.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { challengeList, EligibilityField, segmentsOf } from "./challenge-request.ts";

const MOST = 50;
/** A search looks at the challenges of at most this many friends. */
const MOST_FRIENDS = 1_000;
const MOST_SHORT_CODES = 100;

/** Source: GameSparks documentation, FindChallengeRequest; Setting Up Challenge Eligibility. */
export const findChallenge = defineRequest({
  name: "FindChallengeRequest",
  responseName: "FindChallengeResponse",
  category: "multiplayer",
  description: "Finds challenges that the player can join and does not play yet, newest first.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    accessType: optionalText("PUBLIC, or FRIENDS for challenges that friends issued; FRIENDS by default."),
    count: Type.Optional(Type.Integer({ description: "How many to return; 50 by default and at most." })),
    offset: Type.Optional(Type.Integer({ description: "How many to skip." })),
    shortCode: Type.Optional(Type.Array(Type.String(), { description: "Short codes of kinds of challenges." })),
    ...EligibilityField,
  }),
  response: Type.Object({ challengeInstances: challengeList }),
  errors: [
    field("accessType", "INVALID", "No challenge of this access type can be found.", "Send PUBLIC or FRIENDS."),
    ...criteriaRefusals("eligibility"),
  ],
  examples: [
    {
      title: "Open to everybody",
      request: { "@class": ".FindChallengeRequest", accessType: "PUBLIC", shortCode: "DUEL" },
      response: { "@class": ".FindChallengeResponse", challengeInstances: [EXAMPLE_CHALLENGE] },
    },
  ],
  async handle(context, request) {
    const { documents, player, clock } = context;
    const { accessType = "FRIENDS", count = MOST, offset = 0, shortCode = [], eligibility } = request;
    if (accessType !== "PUBLIC" && accessType !== "FRIENDS") throw context.refuse(field("accessType", "INVALID"));
    const friends = accessType === "FRIENDS" ? await friendIdsOf(documents, player) : [];
    const found = await searchChallenges(documents, player, {
      accessType,
      friends: friends.slice(0, MOST_FRIENDS).map(playerIdOf),
      shortCodes: shortCode.slice(0, MOST_SHORT_CODES),
      segments: await segmentsOf(context, eligibility),
      skip: Math.max(0, offset),
      limit: Math.min(Math.max(0, count), MOST),
      now: clock.now(),
    });
    const names = await namesIn(documents, found);
    return { response: { challengeInstances: found.map((challenge) => viewOf(challenge, names)) } };
  },
});

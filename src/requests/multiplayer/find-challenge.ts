import { Type } from "@sinclair/typebox";
import { friendIdsOf } from "../../accounts/friends.ts";
import { getPlayer } from "../../accounts/players.ts";
import { RequestError } from "../../errors.ts";
import { playerIdOf } from "../../ids.ts";
import { claimedSegments } from "../../multiplayer/challenges/eligibility.ts";
import { EXAMPLE_CHALLENGE } from "../../multiplayer/challenges/fields.ts";
import { searchChallenges } from "../../multiplayer/challenges/lists.ts";
import { namesIn, viewOf } from "../../multiplayer/challenges/view.ts";
import { defineRequest } from "../definition.ts";
import { optionalJson, optionalText } from "../fields.ts";
import { challengeList } from "./challenge-request.ts";

const MOST = 50;
/** Friends whose challenges one search looks for. */
const MOST_FRIENDS = 1_000;
const MOST_SHORT_CODES = 100;

/** Source: GameSparks documentation, FindChallengeRequest; Setting Up Challenge Eligibility. */
export const findChallenge = defineRequest({
  name: "FindChallengeRequest",
  responseName: "FindChallengeResponse",
  category: "multiplayer",
  description: "Finds challenges that the player may join and does not play yet, the newest first.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    accessType: optionalText("PUBLIC, or FRIENDS for those that friends issued; FRIENDS unless told."),
    count: Type.Optional(Type.Integer({ description: "How many: 50 unless told, and at most." })),
    offset: Type.Optional(Type.Integer({ description: "How many to leave out before them." })),
    shortCode: Type.Optional(Type.Array(Type.String(), { description: "Kinds of challenges." })),
    eligibility: optionalJson("`{segments: {type: value}}`, in place of the player's own segments."),
  }),
  response: Type.Object({ challengeInstances: challengeList }),
  errors: [
    { key: "accessType", value: "INVALID", message: "There is no such access type to find; send PUBLIC or FRIENDS." },
    { key: "eligibility", value: "UNRECOGNISED", message: "The eligibility has a member other than segments." },
    { key: "eligibility", value: "MALFORMED", message: "A segment of the eligibility is not one value." },
  ],
  examples: [
    {
      title: "Open to everybody",
      request: { "@class": ".FindChallengeRequest", accessType: "PUBLIC", shortCode: "DUEL" },
      response: { "@class": ".FindChallengeResponse", challengeInstances: [EXAMPLE_CHALLENGE] },
    },
  ],
  async handle({ documents, player, clock }, request) {
    const { accessType = "FRIENDS", count = MOST, offset = 0, shortCode = [], eligibility } = request;
    if (accessType !== "PUBLIC" && accessType !== "FRIENDS") throw new RequestError({ accessType: "INVALID" });
    const segments = eligibility
      ? claimedSegments("eligibility", eligibility)
      : (await getPlayer(documents, player)).segments;
    const friends = accessType === "FRIENDS" ? await friendIdsOf(documents, player) : [];
    const found = await searchChallenges(documents, player, {
      accessType,
      friends: friends.slice(0, MOST_FRIENDS).map(playerIdOf),
      shortCodes: shortCode.slice(0, MOST_SHORT_CODES),
      segments,
      skip: Math.max(0, offset),
      limit: Math.min(Math.max(0, count), MOST),
      now: clock.now(),
    });
    const names = await namesIn(documents, found);
    return { response: { challengeInstances: found.map((challenge) => viewOf(challenge, names)) } };
  },
});

import { Type } from "@sinclair/typebox";
import { EXAMPLE_CHALLENGE, listChallenges, namesIn, viewOf } from "../../domains/challenges/index.ts";
import { defineRequest } from "../definition.ts";
import { optionalText } from "../fields.ts";
import { challengeList } from "./challenge-request.ts";

const PAGE = 50;
const LARGEST_PAGE = 200;
const MOST_STATES = 20;

/** Source: GameSparks documentation, ListChallengeRequest. */
export const listChallenge = defineRequest({
  name: "ListChallengeRequest",
  responseName: "ListChallengeResponse",
  category: "multiplayer",
  description: "Lists the player's challenges by state, newest first.",
  caller: "player",
  work: "read",
  fields: Type.Object({
    state: optionalText("A state: WAITING, RUNNING, ISSUED, RECEIVED, COMPLETE, DECLINED, EXPIRED or WITHDRAWN."),
    states: Type.Optional(Type.Array(Type.String(), { description: "Several states." })),
    shortCode: optionalText("The short code of a kind of challenges."),
    entryCount: Type.Optional(Type.Integer({ description: "Challenges on a page; 50 by default, 200 at most." })),
    offset: Type.Optional(Type.Integer({ description: "Which page; the first is 0." })),
  }),
  response: Type.Object({ challengeInstances: challengeList }),
  errors: [],
  examples: [
    {
      title: "What the player has issued",
      request: { "@class": ".ListChallengeRequest", state: "ISSUED" },
      response: { "@class": ".ListChallengeResponse", challengeInstances: [EXAMPLE_CHALLENGE] },
    },
  ],
  async handle({ documents, player }, { state, states = [], shortCode, entryCount = PAGE, offset = 0 }) {
    const limit = entryCount > 0 ? Math.min(entryCount, LARGEST_PAGE) : PAGE;
    const wanted = [...states, ...(state === undefined ? [] : [state])].slice(0, MOST_STATES);
    const skip = Math.min(Math.max(offset, 0) * limit, Number.MAX_SAFE_INTEGER);
    const found = await listChallenges(documents, player, { states: wanted, shortCode, skip, limit });
    const names = await namesIn(documents, found);
    return { response: { challengeInstances: found.map((challenge) => viewOf(challenge, names, player)) } };
  },
});

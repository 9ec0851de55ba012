import { Type } from "@sinclair/typebox";
import { defineRequest } from "../definition.ts";
import { optionalText, text } from "../fields.ts";

/** Source: GameSparks documentation, ListChallengeTypeRequest. */
export const listChallengeType = defineRequest({
  name: "ListChallengeTypeRequest",
  responseName: "ListChallengeTypeResponse",
  category: "multiplayer",
  description: "Lists the game's kinds of challenges.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({
    challengeTemplates: Type.Array(
      Type.Object({
        challengeShortCode: text("The kind's short code."),
        name: text("The kind's name."),
        description: optionalText("What it is about."),
        getleaderboardName: optionalText("The short code of the leaderboard that decides it."),
        tags: text("The kind's tags, separated by commas."),
      }),
      { description: "The kinds." },
    ),
  }),
  errors: [],
  examples: [
    {
      title: "The kinds of a game",
      request: { "@class": ".ListChallengeTypeRequest" },
      response: {
        "@class": ".ListChallengeTypeResponse",
        challengeTemplates: [{ challengeShortCode: "DUEL", name: "Duel", description: "Two players.", tags: "" }],
      },
    },
  ],
  async handle({ game }) {
    const challengeTemplates = [...game.challengeTypes.values()].map((type) => ({
      challengeShortCode: type.shortCode,
      name: type.name,
      ...(type.description !== undefined && { description: type.description }),
      ...(type.leaderboard !== undefined && { getleaderboardName: type.leaderboard }),
      tags: type.tags.join(","),
    }));
    return { response: { challengeTemplates } };
  },
});

import { Type } from "@sinclair/typebox";
import { friendsOf, summarise } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { PlayerFields } from "../fields.ts";

/** Source: GameSparks documentation, ListGameFriendsRequest. Cost: two small documents read for each friend. */
export const listGameFriends = defineRequest({
  name: "ListGameFriendsRequest",
  responseName: "ListGameFriendsResponse",
  category: "player",
  description: "Lists the player's friends who play the game.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({
    friends: Type.Array(PlayerFields, { description: "The friends, in no particular order." }),
  }),
  errors: [],
  examples: [
    {
      title: "One friend, by Facebook",
      request: { "@class": ".ListGameFriendsRequest" },
      response: {
        "@class": ".ListGameFriendsResponse",
        friends: [
          {
            id: "5f0c1e2ab3d4c5e6f7a8b9c1",
            displayName: "Grace",
            externalIds: { FB: "10002" },
            online: true,
            achievements: [],
            virtualGoods: [],
          },
        ],
      },
    },
  ],
  async handle({ documents, player, presence }) {
    const friends = await summarise(await friendsOf(documents, player), presence);
    return { response: { friends } };
  },
});

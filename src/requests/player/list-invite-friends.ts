import { Type } from "@sinclair/typebox";
import { invitableFriendsOf } from "../../domains/accounts/index.ts";
import { defineRequest } from "../definition.ts";
import { optionalText, text } from "../fields.ts";

const InvitableFriend = Type.Object({
  id: text("The system's id, a colon and the friend's id there: FB:1234."),
  displayName: optionalText("The friend's name there."),
  profilePic: optionalText("The URL of the friend's picture there."),
});

/** Source: GameSparks documentation, ListInviteFriendsRequest. The list is that of the last connect. */
export const listInviteFriends = defineRequest({
  name: "ListInviteFriendsRequest",
  responseName: "ListInviteFriendsResponse",
  category: "player",
  description: "Lists the player's friends in linked systems who do not play the game.",
  caller: "player",
  work: "read",
  fields: Type.Object({}),
  response: Type.Object({
    friends: Type.Array(InvitableFriend, { description: "The friends, in the order of the external system." }),
  }),
  errors: [],
  examples: [
    {
      title: "One friend to invite",
      request: { "@class": ".ListInviteFriendsRequest" },
      response: {
        "@class": ".ListInviteFriendsResponse",
        friends: [{ id: "FB:10003", displayName: "Edsger", profilePic: "http://example.org/10003.jpg" }],
      },
    },
  ],
  async handle({ documents, player }) {
    const invitable = await invitableFriendsOf(documents, player);
    const friends = invitable.map(({ systemId, friend }) => ({
      id: `${systemId}:${friend.id}`,
      ...(friend.name !== undefined && { displayName: friend.name }),
      ...(friend.picture !== undefined && { profilePic: friend.picture }),
    }));
    return { response: { friends } };
  },
});

import { Type } from "@sinclair/typebox";
import { askGraph, type GraphSession, isPermissionError, isTokenError } from "./facebook-graph.ts";
import { friendOf, readFriendPages } from "./friend-pages.ts";
import type { ExternalFriend } from "./provider.ts";

const FRIENDS_PER_CALL = 500;
const Picture = Type.Object({ data: Type.Optional(Type.Object({ url: Type.Optional(Type.String()) })) });
const FriendsReply = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 128 }),
      name: Type.Optional(Type.String()),
      picture: Type.Optional(Picture),
    }),
  ),
  paging: Type.Optional(
    Type.Object({
      cursors: Type.Optional(Type.Object({ after: Type.Optional(Type.String({ maxLength: 2048 })) })),
      next: Type.Optional(Type.String()),
    }),
  ),
});

/**
 * Reads the friends who also use the app, at most `maxFriends`; undefined if the player did not grant it. Pages are
 * requested by cursor at the configured URL; the `next` URL of a reply is never followed.
 */
export function readFriends(
  session: GraphSession,
  token: string,
  field: string,
): Promise<ExternalFriend[] | undefined> {
  return readFriendPages("FB", session.context.maxFriends, async (wanted, after) => {
    const limit = Math.min(FRIENDS_PER_CALL, wanted);
    const query = { fields: "id,name,picture", limit: String(limit), ...(after && { after }) };
    const answer = await askGraph(session, { what: "friends", path: "/me/friends", query, token }, FriendsReply);
    if ("error" in answer) {
      if (isPermissionError(answer.error)) return undefined;
      throw isTokenError(answer.error) ? answer.refuse(field) : answer.fail();
    }
    const { data, paging } = answer.value;
    const friends = data.map(({ id, name, picture }) => friendOf(id, name, picture?.data?.url));
    return { friends, next: paging?.next ? paging.cursors?.after : undefined };
  });
}

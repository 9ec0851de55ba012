import { Type } from "@sinclair/typebox";
import { askGraph, type GraphSession, isPermissionError, isTokenError } from "./facebook-graph.ts";
import { clipName, pictureUrl } from "./fields.ts";
import { type ExternalFriend, ProviderUnavailable } from "./provider.ts";

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
export async function readFriends(
  session: GraphSession,
  token: string,
  field: string,
): Promise<ExternalFriend[] | undefined> {
  const { maxFriends } = session.context;
  if (maxFriends <= 0) return undefined;
  const friends = new Map<string, ExternalFriend>();
  const seen = new Set<string>();
  let after: string | undefined;
  do {
    const limit = Math.min(FRIENDS_PER_CALL, maxFriends - friends.size);
    const query = { fields: "id,name,picture", limit: String(limit), ...(after && { after }) };
    const answer = await askGraph(session, { what: "friends", path: "/me/friends", query, token }, FriendsReply);
    if ("error" in answer) {
      if (isPermissionError(answer.error)) return undefined;
      throw isTokenError(answer.error) ? answer.refuse(field) : answer.fail();
    }
    for (const { id, name, picture } of answer.value.data) {
      if (friends.size === maxFriends) break;
      const url = pictureUrl(picture?.data?.url);
      friends.set(id, { id, ...(name && { name: clipName(name) }), ...(url && { picture: url }) });
    }
    const { paging } = answer.value;
    after = paging?.next ? paging.cursors?.after : undefined;
    if (after && seen.has(after)) throw new ProviderUnavailable("FB", "FB friends: the pages form a loop");
    if (after) seen.add(after);
  } while (after && friends.size < maxFriends);
  return [...friends.values()];
}

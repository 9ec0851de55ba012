import { Type } from "@sinclair/typebox";
import { clipName, pictureUrl } from "./fields.ts";
import { ask, callTo, type GoogleSession } from "./google.ts";
import { unavailable } from "./http.ts";
import type { ExternalFriend } from "./provider.ts";

const FRIENDS_PER_CALL = 100;
const PeopleReply = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 128 }),
      displayName: Type.Optional(Type.String()),
      image: Type.Optional(Type.Object({ url: Type.Optional(Type.String()) })),
    }),
  ),
  nextPageToken: Type.Optional(Type.String({ maxLength: 2048 })),
});

/**
 * Reads the friends of a Google+ account, at most `maxFriends`; undefined if no server for them is configured, or the
 * player did not grant it. Google shut its own down on 2019-03-07.
 */
export async function readPlusFriends(google: GoogleSession, token: string): Promise<ExternalFriend[] | undefined> {
  const { plusUrl } = google.settings;
  const { maxFriends } = google.context;
  if (!plusUrl || maxFriends <= 0) return undefined;
  const friends = new Map<string, ExternalFriend>();
  const seen = new Set<string>();
  let page: string | undefined;
  do {
    const call = callTo(google, "friends", `${plusUrl}/people/me/people/visible`, token);
    call.url.searchParams.set("maxResults", String(Math.min(FRIENDS_PER_CALL, maxFriends - friends.size)));
    if (page) call.url.searchParams.set("pageToken", page);
    const answer = await ask(google, call, PeopleReply);
    if ("reason" in answer) {
      if (answer.status === 401 || answer.status === 403) return undefined;
      throw unavailable(call, answer.reason);
    }
    for (const { id, displayName, image } of answer.value.items) {
      if (friends.size === maxFriends) break;
      const picture = pictureUrl(image?.url);
      friends.set(id, { id, ...(displayName && { name: clipName(displayName) }), ...(picture && { picture }) });
    }
    page = answer.value.nextPageToken;
    if (page && seen.has(page)) throw unavailable(call, "the pages form a loop");
    if (page) seen.add(page);
  } while (page && friends.size < maxFriends);
  return [...friends.values()];
}

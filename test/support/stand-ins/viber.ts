import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A service in place of Viber's, as docs/compatibility/accounts.md describes it: `/me` and `/me/friends`. */
export interface ViberUser {
  id: string;
  name: string;
  accessTokens: string[];
  /** Ids of friends; "private": the player does not share them. Default: none. */
  friends?: readonly string[] | "private";
  /** The app that the tokens were issued for; default: the stand-in's. */
  appId?: string;
}

export interface ViberStandIn extends LoopbackServer {
  addUser(user: ViberUser): void;
  revoke(accessToken: string): void;
}

export async function startViberStandIn(options: {
  appId: string;
  users?: readonly ViberUser[];
}): Promise<ViberStandIn> {
  const byToken = new Map<string, ViberUser>();
  const byId = new Map<string, ViberUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, ({ path, query, headers }) => {
    const user = byToken.get(/^Bearer (\S+)$/.exec(String(headers.authorization))?.[1] ?? "");
    if (!user) return { status: 401, body: { message: "The token is not valid" } };
    if (path === "/me") return { body: { ...profile(user), appId: user.appId ?? options.appId } };
    if (path === "/me/friends") return friends(user, query);
    return { status: 404, body: {} };
  });
  return { ...server, addUser, revoke: (token) => void byToken.delete(token) };

  function addUser(user: ViberUser): void {
    for (const token of user.accessTokens) byToken.set(token, user);
    byId.set(user.id, user);
  }

  function friends({ friends: ids = [] }: ViberUser, { limit, after = "0" }: LoopbackRequest["query"]): LoopbackAnswer {
    if (ids === "private") return { status: 403, body: { message: "The player shares no friends" } };
    const to = Number(after) + Number(limit);
    const page = ids.slice(Number(after), to).map((id) => profile(byId.get(id) ?? { id, name: `Name of ${id}` }));
    return { body: { friends: page, ...(to < ids.length && { next: String(to) }) } };
  }
}

function profile({ id, name }: Pick<ViberUser, "id" | "name">) {
  return { id, name, photo: `https://photos.example/${id}.jpg` };
}

import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for Steam's Web API on this machine: ISteamUserAuth and ISteamUser as Valve documents them. */
export interface SteamUser {
  /** Such as 76561197960435530: more than a number can hold. */
  id: string;
  name: string;
  /** In hexadecimal. */
  tickets: string[];
  /** Ids of friends; "private": the list is not public. Default: none. */
  friends?: readonly string[] | "private";
  /** The app that the tickets were issued for; default: the stand-in's. */
  appId?: string;
  /** The identity that the tickets were issued for; default: none. */
  identity?: string;
}

export interface SteamStandIn extends LoopbackServer {
  addUser(user: SteamUser): void;
  cancel(ticket: string): void;
}

export async function startSteamStandIn(options: {
  apiKey: string;
  appId: string;
  users?: readonly SteamUser[];
}): Promise<SteamStandIn> {
  const byTicket = new Map<string, SteamUser>();
  const byId = new Map<string, SteamUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, ({ path, query }) => {
    if (query.key !== options.apiKey) {
      return {
        status: 403,
        body: Buffer.from("<html>Access is denied. Verify your <pre>key=</pre> parameter.</html>"),
      };
    }
    if (path === "/ISteamUserAuth/AuthenticateUserTicket/v1/") return authenticate(query);
    if (path === "/ISteamUser/GetFriendList/v1/") return friendList(query);
    if (path === "/ISteamUser/GetPlayerSummaries/v2/") return summaries(query);
    return { status: 404, body: Buffer.from("<html>Not Found</html>") };
  });
  return { ...server, addUser, cancel: (ticket) => void byTicket.delete(ticket) };

  function addUser(user: SteamUser): void {
    for (const ticket of user.tickets) byTicket.set(ticket, user);
    byId.set(user.id, user);
  }

  function authenticate({ ticket = "", appid, identity }: LoopbackRequest["query"]): LoopbackAnswer {
    const user = byTicket.get(ticket);
    if (!user || (identity !== undefined && identity !== user.identity)) return steamError(101, "Invalid ticket");
    if (appid !== options.appId || (user.appId ?? options.appId) !== appid) {
      return steamError(102, "Ticket for other app");
    }
    const params = { result: "OK", steamid: user.id, ownersteamid: user.id, vacbanned: false, publisherbanned: false };
    return { body: { response: { params } } };
  }

  function friendList({ steamid = "" }: LoopbackRequest["query"]): LoopbackAnswer {
    const { friends = [] } = byId.get(steamid) ?? {};
    if (friends === "private") return { status: 401, body: Buffer.from("<html>Unauthorized</html>") };
    const list = friends.map((id) => ({ steamid: id, relationship: "friend", friend_since: 1_500_000_000 }));
    return { body: { friendslist: { friends: list } } };
  }

  function summaries({ steamids = "" }: LoopbackRequest["query"]): LoopbackAnswer {
    const players = steamids
      .split(",")
      .slice(0, 100)
      .flatMap((id) => byId.get(id) ?? [])
      .map(({ id, name }) => ({ steamid: id, personaname: name, avatarfull: `https://avatars.example/${id}.jpg` }));
    return { body: { response: { players } } };
  }
}

export function steamError(errorcode: number, errordesc: string): LoopbackAnswer {
  return { body: { response: { error: { errorcode, errordesc } } } };
}

import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for Xbox services on this machine: the profile and people services as Microsoft documents them. */
export interface XboxUser {
  /** The XUID. */
  id: string;
  name: string;
  /** XSTS tokens, without user hash. */
  tokens: string[];
  /** The people whom the user follows. */
  people?: readonly { id: string; followsBack: boolean }[];
  /** What the people service responds with in place of the people. */
  peopleStatus?: number;
}

export interface XboxStandIn extends LoopbackServer {
  addUser(user: XboxUser): void;
  revoke(token: string): void;
}

export const XBOX_USER_HASH = "5381178999727281455";

export async function startXboxStandIn({
  users = [] as readonly XboxUser[],
  maxPageSize = 1000,
} = {}): Promise<XboxStandIn> {
  const byToken = new Map<string, XboxUser>();
  for (const user of users) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    const user = userOf(request);
    if (!user) return { status: 401, body: Buffer.alloc(0) };
    if (request.path === "/users/me/profile/settings") return profile(user, request);
    if (request.path === "/users/me/people") return people(user, request);
    return { status: 404, body: {} };
  });
  return { ...server, addUser, revoke: (token) => void byToken.delete(token) };

  function addUser(user: XboxUser): void {
    for (const token of user.tokens) byToken.set(token, user);
  }

  function userOf({ headers }: LoopbackRequest): XboxUser | undefined {
    const [, hash, token] = /^XBL3\.0 x=(\d+);(.+)$/.exec(String(headers.authorization)) ?? [];
    return hash === XBOX_USER_HASH ? byToken.get(token ?? "") : undefined;
  }

  function profile({ id, name }: XboxUser, { query, headers }: LoopbackRequest): LoopbackAnswer {
    if (headers["x-xbl-contract-version"] !== "2") return { status: 400, body: {} };
    const values = new Map([["GameDisplayName", name]]);
    const settings = (query.settings ?? "").split(",").map((key) => ({ id: key, value: values.get(key) ?? "" }));
    return { body: { profileUsers: [{ id, hostId: id, settings, isSponsoredUser: false }] } };
  }

  function people({ people: all = [], peopleStatus }: XboxUser, { query }: LoopbackRequest): LoopbackAnswer {
    if (peopleStatus) return { status: peopleStatus, body: {} };
    const [start, size] = [Number(query.startIndex), Math.min(Number(query.maxItems), maxPageSize)];
    const page = all.slice(start, start + size).map(({ id, followsBack }) => ({
      xuid: id,
      isFavorite: false,
      ...(followsBack && { isFollowingCaller: true }),
    }));
    return { body: { totalCount: all.length, people: page } };
  }
}

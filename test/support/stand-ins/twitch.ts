import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for Twitch on this machine: `/oauth2/validate` and `/helix/users` as Twitch documents them. */
export interface TwitchUser {
  id: string;
  name: string;
  accessTokens: string[];
  /** The seconds that the tokens have left; default 5520838. */
  secondsLeft?: number;
  /** Default: the stand-in's. */
  clientId?: string;
}

export interface TwitchStandIn extends LoopbackServer {
  authUrl: string;
  apiUrl: string;
  addUser(user: TwitchUser): void;
  /** A token of the app itself, without a user. */
  addAppToken(accessToken: string): void;
  revoke(accessToken: string): void;
}

export async function startTwitchStandIn(options: {
  clientId: string;
  users?: readonly TwitchUser[];
}): Promise<TwitchStandIn> {
  const byToken = new Map<string, TwitchUser | "app">();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    if (request.path === "/oauth2/validate") return validate(request);
    if (request.path === "/helix/users") return users(request);
    return twitchError(404, "Not Found");
  });
  return {
    ...server,
    authUrl: `${server.url}/oauth2`,
    apiUrl: `${server.url}/helix`,
    addUser,
    addAppToken: (token) => void byToken.set(token, "app"),
    revoke: (token) => void byToken.delete(token),
  };

  function addUser(user: TwitchUser): void {
    for (const token of user.accessTokens) byToken.set(token, user);
  }

  function validate({ headers }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(/^OAuth (\S+)$/.exec(String(headers.authorization))?.[1] ?? "");
    if (!user) return twitchError(401, "invalid access token");
    const { clientId } = options;
    if (user === "app") return { body: { client_id: clientId, scopes: [], expires_in: 5_520_838 } };
    return {
      body: {
        client_id: user.clientId ?? clientId,
        login: user.name.toLowerCase(),
        scopes: ["user:read:email"],
        user_id: user.id,
        expires_in: user.secondsLeft ?? 5_520_838,
      },
    };
  }

  function users({ headers }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(/^Bearer (\S+)$/.exec(String(headers.authorization))?.[1] ?? "");
    if (!user || user === "app") return twitchError(401, "Invalid OAuth token");
    if (headers["client-id"] !== (user.clientId ?? options.clientId)) {
      return twitchError(401, "Client ID and OAuth token do not match");
    }
    const login = user.name.toLowerCase();
    return { body: { data: [{ id: user.id, login, display_name: user.name, broadcaster_type: "", view_count: 0 }] } };
  }
}

export function twitchError(status: number, message: string): LoopbackAnswer {
  return { status, body: { status, message } };
}

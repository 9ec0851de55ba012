import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/**
 * A stand-in for PlayStation Network on this machine: the authorization server's `oauth/token`, and a friends service.
 * A code can be exchanged once.
 */
export interface PsnUser {
  /** The account id. */
  id: string;
  /** The online id. */
  name: string;
  codes: string[];
  /** The redirect URI that the codes were issued for; default: that of consoles. */
  redirectUri?: string;
  /** The client that the codes were issued for; default: the stand-in's. */
  clientId?: string;
  /** What the token check names; default: the client of the codes. */
  tokenClientId?: string;
  /** Milliseconds since 1970; default: an hour from now. */
  expiresAt?: number;
  friends?: readonly string[];
  /** The game may not read friends. */
  hidesFriends?: true;
}

export interface PsnStandInOptions {
  clientId: string;
  clientSecret: string;
  users?: readonly PsnUser[];
  /** Default: what the client asks for. */
  maxPageSize?: number;
  /** Milliseconds since 1970; default Date.now. */
  now?(): number;
}

export interface PsnStandIn extends LoopbackServer {
  addUser(user: PsnUser): void;
  /** Ends every token of the account. */
  revoke(id: string): void;
}

export async function startPsnStandIn(options: PsnStandInOptions): Promise<PsnStandIn> {
  const { clientId, clientSecret, now = Date.now } = options;
  const byCode = new Map<string, PsnUser>();
  const byToken = new Map<string, PsnUser>();
  for (const user of options.users ?? []) addUser(user);
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;

  const server = await startLoopbackServer(0, (request) => {
    if (request.path === "/users/me/friends") return friends(request);
    if (request.headers.authorization !== basic) return psnError(401, "invalid_client");
    if (request.method === "POST" && request.path === "/oauth/token") return exchange(request);
    const token = /^\/oauth\/token\/(.+)$/.exec(request.path)?.[1];
    return token === undefined ? psnError(404, "not_found") : tokenInfo(decodeURIComponent(token));
  });
  return {
    ...server,
    addUser,
    revoke: (id) => {
      for (const [token, user] of byToken) if (user.id === id) byToken.delete(token);
    },
  };

  function addUser(user: PsnUser): void {
    for (const code of user.codes) byCode.set(code, user);
  }

  function exchange({ form }: LoopbackRequest): LoopbackAnswer {
    if (form.grant_type !== "authorization_code") return psnError(400, "unsupported_grant_type");
    const user = byCode.get(form.code ?? "");
    const isOfClient = (user?.clientId ?? clientId) === clientId;
    if (!user || !isOfClient || form.redirect_uri !== (user.redirectUri ?? "orbis://games"))
      return psnError(400, "invalid_grant");
    byCode.delete(form.code!);
    const token = `psn-token/${user.id}`;
    byToken.set(token, user);
    return {
      body: { access_token: token, token_type: "bearer", expires_in: 3600, refresh_token: "r", scope: "psn:s2s" },
    };
  }

  function tokenInfo(token: string): LoopbackAnswer {
    const user = byToken.get(token);
    if (!user) return psnError(400, "invalid_token");
    return {
      body: {
        client_id: user.tokenClientId ?? clientId,
        user_id: user.id,
        online_id: user.name,
        expiration: new Date(user.expiresAt ?? now() + 3_600_000).toISOString(),
        scopes: "psn:s2s",
        country_code: "GB",
      },
    };
  }

  function friends({ headers, query }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(/^Bearer (\S+)$/.exec(String(headers.authorization))?.[1] ?? "");
    if (!user) return psnError(401, "invalid_token");
    if (user.hidesFriends) return psnError(403, "insufficient_scope");
    const all = user.friends ?? [];
    const [offset, limit] = [Number(query.offset), Math.min(Number(query.limit), options.maxPageSize ?? 1000)];
    return { body: { friends: all.slice(offset, offset + limit), totalItemCount: all.length } };
  }
}

export function psnError(status: number, error: string): LoopbackAnswer {
  return { status, body: { error, error_description: "of the stand-in", error_code: 20 } };
}

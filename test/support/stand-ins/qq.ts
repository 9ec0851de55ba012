import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for QQ Connect on this machine: `oauth2.0/me` and `user/get_user_info` as QQ documents them. */
export interface QqUser {
  /** The openid, which QQ assigns for one app. */
  id: string;
  name: string;
  accessTokens: string[];
  /** Default: the stand-in's. */
  appId?: string;
  /** What the calls return in place of the profile, such as 100014 for an expired token. */
  error?: number;
  /** The player did not grant get_user_info. */
  hidesProfile?: true;
}

export interface QqStandInOptions {
  appId: string;
  users?: readonly QqUser[];
  /** Ignores `fmt=json`, as QQ did before it had this parameter. */
  alwaysCallback?: boolean;
}

export interface QqStandIn extends LoopbackServer {
  addUser(user: QqUser): void;
  revoke(accessToken: string): void;
}

export async function startQqStandIn(options: QqStandInOptions): Promise<QqStandIn> {
  const byToken = new Map<string, QqUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    if (request.path === "/oauth2.0/me") return me(request);
    if (request.path === "/user/get_user_info") return userInfo(request);
    return { status: 404, body: {} };
  });
  return { ...server, addUser, revoke: (accessToken) => void byToken.delete(accessToken) };

  function addUser(user: QqUser): void {
    for (const token of user.accessTokens) byToken.set(token, user);
  }

  function me({ query }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(query.access_token ?? "");
    const error = user ? user.error : 100016;
    const body = error
      ? { error, error_description: `access token check failed: ${query.access_token}` }
      : { client_id: user!.appId ?? options.appId, openid: user!.id };
    return query.fmt === "json" && !options.alwaysCallback ? { body } : qqCallback(body);
  }

  function userInfo({ query }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(query.access_token ?? "");
    if (!user) return qqError(100016);
    if (query.oauth_consumer_key !== options.appId || query.openid !== user.id) return qqError(-22);
    if (user.hidesProfile) return qqError(100030);
    return { body: { ret: 0, msg: "", nickname: user.name, figureurl_qq_1: "http://thirdqq.qlogo.cn/40" } };
  }
}

/** `callback( {…} );` */
export function qqCallback(body: object): LoopbackAnswer {
  return { body: Buffer.from(`callback( ${JSON.stringify(body)} );\n`), headers: { "content-type": "text/html" } };
}

export function qqError(ret: number): LoopbackAnswer {
  return { body: { ret, msg: "access token check failed" } };
}

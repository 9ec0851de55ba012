import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for WeChat's Open Platform on this machine: `sns/auth` and `sns/userinfo` as WeChat documents them. */
export interface WeChatUser {
  /** The openid, which WeChat assigns for one app. */
  id: string;
  name: string;
  accessTokens: string[];
  /** What the calls return in place of the profile, such as 42001 for an expired token. */
  error?: number;
  /** The user granted the scope snsapi_base only. */
  hidesProfile?: true;
}

export interface WeChatStandIn extends LoopbackServer {
  addUser(user: WeChatUser): void;
  revoke(accessToken: string): void;
}

export async function startWeChatStandIn(users: readonly WeChatUser[] = []): Promise<WeChatStandIn> {
  const byToken = new Map<string, WeChatUser>();
  for (const user of users) addUser(user);

  const server = await startLoopbackServer(0, (request) => {
    if (request.path === "/sns/auth") return userOf(request) ?? { body: { errcode: 0, errmsg: "ok" } };
    if (request.path === "/sns/userinfo") return userOf(request) ?? userInfo(request);
    return { status: 404, body: {} };
  });
  return { ...server, addUser, revoke: (accessToken) => void byToken.delete(accessToken) };

  function addUser(user: WeChatUser): void {
    for (const token of user.accessTokens) byToken.set(token, user);
  }

  /** The error that both calls return; undefined if token and openid belong together. */
  function userOf({ query }: LoopbackRequest): LoopbackAnswer | undefined {
    const user = byToken.get(query.access_token ?? "");
    if (!user) return weChatError(40001);
    if (user.error) return weChatError(user.error);
    return user.id === query.openid ? undefined : weChatError(40003);
  }

  function userInfo({ query }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(query.access_token ?? "")!;
    if (user.hidesProfile) return weChatError(48001);
    const { id: openid, name: nickname } = user;
    return { body: { openid, nickname, sex: 0, headimgurl: "", privilege: [], unionid: `union-${openid}` } };
  }
}

export function weChatError(errcode: number): LoopbackAnswer {
  return { body: { errcode, errmsg: "invalid credential, access_token is invalid or not latest" } };
}

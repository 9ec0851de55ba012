import {
  type LoopbackAnswer,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from "../../../examples/starter/stand-ins/loopback.ts";

/** A stand-in for Login with Amazon on this machine: `auth/o2/tokeninfo` and `user/profile` as Amazon documents them. */
export interface AmazonUser {
  /** Such as amzn1.account.K2LI23KL2LK2. */
  id: string;
  name: string;
  accessTokens: string[];
  /** The seconds that the tokens have left; default 3600. */
  secondsLeft?: number;
  /** Default: the stand-in's. */
  clientId?: string;
  /** Default: profile. */
  scopes?: string[];
}

export interface AmazonStandInOptions {
  /** Default: a free one. */
  port?: number;
  clientId: string;
  /** What tokens name as app_id; default amzn1.application.standin. */
  applicationId?: string;
  users?: readonly AmazonUser[];
}

export interface AmazonStandIn extends LoopbackServer {
  addUser(user: AmazonUser): void;
  revoke(accessToken: string): void;
}

export async function startAmazonStandIn(options: AmazonStandInOptions): Promise<AmazonStandIn> {
  const byToken = new Map<string, AmazonUser>();
  for (const user of options.users ?? []) addUser(user);

  const server = await startLoopbackServer(options.port ?? 0, (request) => {
    if (request.path === "/auth/o2/tokeninfo") return tokenInfo(request);
    if (request.path === "/user/profile") return profile(request);
    return amazonError(404, "invalid_request", "There is no such address");
  });
  return { ...server, addUser, revoke: (accessToken) => void byToken.delete(accessToken) };

  function addUser(user: AmazonUser): void {
    for (const token of user.accessTokens) byToken.set(token, user);
  }

  function tokenInfo({ query }: LoopbackRequest): LoopbackAnswer {
    const user = byToken.get(query.access_token ?? "");
    if (!user) return amazonError(400, "invalid_token", `The request has an invalid parameter: ${query.access_token}`);
    return {
      body: {
        aud: user.clientId ?? options.clientId,
        user_id: user.id,
        iss: "https://www.amazon.com",
        exp: user.secondsLeft ?? 3600,
        app_id: options.applicationId ?? "amzn1.application.standin",
        iat: 1_700_000_000,
      },
    };
  }

  function profile({ headers }: LoopbackRequest): LoopbackAnswer {
    const token = /^Bearer (\S+)$/.exec(String(headers.authorization))?.[1] ?? "";
    const user = byToken.get(token);
    if (!user) return amazonError(400, "invalid_token", `The token ${token} is invalid`);
    const { scopes = ["profile"] } = user;
    if (scopes.includes("profile"))
      return { body: { user_id: user.id, name: user.name, email: "someone@example.com" } };
    if (scopes.includes("profile:user_id")) return { body: { user_id: user.id } };
    return amazonError(401, "insufficient_scope", "The access token does not have access to the customer profile");
  }
}

export function amazonError(status: number, error: string, description: string): LoopbackAnswer {
  return { status, body: { error, error_description: description, request_id: "stand-in" } };
}

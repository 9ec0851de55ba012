import { clipName } from "./fields.ts";
import { type IdTokenClaims, verifyIdToken } from "./id-token.ts";
import type { ExternalProfile, ProviderContext } from "./provider.ts";

export interface LimitedLoginSettings {
  appId: string;
  /** Where Facebook publishes the keys that it signs ID tokens with. */
  keysUrl?: string;
}

const KEYS_URL = "https://limited.facebook.com/.well-known/oauth/openid/jwks/";
const ISSUERS = ["https://www.facebook.com", "https://limited.facebook.com", "https://facebook.com"];
const MAX_ID_LENGTH = 128;

/**
 * Facebook's Limited Login, which gives the client an ID token instead of an access token. The account's id is the same
 * as with the classic login. The token lists the ids of friends who also use the app if the player shared them.
 *
 * Refusal: accessToken NOTAUTHENTICATED. Cost: no call once Facebook's keys are cached.
 * Source: Facebook, "OIDC Token for Limited Login".
 */
export async function verifyLimitedLogin(
  token: string,
  { appId, keysUrl = KEYS_URL }: LimitedLoginSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const expected = { systemId: "FB", field: "accessToken", keysUrl, issuer: ISSUERS, audience: appId } as const;
  const claims = await verifyIdToken(token, expected, context);
  const { sub, name } = claims;
  const friends = friendsIn(claims, context.maxFriends);
  return {
    id: sub,
    ...(typeof name === "string" && name && { displayName: clipName(name) }),
    ...(friends && { friends }),
  };
}

function friendsIn({ user_friends: ids }: IdTokenClaims, maxFriends: number) {
  if (!Array.isArray(ids) || maxFriends <= 0) return undefined;
  const isId = (id: unknown): id is string => typeof id === "string" && id !== "" && id.length <= MAX_ID_LENGTH;
  return [...new Set(ids.filter(isId))].slice(0, maxFriends).map((id) => ({ id }));
}

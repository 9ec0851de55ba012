import { clipName } from "./fields.ts";
import { verifyIdToken } from "./id-token.ts";
import { type ExternalProfile, type ProviderContext, ProviderRefusal } from "./provider.ts";

export interface AppleSignInSettings {
  bundleId: string;
  /** Services IDs, which Apple names as the audience of tokens from websites and Android. */
  clientIds?: string[];
  /** Where Apple publishes the keys that it signs identity tokens with. */
  keysUrl?: string;
}

const KEYS_URL = "https://appleid.apple.com/auth/keys";
const ISSUER = "https://appleid.apple.com";
/** Before the id of an Apple account. Ids of Game Center that begin so are refused. */
export const APPLE_PREFIX = "apple:";

/**
 * Sign in with Apple: `identityToken` of the client's ASAuthorizationAppleIDCredential. A token holds no name, so the
 * client sends the one that it got with the first login.
 *
 * Refusals: signature NOTAUTHENTICATED; externalPlayerId NOTAUTHENTICATED if it is sent and is not the token's subject.
 * Cost: no call once Apple's keys are cached. Source: Apple, "Verifying a user".
 */
export async function verifyAppleSignIn(
  { identityToken, user, displayName }: { identityToken: string; user?: string; displayName?: string | undefined },
  { bundleId, clientIds = [], keysUrl = KEYS_URL }: AppleSignInSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const audience = [bundleId, ...clientIds];
  const expected = { systemId: "GC", field: "signature", keysUrl, issuer: ISSUER, audience } as const;
  const { sub } = await verifyIdToken(identityToken, expected, context);
  if (user && user !== sub) {
    throw new ProviderRefusal("externalPlayerId", "NOTAUTHENTICATED", "GC: it is not the identity token's user");
  }
  return { id: `${APPLE_PREFIX}${sub}`, ...(displayName && { displayName: clipName(displayName) }) };
}

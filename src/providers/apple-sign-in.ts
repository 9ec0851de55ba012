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

export interface AppleCredentials {
  identityToken: string;
  /** The credential's `user`, with or without the prefix that Rekindle adds. */
  externalPlayerId?: string | undefined;
  displayName?: string | undefined;
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
  { identityToken, externalPlayerId, displayName }: AppleCredentials,
  { bundleId, clientIds = [], keysUrl = KEYS_URL }: AppleSignInSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  const audience = [bundleId, ...clientIds];
  const expected = { systemId: "GC", field: "signature", keysUrl, issuer: ISSUER, audience } as const;
  const { sub } = await verifyIdToken(identityToken, expected, context);
  const id = `${APPLE_PREFIX}${sub}`;
  if (externalPlayerId && externalPlayerId !== sub && externalPlayerId !== id) {
    throw new ProviderRefusal("externalPlayerId", "NOTAUTHENTICATED", "GC: it is not the identity token's user");
  }
  return { id, ...(displayName && { displayName: clipName(displayName) }) };
}

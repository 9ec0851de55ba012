import { checkAmazonToken, verifyAmazon } from "./amazon.ts";
import { checkFacebookToken, verifyFacebook } from "./facebook.ts";
import { verifyGameCenter } from "./game-center.ts";
import type { ProviderContext, SystemId, TokenStatus } from "./provider.ts";
import { amazonSettings, facebookSettings, gameCenterSettings } from "./settings.ts";

export { IntegrationError, integrationProblems } from "./settings.ts";
export { verifyAmazon, verifyFacebook, verifyGameCenter };

/** Each provider's settings out of a game's `integrations`; undefined: the game did not set that provider up. */
export const providers = {
  facebook: facebookSettings,
  amazon: amazonSettings,
  gameCenter: gameCenterSettings,
} as const;

/**
 * Whether the token that is kept with a link to `systemId` still works; undefined where that system gives none to keep,
 * or is not set up any more. ProviderUnavailable where the provider cannot be asked. One call.
 */
export async function checkToken(
  systemId: SystemId,
  token: string,
  integrations: unknown,
  context: ProviderContext,
): Promise<TokenStatus | undefined> {
  if (systemId === "FB") {
    const settings = facebookSettings(integrations);
    return settings && checkFacebookToken(token, settings, context);
  }
  if (systemId === "AM") {
    const settings = amazonSettings(integrations);
    return settings && checkAmazonToken(token, settings, context);
  }
  return undefined;
}

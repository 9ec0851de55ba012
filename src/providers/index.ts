import { checkAmazonToken, verifyAmazon } from "./amazon.ts";
import { checkFacebookToken, verifyFacebook } from "./facebook.ts";
import { verifyGameCenter } from "./game-center.ts";
import type { ProviderContext, SystemId, TokenStatus } from "./provider.ts";
import { amazonSettings, facebookSettings, gameCenterSettings } from "./settings.ts";

export { IntegrationError, integrationProblems } from "./settings.ts";
export { verifyAmazon, verifyFacebook, verifyGameCenter };

/** Readers of each provider's settings from a game's `integrations`; they return undefined if it is not configured. */
export const providers = {
  facebook: facebookSettings,
  amazon: amazonSettings,
  gameCenter: gameCenterSettings,
} as const;

/** Checks a stored token, in one call. Returns undefined if the system has no tokens or is no longer configured. */
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

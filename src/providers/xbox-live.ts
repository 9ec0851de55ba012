import { field } from "../errors.ts";
import { clipName } from "./fields.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";
import { isXboxToken, readXboxFriends, readXboxSettings, readXboxUser, type XboxSettings } from "./xbox-profile.ts";

export interface XboxLiveCredentials {
  stsTokenString?: string | undefined;
  /** Used if Xbox Live returns no name. */
  displayName?: string | undefined;
}

/**
 * Source: GameSparks documentation, XBOXLiveConnectRequest; Microsoft, "Xbox services RESTful reference": profile and
 * people. The refusal `code` means that stsTokenString is not an XSTS token.
 */
export const xboxLive = defineProvider({
  systemId: "XB",
  name: "Xbox Live",
  requests: ["XBOXLiveConnectRequest"],
  credentials: {
    stsTokenString: credential("The XSTS token for http://xboxlive.com, as XBL3.0 x=<user hash>;<token>."),
    displayName: credential("The player's name, if Xbox Live returns none."),
  },
  key: "accessToken",
  errors: [
    field("stsTokenString", "REQUIRED"),
    field("code", "NOTAUTHENTICATED", "stsTokenString does not have the form XBL3.0 x=<user hash>;<token>."),
  ],
  notConfigured: notConfigured("XBOXLIVE", "xboxLive.enabled"),
  example: { credentials: { stsTokenString: "XBL3.0 x=5381178999727281455;eyJ…" }, displayName: "Ada" },
  integration: "xboxLive",
  /** The entry is Rekindle's own: `enabled`, `profileUrl` and `socialUrl`. */
  readSettings: readXboxSettings,
  missing: ({ stsTokenString }) => (stsTokenString ? undefined : "stsTokenString"),
  verify: verifyXboxLive,
  status: checkXboxLiveToken,
});

/**
 * Returns the user and the people who follow each other with the user.
 *
 * Refusals: code NOTAUTHENTICATED if it is not a token; accessToken NOTAUTHENTICATED; stsTokenString REQUIRED. Cost:
 * one call, then one per 500 people.
 */
export async function verifyXboxLive(
  { stsTokenString: token, displayName }: XboxLiveCredentials,
  settings: XboxSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!token) throw new ProviderRefusal("stsTokenString", "REQUIRED", "XB: no token was sent");
  if (!isXboxToken(token)) throw new ProviderRefusal("code", "NOTAUTHENTICATED", "XB: not a well-formed token");
  const user = await readXboxUser("XB", token, settings, context);
  if ("invalid" in user) throw new ProviderRefusal("accessToken", "NOTAUTHENTICATED", `XB profile: ${user.invalid}`);
  const friends = await readXboxFriends("XB", token, settings, context);
  const name = user.name || (displayName && clipName(displayName));
  return { id: user.xuid, ...(name && { displayName: name }), token, ...(friends && { friends }) };
}

/** Checks a stored token. Throws ProviderUnavailable if Xbox Live cannot be asked. */
export async function checkXboxLiveToken(
  token: string,
  settings: XboxSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  return { active: !("invalid" in (await readXboxUser("XB", token, settings, context))) };
}

import { field } from "../errors.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
  type TokenStatus,
} from "./provider.ts";
import { readXboxSettings, readXboxUser, type XboxSettings } from "./xbox-profile.ts";

export interface XboxOneCredentials {
  token?: string | undefined;
  /** Not used: Xbox services apply the sandbox that the token was issued for. */
  sandbox?: string | undefined;
}

/**
 * The documentation of XboxOneConnectRequest promises no friends, so none are read.
 * Source: GameSparks documentation, XboxOneConnectRequest; Microsoft, "Xbox services RESTful reference": profile.
 */
export const xboxOne = defineProvider({
  systemId: "X1",
  name: "Xbox One",
  requests: ["XboxOneConnectRequest"],
  credentials: {
    token: credential("The XSTS token for http://xboxlive.com, as XBL3.0 x=<user hash>;<token>."),
    sandbox: credential("Accepted, and not needed: the sandbox of the token applies."),
  },
  key: "accessToken",
  errors: [field("token", "REQUIRED"), field("token", "NOTAUTHENTICATED")],
  notConfigured: notConfigured("XBOXONE", "xboxOne.enabled"),
  example: { credentials: { token: "XBL3.0 x=5381178999727281455;eyJ…" }, displayName: "Ada" },
  integration: "xboxOne",
  /** The entry is Rekindle's own: `enabled` and `profileUrl`. */
  readSettings: readXboxSettings,
  missing: ({ token }) => (token ? undefined : "token"),
  verify: verifyXboxOne,
  status: checkXboxOneToken,
});

/** Returns the user. Refusals: token NOTAUTHENTICATED, or REQUIRED if it is missing. Cost: one call. */
export async function verifyXboxOne(
  { token }: XboxOneCredentials,
  settings: XboxSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!token) throw new ProviderRefusal("token", "REQUIRED", "X1: no token was sent");
  const user = await readXboxUser("X1", token, settings, context);
  if ("invalid" in user) throw new ProviderRefusal("token", "NOTAUTHENTICATED", `X1 profile: ${user.invalid}`);
  return { id: user.xuid, ...(user.name && { displayName: user.name }), token };
}

/** Checks a stored token. Throws ProviderUnavailable if Xbox services cannot be asked. */
export async function checkXboxOneToken(
  token: string,
  settings: XboxSettings,
  context: ProviderContext,
): Promise<TokenStatus> {
  return { active: !("invalid" in (await readXboxUser("X1", token, settings, context))) };
}

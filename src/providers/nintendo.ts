import { Type } from "@sinclair/typebox";
import { field } from "../errors.ts";
import { clipName } from "./fields.ts";
import { fits } from "./http.ts";
import { verifyIdToken } from "./id-token.ts";
import {
  credential,
  defineProvider,
  type ExternalProfile,
  notConfigured,
  type ProviderContext,
  ProviderRefusal,
} from "./provider.ts";

export interface NintendoSettings {
  /** The game's application id: 16 hexadecimal digits, in lower case. */
  applicationId: string;
  /** Of Nintendo's account service; default: that of the live environment. */
  issuer?: string;
  /** Where the service publishes its signing keys; default: below `issuer`. */
  keysUrl?: string;
  /** The service's id, which all games share; default: that of the live environment. */
  audience?: string;
}

export interface NintendoCredentials {
  nsaIdToken?: string | undefined;
  displayName?: string | undefined;
  accountPerLoginId?: boolean | undefined;
}

export const NINTENDO_ISSUER = "https://e0d67c509fb203858ebcb2fe3f88c2aa.baas.nintendo.com";
export const NINTENDO_AUDIENCE = "ed9e2f05d286f7b8";

const Account = Type.String({ pattern: "^[\\w-]{1,64}$" });
const Claims = Type.Object({
  typ: Type.Literal("id_token"),
  /** The Nintendo Switch account. */
  sub: Account,
  /** The login id that the console uses for the account. */
  "bs:did": Type.Optional(Account),
  /** `ai` is the application; the member is absent if no application requested the token. */
  nintendo: Type.Object({ ai: Type.String() }),
});

/**
 * Nintendo Switch accounts. The audience of a token is the same for every game; its application id names the game.
 * Nintendo's token has no friends and cannot be checked again after it has expired.
 * Source: GameSparks documentation, NXConnectRequest; public descriptions of Nintendo's ID tokens. Nintendo documents
 * them to its partners only.
 */
export const nintendo = defineProvider({
  systemId: "NX",
  name: "Nintendo",
  requests: ["NXConnectRequest"],
  credentials: {
    nsaIdToken: credential("The NSA ID token that the console returned to the game."),
    displayName: credential("The player's name on the console."),
    accountPerLoginId: Type.Optional(
      Type.Boolean({ description: "Whether each login id of a console is an account of its own." }),
    ),
  },
  key: "accessToken",
  errors: [field("nsaIdToken", "REQUIRED"), field("displayName", "REQUIRED"), field("nsaIdToken", "NOTAUTHENTICATED")],
  notConfigured: notConfigured("NX", "nxApplicationId"),
  example: { credentials: { nsaIdToken: "eyJ…", displayName: "Ada" }, displayName: "Ada" },
  integration: "nx",
  /**
   * `issuer`, `keysUrl` and `audience` are Rekindle's own. `liveEnvironment` and `previewEnvironment` are not read: set
   * these three for another environment.
   */
  readSettings(integration): NintendoSettings | undefined {
    const applicationId = integration.text("nxApplicationId")?.toLowerCase().replace(/^0x/, "").padStart(16, "0");
    if (!applicationId) return undefined;
    const issuer = integration.url("issuer");
    const keysUrl = integration.url("keysUrl");
    const audience = integration.text("audience");
    return { applicationId, ...(issuer && { issuer }), ...(keysUrl && { keysUrl }), ...(audience && { audience }) };
  },
  missing: ({ nsaIdToken, displayName }) => (nsaIdToken ? (displayName ? undefined : "displayName") : "nsaIdToken"),
  verify: verifyNintendo,
});

/**
 * Returns the account that the token names for this game's application: its login id with `accountPerLoginId`, else the
 * Nintendo Switch account. The name is the client's.
 *
 * Refusals: nsaIdToken NOTAUTHENTICATED; nsaIdToken or displayName REQUIRED. Cost: one signature check, plus one call
 * if the keys are not cached.
 */
export async function verifyNintendo(
  { nsaIdToken, displayName, accountPerLoginId }: NintendoCredentials,
  { applicationId, issuer = NINTENDO_ISSUER, keysUrl, audience = NINTENDO_AUDIENCE }: NintendoSettings,
  context: ProviderContext,
): Promise<ExternalProfile> {
  if (!nsaIdToken) throw new ProviderRefusal("nsaIdToken", "REQUIRED", "NX: no token was sent");
  if (!displayName) throw new ProviderRefusal("displayName", "REQUIRED", "NX: no name was sent");
  const keys = keysUrl ?? `${issuer}/1.0.0/certificates`;
  const expected = { systemId: "NX", field: "nsaIdToken", keysUrl: keys, issuer, audience } as const;
  const claims: unknown = await verifyIdToken(nsaIdToken, expected, context);
  if (!fits(Claims, claims)) throw refusal("it is not an ID token of an application");
  if (claims.nintendo.ai.toLowerCase() !== applicationId) throw refusal("it was issued for another application");
  const id = accountPerLoginId ? claims["bs:did"] : claims.sub;
  if (id === undefined) throw refusal("it has no login id");
  return { id, displayName: clipName(displayName) };
}

function refusal(reason: string): ProviderRefusal {
  return new ProviderRefusal("nsaIdToken", "NOTAUTHENTICATED", `NX ID token: ${reason}`);
}

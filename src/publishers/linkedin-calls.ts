import { type Static, type TObject, Type } from "@sinclair/typebox";
import { secret, text, webUrl } from "../setting.ts";
import { jsonOf, type NetworkCall, type NetworkReply, retryAfterMs } from "./calls.ts";
import { type NetworkAccount, type PublisherContext, PublishRefused, type RefusalKind } from "./publisher.ts";
import { codeText, reasonOf, secretsOf } from "./reason.ts";

/** The calls of LinkedIn's API and what its refusals mean. */

export const linkedinSettings = {
  linkedinClientId: text("Client id of the app at LinkedIn that accounts are connected with.", ""),
  linkedinClientSecret: secret("Client secret of the app at LinkedIn."),
  linkedinScopes: text(
    "Permissions that users are asked for. Pages need w_organization_social, r_organization_social and rw_organization_admin.",
    "openid profile w_member_social",
  ),
  linkedinVersion: Type.String({
    description: "Version of LinkedIn's API, which ends after a year.",
    default: "202607",
    pattern: "^20\\d{4}$",
    wanted: "a year and a month, such as 202607",
  }),
  linkedinUrl: webUrl("Where users of LinkedIn consent and tokens are issued.", "https://www.linkedin.com"),
  linkedinApiUrl: webUrl("The address of LinkedIn's API.", "https://api.linkedin.com"),
};
export type LinkedinSettings = Static<TObject<typeof linkedinSettings>>;

const ErrorReply = Type.Object({
  code: Type.Optional(Type.String()),
  serviceErrorCode: Type.Optional(Type.Integer()),
  message: Type.Optional(Type.String()),
});

const REVOKED = 65_601;

export function callOf(
  { linkedinApiUrl, linkedinVersion }: LinkedinSettings,
  { credentials }: Pick<NetworkAccount, "credentials">,
  method: NetworkCall["method"],
  path: string,
  what: string,
  more: Partial<NetworkCall> = {},
): NetworkCall {
  return {
    network: "linkedin",
    what,
    method,
    url: new URL(`${linkedinApiUrl}${path}`),
    ...more,
    headers: {
      authorization: `Bearer ${credentials.token}`,
      "linkedin-version": linkedinVersion,
      "x-restli-protocol-version": "2.0.0",
      ...more.headers,
    },
  };
}

/** The response, which is a success. @throws PublishRefused if LinkedIn refuses */
export async function accepted(
  call: NetworkCall,
  context: PublisherContext,
  account: Pick<NetworkAccount, "credentials">,
): Promise<NetworkReply> {
  const reply = await context.calls.send(call);
  if (reply.status >= 300) throw refusalOf(call, reply, context, account);
  return reply;
}

function refusalOf(
  { what }: NetworkCall,
  reply: NetworkReply,
  { now }: Pick<PublisherContext, "now">,
  { credentials }: Pick<NetworkAccount, "credentials">,
): PublishRefused {
  const { code, serviceErrorCode, message = "" } = jsonOf(reply, ErrorReply) ?? {};
  const kind = kindOf(reply.status, code, message);
  const reason =
    reply.status === 426
      ? "LinkedIn has ended this version of its API; set linkedinVersion to a later one"
      : reasonOf(message, secretsOf(credentials)) || `status ${reply.status}`;
  return new PublishRefused(kind, `linkedin ${what}: ${reason}`, {
    networkCode: codeText(serviceErrorCode) ?? codeText(code) ?? String(reply.status),
    retryAfterMs: kind === "RATE" ? retryAfterMs(reply, now()) : undefined,
    canRenew: reply.status === 401 && serviceErrorCode !== REVOKED && credentials.refreshToken !== undefined,
  });
}

function kindOf(status: number, code: string | undefined, message: string): RefusalKind {
  if (status === 401) return "TOKEN";
  if (code === "DUPLICATE_POST" || /\bduplicate\b/i.test(message)) return "DUPLICATE";
  // The app or the user lacks the permission to post at all.
  if (status === 403) return /not enough permissions/i.test(message) ? "TOKEN" : "PERMISSION";
  if (status === 404) return "GONE";
  if (status === 426) return "NOT_CONFIGURED";
  return status === 429 ? "RATE" : "CONTENT";
}

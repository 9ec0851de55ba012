import { Type } from "@sinclair/typebox";
import { jsonOf } from "./calls.ts";
import { accepted, callOf, type LinkedinSettings } from "./linkedin-calls.ts";
import { type Grant, requestGrant, revokeGrant } from "./oauth2.ts";
import { type NetworkProfile, type OAuth2Connecting, type PublisherContext, PublishRefused } from "./publisher.ts";
import { preparing } from "./steps.ts";

const UserInfo = Type.Object({
  sub: Type.String({ pattern: "^[\\w-]{1,64}$" }),
  name: Type.Optional(Type.String()),
  picture: Type.Optional(Type.String()),
});
const Roles = Type.Object({
  elements: Type.Array(Type.Object({ organization: Type.String(), state: Type.Optional(Type.String()) })),
});
const Organizations = Type.Object({
  results: Type.Record(
    Type.String(),
    Type.Object({ localizedName: Type.Optional(Type.String()), vanityName: Type.Optional(Type.String()) }),
  ),
});
const MAX_PAGES = 50;
const WRITING = ["w_member_social", "w_organization_social"];

/** OAuth 2 without PKCE, which LinkedIn has for other clients. The accounts: the user, and the pages that they manage. */
export const byOAuth2: OAuth2Connecting<LinkedinSettings> = {
  kind: "oauth2",
  missing,
  authorizeUrl({ linkedinUrl, linkedinClientId, linkedinScopes }, { redirectUri, state }) {
    const query = {
      response_type: "code",
      client_id: linkedinClientId,
      redirect_uri: redirectUri,
      state,
      scope: linkedinScopes,
    };
    return new URL(`${linkedinUrl}/oauth/v2/authorization?${new URLSearchParams(query)}`);
  },
  async exchange(settings, { code, redirectUri }, context) {
    const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
    const grant = await requestAccess(settings, "connect account", form, context);
    const scopes = grant.scopes.length > 0 ? grant.scopes : settings.linkedinScopes.split(/\s+/);
    if (!scopes.some((scope) => WRITING.includes(scope))) {
      throw new PublishRefused("TOKEN", "linkedin connect account: the user did not allow posts");
    }
    const user = await readUser(settings, grant, scopes, context);
    const pages = scopes.includes("w_organization_social") ? await readPages(settings, grant, scopes, context) : [];
    // One consent covers all of them.
    return [...(scopes.includes("w_member_social") ? [user] : []), ...pages].map((profile) => ({
      ...profile,
      grant: `linkedin:${user.id}`,
    }));
  },
};

export function missing({ linkedinClientId, linkedinClientSecret }: LinkedinSettings): string | undefined {
  if (!linkedinClientId) return "linkedinClientId";
  return linkedinClientSecret ? undefined : "linkedinClientSecret";
}

/** LinkedIn says invalid_request, too, of a code or a refresh token that has ended or been used. */
export function requestAccess(
  { linkedinUrl, linkedinClientId, linkedinClientSecret }: LinkedinSettings,
  what: string,
  form: Record<string, string>,
  context: PublisherContext,
): Promise<Grant> {
  const url = new URL(`${linkedinUrl}/oauth/v2/accessToken`);
  const client = { client_id: linkedinClientId, client_secret: linkedinClientSecret };
  return requestGrant(
    { network: "linkedin", what, url, form: { ...form, ...client } },
    context,
    ({ code, description }) =>
      code === "invalid_request" &&
      /(refresh token|authorization code).*(invalid|expired|revoked|not found)/i.test(description),
  );
}

export function revokeAccess(
  { linkedinUrl, linkedinClientId, linkedinClientSecret }: LinkedinSettings,
  token: string,
  context: PublisherContext,
): Promise<void> {
  const url = new URL(`${linkedinUrl}/oauth/v2/revoke`);
  const form = { client_id: linkedinClientId, client_secret: linkedinClientSecret, token };
  const hasEnded = ({ description }: { description: string }) => /token.*(invalid|expired|revoked)/i.test(description);
  return revokeGrant({ network: "linkedin", what: "end access", url, form }, context, hasEnded);
}

async function readUser(
  settings: LinkedinSettings,
  { credentials }: Grant,
  scopes: readonly string[],
  context: PublisherContext,
): Promise<NetworkProfile> {
  const call = callOf(settings, { credentials }, "GET", "/v2/userinfo", "read account");
  const found = jsonOf(await accepted(call, context, { credentials }), UserInfo);
  if (!found) throw new PublishRefused("UNAVAILABLE", "linkedin read account: an unexpected response");
  const { sub, name, picture } = found;
  return {
    id: `urn:li:person:${sub}`,
    ...(name && { displayName: name }),
    ...(picture && { avatarUrl: picture }),
    facts: { canRead: String(scopes.includes("r_member_social")) },
    credentials,
  };
}

/** The pages that the user administers, at most 50. */
async function readPages(
  settings: LinkedinSettings,
  { credentials }: Grant,
  scopes: readonly string[],
  context: PublisherContext,
): Promise<NetworkProfile[]> {
  const query = `q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&count=${MAX_PAGES}`;
  const rolesCall = callOf(settings, { credentials }, "GET", `/rest/organizationAcls?${query}`, "list pages");
  const roles = jsonOf(await preparing(accepted(rolesCall, context, { credentials })), Roles);
  if (!roles) throw new PublishRefused("UNAVAILABLE", "linkedin list pages: an unexpected response");
  const ids = roles.elements
    .map(({ organization }) => /^urn:li:organization:(\d{1,20})$/.exec(organization)?.[1])
    .filter((id) => id !== undefined)
    .slice(0, MAX_PAGES);
  if (ids.length === 0) return [];
  const path = `/rest/organizationsLookup?ids=List(${ids.join(",")})`;
  const namesCall = callOf(settings, { credentials }, "GET", path, "read pages");
  const names = jsonOf(await preparing(accepted(namesCall, context, { credentials })), Organizations)?.results ?? {};
  return ids.map((id) => {
    const { localizedName, vanityName } = names[id] ?? {};
    return {
      id: `urn:li:organization:${id}`,
      ...(vanityName && { handle: vanityName, profileUrl: `https://www.linkedin.com/company/${vanityName}` }),
      ...(localizedName && { displayName: localizedName }),
      facts: { canRead: String(scopes.includes("r_organization_social")) },
      credentials,
    };
  });
}

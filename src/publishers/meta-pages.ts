import { type Static, Type } from "@sinclair/typebox";
import { askGraph, type GraphApi, pathOf } from "./graph.ts";
import {
  type Credentials,
  type Network,
  type NetworkAccount,
  type PublisherContext,
  PublishRefused,
} from "./publisher.ts";

/**
 * What Facebook pages and the Instagram accounts behind them share: one consent of a Facebook user covers several pages.
 * A page's own token is the credential; the user's token, which renews it, is kept as the refresh token. Both last about
 * 60 days.
 */
export interface MetaApp {
  url: string;
  authorizeUrl: string;
  clientId: string;
  clientSecret: string;
}

const MAX_PAGES = 500;
const PAGES_PER_CALL = 100;

const Token = Type.String({ minLength: 1, maxLength: 4096 });
const TokenReply = Type.Object({ access_token: Token, expires_in: Type.Optional(Type.Number()) });
const Revoked = Type.Object({ success: Type.Literal(true) });
const Me = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
const Text = Type.Optional(Type.String({ maxLength: 2048 }));
const Page = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  name: Text,
  username: Text,
  link: Text,
  access_token: Type.Optional(Token),
  tasks: Type.Optional(Type.Array(Type.String())),
  picture: Type.Optional(Type.Object({ data: Type.Optional(Type.Object({ url: Text })) })),
  instagram_business_account: Type.Optional(
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 128 }),
      username: Text,
      name: Text,
      profile_picture_url: Text,
    }),
  ),
});
export type MetaPage = Static<typeof Page>;
const PagesReply = Type.Object({
  data: Type.Array(Page),
  paging: Type.Optional(
    Type.Object({ cursors: Type.Optional(Type.Object({ after: Text })), next: Type.Optional(Type.String()) }),
  ),
});

export function openMeta(network: Network, app: MetaApp, context: PublisherContext): GraphApi {
  return { network, url: app.url, appSecret: app.clientSecret, canRenew: true, context };
}

/** PKCE is left out: Facebook documents it only for OpenID Connect. */
export function metaAuthorizeUrl(
  app: MetaApp,
  request: { redirectUri: string; state: string },
  scopes: readonly string[],
): URL {
  const url = new URL(app.authorizeUrl);
  url.searchParams.set("client_id", app.clientId);
  url.searchParams.set("redirect_uri", request.redirectUri);
  url.searchParams.set("state", request.state);
  url.searchParams.set("response_type", "code");
  url.searchParams.set("scope", scopes.join(","));
  return url;
}

export interface GrantedPage {
  page: MetaPage;
  /** As `grant` of a profile. */
  grant: string;
  credentials: Credentials;
}

/** The pages that the user may post as, at most 500. Code → short token → long-lived token → pages with their tokens. */
export async function exchangePages(
  api: GraphApi,
  app: MetaApp,
  { code, redirectUri }: { code: string; redirectUri: string },
  fields: string,
): Promise<GrantedPage[]> {
  const client = { client_id: app.clientId, client_secret: app.clientSecret };
  const short = await askGraph(
    api,
    {
      what: "code exchange",
      method: "POST",
      path: "/oauth/access_token",
      fields: { ...client, code, redirect_uri: redirectUri },
      isCodeExchange: true,
      secrets: [code],
    },
    TokenReply,
  );
  const user = await longLivedToken(api, app, short.access_token);
  const { id } = await askGraph(
    api,
    { what: "user", method: "GET", path: "/me", fields: { fields: "id" }, token: user.token },
    Me,
  );
  const { token: refreshToken, ...rest } = user;
  return (await readPages(api, user.token, fields)).flatMap((page) => {
    const token = page.access_token;
    if (token === undefined || (page.tasks && !page.tasks.includes("CREATE_CONTENT"))) return [];
    return [{ page, grant: `${app.clientId}/${id}`, credentials: { ...rest, token, refreshToken } }];
  });
}

/** Another user token and page token for the stored user token. */
export async function refreshPage(
  api: GraphApi,
  app: MetaApp,
  pageId: string,
  { credentials }: NetworkAccount,
): Promise<Credentials> {
  const userToken = credentials.refreshToken;
  if (userToken === undefined)
    throw new PublishRefused("UNAVAILABLE", `${api.network} refresh: no user token is stored`);
  const user = await longLivedToken(api, app, userToken);
  const page = await askGraph(
    api,
    {
      what: "page token",
      method: "GET",
      path: pathOf(pageId),
      fields: { fields: "id,access_token" },
      token: user.token,
    },
    Page,
  );
  if (page.access_token === undefined) {
    throw new PublishRefused("TOKEN", `${api.network} page token: the user no longer manages the page`);
  }
  const { token: refreshToken, ...rest } = user;
  return { ...rest, token: page.access_token, refreshToken };
}

/** Removes the app from the user's account, which ends the grant of all pages. */
export async function revokeUser(api: GraphApi, { credentials }: NetworkAccount): Promise<void> {
  const token = credentials.refreshToken ?? credentials.token;
  try {
    await askGraph(
      api,
      { what: "revocation", method: "DELETE", path: "/me/permissions", token, isFinal: true },
      Revoked,
    );
  } catch (error) {
    if (!(error instanceof PublishRefused && error.kind === "TOKEN")) throw error;
  }
}

async function longLivedToken(api: GraphApi, app: MetaApp, token: string) {
  const fields = {
    grant_type: "fb_exchange_token",
    client_id: app.clientId,
    client_secret: app.clientSecret,
    fb_exchange_token: token,
  };
  const call = {
    what: "token exchange",
    method: "POST",
    path: "/oauth/access_token",
    fields,
    secrets: [token],
  } as const;
  const { access_token, expires_in } = await askGraph(api, call, TokenReply);
  return {
    token: access_token,
    ...(expires_in !== undefined && expires_in > 0 && { expiresAt: api.context.now() + expires_in * 1000 }),
  };
}

/** Pages are requested by cursor at the configured URL; the `next` URL of a reply is never followed. */
async function readPages(api: GraphApi, token: string, wanted: string): Promise<MetaPage[]> {
  const pages: MetaPage[] = [];
  let after: string | undefined;
  while (pages.length < MAX_PAGES) {
    const fields = { fields: wanted, limit: String(PAGES_PER_CALL), ...(after && { after }) };
    const call = { what: "pages", method: "GET", path: "/me/accounts", fields, token } as const;
    const { data, paging } = await askGraph(api, call, PagesReply);
    pages.push(...data);
    after = paging?.next ? paging.cursors?.after : undefined;
    if (!after || data.length === 0) break;
  }
  return pages.slice(0, MAX_PAGES);
}

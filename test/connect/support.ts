import { expect } from "vitest";
import type { Scope } from "../../src/domains/social/index.ts";
import {
  createKey,
  createProfile,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  getProject,
  type ProfileDocument,
  type SocialAccountDocument,
  social,
} from "../../src/domains/social/index.ts";
import type { Settings } from "../../src/settings-schema.ts";
import type { Store } from "../../src/store/store.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { startSocialApp } from "../support/social.ts";
import type { Browser, Page } from "./browser.ts";
import { type OAuthServer, startOAuthServer } from "./oauth-server.ts";

const BY = { by: { door: "admin" }, now: 0 } as const;
export const RETURN_URL = "https://app.example/done?from=game";

// biome-ignore lint/suspicious/noExplicitAny: bodies of responses.
export type Body = any;

/** A server with a network on this machine, a key that may return to app.example, and a profile. */
export async function startConnectApp(settings: Record<string, unknown> = {}, options: { data?: string } = {}) {
  const oauth = await startOAuthServer();
  const config = { ...oauth.settings, ...settings } as Partial<Settings>;
  const app = await startTestApp({ ticks: false, config, ...options });
  return connectApp(app, oauth, () => app.discard());
}

/** With players whose Facebook links can be disconnected. */
export async function startPlayersApp() {
  const oauth = await startOAuthServer();
  const players = await startSocialApp({
    ...oauth.settings,
    facebookPagesClientId: "1",
    facebookPagesClientSecret: "2",
  } as never);
  return { ...(await connectApp(players.app, oauth, () => players.discard())), players };
}

async function connectApp(app: TestApp, oauth: OAuthServer, discard: () => Promise<void>) {
  const store: Store = await app.services.stores.open("preview");
  const project = await getProject(store, GAME_ORGANIZATION, GAME_PROJECT);
  const newKey = (scopes: (Scope | "*")[] = ["*"], returnHosts = ["app.example"]) =>
    createKey(
      store,
      "preview",
      { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "k", scopes, returnHosts },
      BY,
    );
  let count = 0;
  const newProfile = (values: Partial<Pick<ProfileDocument, "disabledNetworks">> & { player?: never } = {}) =>
    createProfile(store, project, { title: `Profile ${++count} <b>&"`, ...values }, BY);
  const { key, text } = await newKey();

  const call = async (
    method: string,
    path: string,
    { body, headers = {}, as = text }: { body?: unknown; headers?: Record<string, string>; as?: string } = {},
  ): Promise<{ status: number; body: Body; headers: Headers }> => {
    const response = await fetch(`${app.httpUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const profile = await newProfile();

  return {
    app,
    oauth,
    store,
    key,
    keyText: text,
    profile: profile.profile,
    profileKey: profile.key,
    newKey,
    newProfile,
    call,

    /** A URL for all networks of a profile. */
    async grid(body: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<string> {
      const sent = { "profile-key": profile.key, ...headers };
      const { status, body: reply } = await call("POST", "/api/profiles/generateJWT", {
        body: { redirect: RETURN_URL, ...body },
        headers: sent,
      });
      expect({ status, reply }).toMatchObject({ status: 200 });
      return reply.url;
    },

    /** A URL for one account of the project. */
    async oauthUrl(platform: string, body: Record<string, unknown> = {}) {
      const path = `/v1/projects/${GAME_PROJECT}/social/oauth-url`;
      const { status, body: reply } = await call("POST", path, { body: { platform, returnUrl: RETURN_URL, ...body } });
      expect({ status, reply }).toMatchObject({ status: 200 });
      return reply as { authorizeUrl: string; state: string; expiresAt: string };
    },
    async reauthUrl(socialAccountId: string) {
      const path = `/v1/projects/${GAME_PROJECT}/social/reauth-url`;
      const { status, body: reply } = await call("POST", path, { body: { socialAccountId, returnUrl: RETURN_URL } });
      expect({ status, reply }).toMatchObject({ status: 200 });
      return reply as { authorizeUrl: string; state: string };
    },
    async statusOf(state: string): Promise<Body> {
      return (await call("GET", `/v1/social/oauth-status/${state}`)).body;
    },

    /** What is stored, the one that was connected first first. */
    accounts(profileId: string = profile.profile._id): Promise<SocialAccountDocument[]> {
      return social(store)
        .accounts.find({ profileId }, { sort: { connectedAt: 1, _id: 1 } })
        .toArray();
    },

    async discard() {
      await discard();
      await oauth.close();
    },
  };
}

export type ConnectApp = Awaited<ReturnType<typeof startConnectApp>>;

/** The network's consent page that a URL leads to. It is not visited. */
export async function stopAtNetwork(browser: Browser, url: string): Promise<URL> {
  const next = await browser.redirectOf(url);
  return next.pathname.startsWith("/connect/") ? browser.redirectOf(next.href) : next;
}

/** Headers that every page has. */
export function expectSafe({ headers }: Page): void {
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'self'; form-action 'self'( https:\/\/app\.example)?; base-uri 'none'; frame-ancestors 'none'$/,
  );
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("x-frame-options")).toBe("DENY");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
}

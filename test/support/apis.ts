import { randomUUID } from "node:crypto";
import {
  connectAccount,
  createKey,
  createOrganization,
  createPost,
  createProfile,
  createProject,
  type NewPost,
  type OrganizationDocument,
  type PostDocument,
  type ProfileDocument,
  type ProjectDocument,
  primaryProfileOf,
  type Scope,
  type SocialAccountDocument,
  type SocialApi,
} from "../../src/domains/social/index.ts";
import type { Network } from "../../src/publishers/publisher.ts";
import type { Documents, Store } from "../../src/store/store.ts";
import { startTestApp, type TestApp, type TestAppOptions } from "./app.ts";

const MONTH_MS = 30 * 86_400_000;
const by = { door: "command line" } as const;
/** To which the examples return after connecting an account. */
const RETURN_HOSTS = ["app.example"];

/** An organization with a project, its primary profile, and a key that may do everything. */
export interface Tenant {
  organization: OrganizationDocument;
  project: ProjectDocument;
  /** The project's primary profile. */
  profile: ProfileDocument;
  key: string;
}

export interface Sent {
  key?: string | undefined;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown;
}

export interface Received {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read the members that they expect.
  body: any;
  text: string;
}

/**
 * A server with two organizations that know nothing of each other, `mine` and `theirs`, on the preview stage. What the
 * functions below create is made by the domain's own functions.
 */
export async function startApisApp(options: TestAppOptions = {}) {
  const app = await startTestApp({ ticks: false, ...options });
  const store = await app.services.stores.open("preview");
  const mine = await tenant(app, store, "Mine");
  const theirs = await tenant(app, store, "Theirs");
  return { app, store, mine, theirs, ...makers(app, store), ...callers(app), discard: () => app.discard() };
}

export type ApisApp = Awaited<ReturnType<typeof startApisApp>>;

async function tenant(app: TestApp, store: Store, name: string): Promise<Tenant> {
  return store.transaction(async (tx) => {
    const at = { by, now: app.clock.now() };
    const organization = await createOrganization(tx, { name }, at);
    return newTenant(tx, organization, at.now);
  });
}

async function newTenant(tx: Documents, organization: OrganizationDocument, now: number): Promise<Tenant> {
  const at = { by, now };
  const { _id: organizationId } = organization;
  const project = await createProject(tx, { organizationId, name: "Season 3" }, at);
  const key = { organizationId, projectId: project._id, name: "all", scopes: ["*"], returnHosts: RETURN_HOSTS };
  const { text } = await createKey(tx, "preview", key, at);
  return { organization, project, profile: await primaryProfileOf(tx, project._id), key: text };
}

function makers(app: TestApp, store: Store) {
  const at = () => ({ by, now: app.clock.now() });
  return {
    /** A further organization, of which `parent` may be the manager. */
    tenant: (name: string, parent?: Tenant) =>
      store.transaction(async (tx) => {
        const parentId = parent?.organization._id;
        return newTenant(tx, await createOrganization(tx, { name, parentId }, at()), app.clock.now());
      }),

    /** A further key of the tenant. Returns its text. */
    keyOf: ({ organization, project }: Tenant, ...scopes: (Scope | "*")[]) =>
      store.transaction(async (tx) => {
        const own = { organizationId: organization._id, projectId: project._id, name: "Campaign tool" };
        const key = { ...own, scopes, returnHosts: RETURN_HOSTS };
        return (await createKey(tx, "preview", key, at())).text;
      }),

    /** A further profile of the tenant's project, with its Profile-Key. */
    profileOf: ({ project }: Tenant, title: string) =>
      store.transaction((tx) => createProfile(tx, project, { title }, at())),

    /** A connected account. @param sealed what `Publishing.seal` returned, if a post is to be sent to it */
    account: ({ profile }: { profile: ProfileDocument }, network: Network = "tiktok", sealed = "sealed") =>
      store.transaction((tx) => {
        const id = randomUUID();
        const found = {
          id,
          handle: "ada",
          displayName: "Ada",
          credentials: { token: "token", expiresAt: app.clock.now() + MONTH_MS },
        };
        return connectAccount(tx, profile, { network, found, credentials: sealed }, at());
      }),

    /** A post that is due in an hour, unless `post` says otherwise. */
    post: (
      { profile }: { profile: ProfileDocument },
      accounts: readonly SocialAccountDocument[],
      api: SocialApi,
      post: Partial<NewPost> = {},
    ): Promise<PostDocument> =>
      store.transaction((tx) => {
        const scheduledFor = app.clock.now() + 3_600_000;
        const usual = { text: "Hello", media: [], options: {}, type: "scheduled", status: "queued" } as const;
        const targets = accounts.map((account) => ({ account }));
        return createPost(tx, profile, { api, ...usual, scheduledFor, targets, ...post }, at());
      }),
  };
}

function callers({ httpUrl }: TestApp) {
  /** Sends a request over HTTP. The key goes into `Authorization`; other APIs' headers into `headers`. */
  async function send(
    method: string,
    path: string,
    { key, headers = {}, query = {}, body }: Sent = {},
  ): Promise<Received> {
    const search = new URLSearchParams(query).toString();
    const response = await fetch(`${httpUrl}${path}${search === "" ? "" : `?${search}`}`, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, headers: response.headers, body: parsed, text };
  }
  return { send };
}

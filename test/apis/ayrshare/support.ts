import { Publishing } from "../../../src/domains/publishing/index.ts";
import {
  connectAccount,
  createKey,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  type ProfileDocument,
  type Scope,
  type SocialAccountDocument,
  social,
} from "../../../src/domains/social/index.ts";
import { SERVER } from "../../../src/kernel/actor.ts";
import type { NetworkAccount } from "../../../src/publishers/publisher.ts";
import type { Settings } from "../../../src/settings-schema.ts";
import { type ApisApp, type Received, type Sent, startApisApp, type Tenant } from "../../support/apis.ts";
import { FakeClock } from "../../support/app.ts";
import { startBluesky } from "../../support/networks/bluesky.ts";
import { startInstagram } from "../../support/networks/instagram.ts";
import type { NetworkStandIn } from "../../support/networks/stand-in.ts";
import { startTikTok } from "../../support/networks/tiktok.ts";
import { startTwitter } from "../../support/networks/twitter.ts";

/** No app at X: an account of OAuth 1.0a needs the caller's consumer pair. */
export const NO_X_APP = {
  twitterClientId: "",
  twitterClientSecret: "",
  twitterConsumerKey: "",
  twitterConsumerSecret: "",
} as Partial<Settings>;

/** A server with stand-ins for Bluesky, Instagram, TikTok and X, that may call this machine. */
export async function startAyrshareApp(config: Partial<Settings> = {}) {
  const clock: { of?: FakeClock } = {};
  const start = new FakeClock().now();
  const now = () => clock.of?.now() ?? start;
  const bluesky = await startBluesky(now);
  const instagram = await startInstagram(now);
  const tiktok = await startTikTok(now);
  const twitter = await startTwitter(now);
  const standIns: NetworkStandIn[] = [bluesky, instagram, tiktok, twitter];
  const settings = Object.assign({}, ...standIns.map((standIn) => standIn.settings));
  const own = { scriptHttpPrivateNetworks: "127.0.0.1", apiWritesPerMinute: 100_000, apiReadsPerMinute: 100_000 };
  const world = await startApisApp({ config: { ...settings, ...own, ...config } });
  clock.of = world.app.clock;
  const publishing = world.app.services.service(Publishing);
  return {
    ...world,
    bluesky,
    instagram,
    tiktok,
    twitter,
    standIns,
    publishing,

    /** Connects an account of a stand-in to the profile. */
    async link(
      { profile }: { profile: ProfileDocument },
      { network }: NetworkStandIn,
      account: NetworkAccount,
    ): Promise<SocialAccountDocument> {
      const key = { profileId: profile._id, platform: network, externalId: account.id };
      const credentials = await publishing.seal(account.credentials, key);
      const connecting = { network, found: { ...account, displayName: `Ada at ${network}` }, credentials };
      const at = { by: SERVER, now: world.app.clock.now() };
      return world.store.transaction((tx) => connectAccount(tx, profile, connecting, at));
    },

    async discard(): Promise<void> {
      await world.app.discard();
      await Promise.all(standIns.map((standIn) => standIn.close()));
    },
  };
}

export type AyrshareApp = Awaited<ReturnType<typeof startAyrshareApp>>;

/** A further organization whose primary profile has an account of each of the stand-ins given. */
export async function studio(world: AyrshareApp, ...standIns: NetworkStandIn[]): Promise<Tenant> {
  const tenant = await world.tenant("Studio");
  for (const standIn of standIns) await world.link(tenant, standIn, standIn.connect());
  return tenant;
}

/** Sends a call with the tenant's key. */
export const caller =
  ({ send }: Pick<ApisApp, "send">, { key }: Pick<Tenant, "key">, headers: Record<string, string> = {}) =>
  (method: string, path: string, body?: unknown, sent: Sent = {}): Promise<Received> =>
    send(method, path, { key, ...sent, headers: { ...headers, ...sent.headers }, ...(body !== undefined && { body }) });

/** A key of the game's own project. */
export async function gameKey({ store, app }: ApisApp, ...scopes: (Scope | "*")[]): Promise<string> {
  const values = { organizationId: GAME_ORGANIZATION, projectId: GAME_PROJECT, name: "game", scopes };
  const at = { by: SERVER, now: app.clock.now() };
  return store.transaction(async (tx) => (await createKey(tx, "preview", values, at)).text);
}

/** Everything that is stored of posts, accounts and webhooks, as text. */
export async function storedText({ store }: Pick<ApisApp, "store">): Promise<string> {
  const { posts, accounts, webhooks, deliveries, profiles, keys } = social(store);
  const parts = [posts, accounts, webhooks, deliveries, profiles, keys].map((each) => each.find({}).toArray());
  const others = ["audit", "credentialRevocation", "apiIdempotency"].map((name) =>
    store.collection(name).find({}).toArray(),
  );
  return JSON.stringify(await Promise.all([...parts, ...others]));
}

/** A refusal's status and code. */
export const outcomeOf = ({ status, body }: Received) => `${status} ${body.code}`;

import { auditDomain } from "../../src/domains/audit/index.ts";
import {
  connectAccount,
  createProfile,
  GAME_ORGANIZATION,
  GAME_PROJECT,
  getProject,
  type NewPost,
  type ProfileDocument,
  type SocialAccountDocument,
  SocialRefused,
  socialDomain,
} from "../../src/domains/social/index.ts";
import { prepareGameTenant } from "../../src/domains/social/tenants.ts";
import { SERVER } from "../../src/kernel/actor.ts";
import { prepareCollections } from "../../src/kernel/domain.ts";
import type { Network } from "../../src/publishers/publisher.ts";
import { prepareGuards } from "../../src/store/guard.ts";
import type { Store } from "../../src/store/store.ts";

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
export const BY = { by: SERVER, now: NOW };
let count = 0;

/** Prepares a store for the social domain, with the game's own organization. */
export async function prepareSocial(store: Store): Promise<void> {
  await prepareGuards(store);
  for (const domain of [auditDomain, socialDomain]) await prepareCollections(domain, store);
  await prepareGameTenant(store, "Test game", NOW);
}

/** A new profile of the game's project. */
export async function newProfile(store: Store, title = `profile ${++count}`): Promise<ProfileDocument> {
  const project = await getProject(store, GAME_ORGANIZATION, GAME_PROJECT);
  return (await store.transaction((tx) => createProfile(tx, project, { title }, BY))).profile;
}

/** An account that the profile has connected. Its credentials are not really sealed. */
export function newAccount(
  store: Store,
  profile: ProfileDocument,
  network: Network = "bluesky",
  externalId = `id-${++count}`,
): Promise<SocialAccountDocument> {
  const found = { id: externalId, handle: externalId, credentials: { token: "token" } };
  return store.transaction((tx) => connectAccount(tx, profile, { network, found, credentials: "sealed" }, BY));
}

/** A post that waits for an hour. */
export function newPost(targets: NewPost["targets"], post: Partial<NewPost> = {}): NewPost {
  const scheduledFor = NOW + 3_600_000;
  const shape = { api: "layers", text: `text ${++count}`, media: [], options: {}, type: "scheduled" } as const;
  return { ...shape, targets, scheduledFor, status: "queued", ...post };
}

/** What the work refuses: its code. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SocialRefused) return error.code;
    throw error;
  }
  return "not refused";
}

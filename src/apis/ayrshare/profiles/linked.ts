import { type ProfileDocument, type SocialAccountDocument, social } from "../../../domains/social/index.ts";
import type { Documents } from "../../../store/store.ts";

const MAX_ACCOUNTS = 1_000;

/** The profile's accounts that are not disconnected, one for each network: the one that was connected last. */
export async function linkedAccounts(documents: Documents, profileId: string): Promise<SocialAccountDocument[]> {
  const filter = { profileId: { $eq: profileId }, status: { $ne: "disconnected" } };
  const options = { sort: { connectedAt: -1 }, limit: MAX_ACCOUNTS } as const;
  const all = await social(documents).accounts.find(filter, options).toArray();
  const first = new Map<string, SocialAccountDocument>();
  for (const account of all) if (!first.has(account.platform)) first.set(account.platform, account);
  return [...first.values()].sort((one, other) => (one.platform < other.platform ? -1 : 1));
}

/** The networks that each of the profiles has an account of, by the profile's id. One read. */
export async function linkedPlatforms(
  documents: Documents,
  profiles: readonly ProfileDocument[],
): Promise<Map<string, string[]>> {
  const filter = { profileId: { $in: profiles.map(({ _id }) => _id) }, status: { $ne: "disconnected" } };
  const projection = { profileId: 1, platform: 1 } as const;
  const platforms = new Map<string, Set<string>>();
  for await (const { profileId, platform } of social(documents).accounts.find(filter, { projection })) {
    const own = platforms.get(profileId) ?? new Set();
    platforms.set(profileId, own.add(platform));
  }
  return new Map([...platforms].map(([id, own]) => [id, [...own].sort()]));
}

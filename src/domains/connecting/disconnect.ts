import type { Store } from "../../store/store.ts";
import { disconnectAccount } from "../accounts/index.ts";
import { getAccount, SocialRefused } from "../social/index.ts";
import type { ConnectSessionDocument } from "./collections.ts";

/**
 * Disconnects an account of the session's profile, for the user at the page. Posts that wait for it are canceled. Does
 * nothing if it is disconnected, or not an account that the session shows. One transaction.
 * @throws RequestError for a player's link whose guards refuse
 */
export async function disconnectOnPage(
  store: Store,
  { organizationId, profileId, keyId, networks }: ConnectSessionDocument,
  accountId: string,
  now: number,
): Promise<void> {
  try {
    await store.transaction(async (tx) => {
      const account = await getAccount(tx, organizationId, accountId);
      if (account.profileId !== profileId || !networks.some((network) => network === account.platform)) return;
      const by = { door: "link page", keyId } as const;
      await disconnectAccount(tx, account, { by, now, reason: "unlinked_by_user", queued: "cancel" });
    });
  } catch (error) {
    if (!(error instanceof SocialRefused && error.code === "NOT_FOUND")) throw error;
  }
}

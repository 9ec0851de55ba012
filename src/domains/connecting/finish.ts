import type { NetworkProfile } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { connectAccount, type SocialAccountDocument, SocialRefused, social } from "../social/index.ts";
import { endAttempt } from "./attempts.ts";
import { type ConnectAttemptDocument, type ConnectSessionDocument, connecting } from "./collections.ts";
import { ConnectFailed } from "./failures.ts";
import { requireUsable, setOutcome } from "./sessions.ts";

/**
 * Stores the account and ends the attempt in one transaction, which conflicts with a revocation of the session, a second
 * choice, and the deletion of the profile at the same moment.
 * @throws ConnectFailed
 */
export async function storeAccount(
  store: Store,
  {
    attempt,
    place,
    found,
    credentials,
  }: {
    attempt: ConnectAttemptDocument;
    place: { session: ConnectSessionDocument; token: string };
    found: NetworkProfile;
    /** Sealed. */
    credentials: string;
  },
  name: string,
  now: number,
): Promise<SocialAccountDocument> {
  const { network } = attempt;
  const details = { network, name, place };
  const { _id, keyId, profileId, isExclusive, accountId } = place.session;
  try {
    return await store.transaction(async (tx) => {
      const { sessions } = connecting(tx);
      const session = await sessions.findOneAndUpdate({ _id }, { $inc: { connected: 1 } }, { returnDocument: "after" });
      if (!session) throw new ConnectFailed("UNKNOWN_SESSION", details);
      await requireUsable(tx, session, place.token);
      if (!(await endAttempt(tx, attempt, "completed"))) throw new ConnectFailed("USED_STATE", details);
      const profile = await social(tx).profiles.findOne({ _id: profileId });
      if (!profile || profile.suspended) throw new ConnectFailed("NO_PROFILE", details);
      if (profile.disabledNetworks.includes(network)) throw new ConnectFailed("NETWORK_NOT_ALLOWED", details);
      const account = await connectAccount(
        tx,
        profile,
        { network, found, credentials, exclusive: isExclusive, accountId },
        { by: { door: "link page", keyId }, now },
      );
      await setOutcome(tx, _id, { status: "completed", accountId: account._id });
      return account;
    });
  } catch (error) {
    if (!(error instanceof SocialRefused)) throw error;
    if (error.code === "NOT_FOUND") throw new ConnectFailed("NO_PROFILE", details);
    throw new ConnectFailed(accountId === undefined ? "CONFLICT" : "OTHER_ACCOUNT", details);
  }
}

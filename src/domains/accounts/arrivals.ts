import type { Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import type { LinkId } from "./link-tokens.ts";
import { linkKey } from "./links.ts";

/** Longer than any transaction takes. An arrival remains if the connect is refused. */
const KEPT_MS = 3_600_000;

/**
 * Announces that an account is about to be linked. Two friends who connect for the first time at the same moment would
 * otherwise not see each other's links on MongoDB, whose transactions do not see each other's writes. Each sees the
 * other's link or, in at least one of the two transactions, the other's arrival, which both then write: they conflict, and
 * the one that runs again sees the link.
 *
 * Call before the transaction that connects. Costs a read, and a write if the account is not linked.
 */
export async function announceArrival(store: Documents, { systemId, externalId }: LinkId, now: number): Promise<void> {
  const _id = linkKey(systemId, externalId);
  const { arrivals, links } = accounts(store);
  if (await links.findOne({ _id }, { projection: { _id: 1 } })) return;
  await arrivals.updateOne({ _id }, { $set: { expires: new Date(now + KEPT_MS) } }, { upsert: true });
}

/** The account is linked. Call in that transaction. */
export async function endArrival(tx: Documents, { systemId, externalId }: LinkId): Promise<void> {
  await accounts(tx).arrivals.deleteOne({ _id: linkKey(systemId, externalId) });
}

/** Makes the transaction conflict with those that link one of these accounts. `keys` are those of accounts without link. */
export async function conflictWithArrivals(tx: Documents, keys: readonly string[]): Promise<void> {
  await accounts(tx).arrivals.updateMany({ _id: { $in: keys } }, { $inc: { seen: 1 } });
}

import { type Network, type NetworkProfile, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import { addCredentialRevocation } from "../social/index.ts";
import type { ConnectSessionDocument } from "./collections.ts";
import type { ConnectingParts } from "./visit.ts";

/** A user who signs in again within this time keeps the grant: connecting an account deletes the job. */
const WAIT_MS = 900_000;
const MAX_GRANTS = 20;

/**
 * Leaves jobs that revoke grants which the network issued and which were refused here afterwards. A grant that another
 * account uses is not revoked (`credentialRevocations`). With a consumer pair of the caller, only the caller can revoke.
 * Costs one insert for each grant.
 */
export async function revokeUnused(
  store: Store,
  { seal }: Pick<ConnectingParts, "seal">,
  { organizationId, projectId, profileId, consumer }: ConnectSessionDocument,
  network: Network,
  found: readonly NetworkProfile[],
  now: number,
): Promise<void> {
  if (consumer !== undefined) return;
  const grants = [...new Map(found.map((each) => [each.grant ?? `account ${each.id}`, each])).values()];
  for (const each of grants.slice(0, MAX_GRANTS)) {
    const account = { organizationId, projectId, profileId, platform: network, externalId: each.id };
    try {
      const credentials = await seal(each.credentials, account);
      await addCredentialRevocation(store, account, { ...each, credentials }, new Date(now + WAIT_MS));
    } catch (error) {
      // This server has no key to store credentials with.
      if (!(error instanceof PublishRefused)) throw error;
    }
  }
}

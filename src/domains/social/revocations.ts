import type { Documents } from "../../store/store.ts";
import { type CredentialRevocationDocument, social } from "./collections.ts";
import { newAccountId } from "./ids.ts";

/**
 * Stores the job that revokes credentials at the network (`publishing`). Connecting the same account, or one of the same
 * grant, deletes it.
 * @param _id the account's; a new one if no account was stored
 */
export async function addCredentialRevocation(
  tx: Documents,
  account: Pick<CredentialRevocationDocument, "organizationId" | "projectId" | "profileId" | "platform" | "externalId">,
  { handle, facts, grant, credentials }: CredentialsToRevoke,
  due: Date,
  _id: string = newAccountId(),
): Promise<void> {
  const { organizationId, projectId, profileId, platform, externalId } = account;
  await social(tx).credentialRevocations.insertOne({
    ...{ _id, organizationId, projectId, profileId, platform, externalId, credentials, due },
    ...(handle !== undefined && { handle }),
    ...(facts !== undefined && { facts: { ...facts } }),
    ...(grant !== undefined && { grant }),
  });
}

interface CredentialsToRevoke {
  handle?: string;
  facts?: Readonly<Record<string, string>>;
  grant?: string;
  /** Sealed. */
  credentials: string;
}

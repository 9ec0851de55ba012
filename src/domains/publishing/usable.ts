import { type Credentials, type NetworkAccount, PublishRefused } from "../../publishers/publisher.ts";
import type { Store } from "../../store/store.ts";
import type { SocialAccountDocument } from "../social/index.ts";
import type { PublishingParts } from "./parts.ts";
import type { ConsumerPair } from "./secrets.ts";

/** What a publisher's call needs of an account, and the document that it was read from. */
export interface Usable {
  account: SocialAccountDocument;
  networkAccount: NetworkAccount;
  /** Of the app to which a player's token was issued; used unless the author of the post supplies another one. */
  consumer?: ConsumerPair;
}

/** Credentials, with the consumer pair that a player's token needs. */
export type StoredCredentials = Credentials & { consumer?: ConsumerPair };

export function usable(account: SocialAccountDocument, { consumer, ...credentials }: StoredCredentials): Usable {
  return { account, networkAccount: networkAccountOf(account, credentials), ...(consumer && { consumer }) };
}

/** @throws PublishRefused NOT_CONFIGURED if none are stored or readable */
export async function readable(
  { secrets }: PublishingParts,
  store: Store,
  account: SocialAccountDocument,
): Promise<StoredCredentials> {
  const credentials = await secrets.credentialsOf(store, account);
  if (credentials) return credentials;
  throw unreadable();
}

export function unreadable(): PublishRefused {
  return new PublishRefused(
    "NOT_CONFIGURED",
    "No credentials of the account are stored, or this server cannot read them.",
  );
}

export function networkAccountOf(
  { externalId, handle, facts }: Pick<SocialAccountDocument, "externalId" | "handle" | "facts">,
  credentials: Credentials,
): NetworkAccount {
  return {
    id: externalId,
    ...(handle !== undefined && { handle }),
    ...(facts !== undefined && { facts }),
    credentials,
  };
}

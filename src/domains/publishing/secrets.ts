import { type Credentials, PublishRefused } from "../../publishers/publisher.ts";
import type { Documents } from "../../store/store.ts";
import type { LinkGrants, LinkTokens } from "../accounts/index.ts";
import type { SocialAccountDocument } from "../social/index.ts";
import type { StoredCredentials } from "./usable.ts";

/** An OAuth 1.0a consumer pair that the author of a post supplies. */
export interface ConsumerPair {
  key: string;
  secret: string;
}

/** What identifies an account before it has an id. */
export type AccountKey = Pick<SocialAccountDocument, "profileId" | "platform" | "externalId">;

const CONSUMER = "consumer pair of a post";

/**
 * Seals and opens what this domain stores of secrets, with the key for the tokens of external accounts. Each opens only for
 * what it was sealed for.
 */
export class Secrets {
  readonly #tokens: Pick<LinkTokens, "openText" | "sealText">;
  readonly #links: Pick<LinkGrants, "linkOf" | "grantOf">;

  constructor(tokens: Pick<LinkTokens, "openText" | "sealText">, links: Pick<LinkGrants, "linkOf" | "grantOf">) {
    this.#tokens = tokens;
    this.#links = links;
  }

  /** @throws PublishRefused NOT_CONFIGURED if this server does not store tokens */
  sealCredentials(credentials: Credentials, account: AccountKey): Promise<string> {
    return this.#seal(JSON.stringify(credentials), credentialsOf(account));
  }

  async openCredentials(sealed: string, account: AccountKey): Promise<Credentials | undefined> {
    const text = await this.#tokens.openText(sealed, credentialsOf(account));
    return text === undefined ? undefined : (JSON.parse(text) as Credentials);
  }

  /**
   * An account's credentials; undefined if it has none or they cannot be read. Those of a player's link are the link's token,
   * which costs a read.
   */
  async credentialsOf(documents: Documents, account: SocialAccountDocument): Promise<StoredCredentials | undefined> {
    if (account.credentials !== undefined) return this.openCredentials(account.credentials, account);
    const open = await this.#links.linkOf(documents, account);
    const grant = open && this.#links.grantOf(open);
    const expires = open?.link.tokenExpires;
    return grant && { ...grant, ...(expires && { expiresAt: expires.getTime() }) };
  }

  sealConsumer({ key, secret }: ConsumerPair): Promise<string> {
    return this.#seal(JSON.stringify({ key, secret }), CONSUMER);
  }

  async openConsumer(sealed: string): Promise<ConsumerPair | undefined> {
    const text = await this.#tokens.openText(sealed, CONSUMER);
    return text === undefined ? undefined : (JSON.parse(text) as ConsumerPair);
  }

  sealWebhookSecret(secret: string, webhook: string): Promise<string> {
    return this.#seal(secret, `secret of webhook ${webhook}`);
  }

  openWebhookSecret(sealed: string, webhook: string): Promise<string | undefined> {
    return this.#tokens.openText(sealed, `secret of webhook ${webhook}`);
  }

  async #seal(text: string, purpose: string): Promise<string> {
    const sealed = await this.#tokens.sealText(text, purpose);
    if (sealed === undefined)
      throw new PublishRefused("NOT_CONFIGURED", "This server has no key to store tokens with.");
    return sealed;
  }
}

function credentialsOf({ profileId, platform, externalId }: AccountKey): string {
  return `credentials ${profileId}:${platform}:${externalId}`;
}

import type { NetworkProfile } from "../../publishers/publisher.ts";
import type { LinkTokens } from "../accounts/index.ts";
import { ConnectFailed } from "./failures.ts";

/** An OAuth 1.0a consumer pair that the caller supplies for one session. */
export interface ConsumerPair {
  key: string;
  secret: string;
}

/** What an attempt needs when the browser returns. */
export interface AttemptSecrets {
  /** Of the session's URL. */
  token: string;
  /** PKCE. */
  verifier?: string;
  /** OAuth 1.0a. */
  requestToken?: string;
  requestSecret?: string;
}

/** Seals what sessions and attempts store of secrets. Each text opens only for the document that it was sealed for. */
export class ConnectSecrets {
  readonly #tokens: Pick<LinkTokens, "openText" | "sealText">;

  constructor(tokens: Pick<LinkTokens, "openText" | "sealText">) {
    this.#tokens = tokens;
  }

  sealAttempt(secrets: AttemptSecrets, attemptId: string): Promise<string> {
    return this.#seal(secrets, `secrets of connect attempt ${attemptId}`);
  }

  openAttempt(sealed: string, attemptId: string): Promise<AttemptSecrets> {
    return this.#open<AttemptSecrets>(sealed, `secrets of connect attempt ${attemptId}`);
  }

  sealFound(found: readonly NetworkProfile[], attemptId: string): Promise<string> {
    return this.#seal(found, `accounts of connect attempt ${attemptId}`);
  }

  openFound(sealed: string, attemptId: string): Promise<NetworkProfile[]> {
    return this.#open<NetworkProfile[]>(sealed, `accounts of connect attempt ${attemptId}`);
  }

  sealConsumer(pair: ConsumerPair, profileId: string): Promise<string> {
    return this.#seal({ key: pair.key, secret: pair.secret }, `consumer pair of a connect session of ${profileId}`);
  }

  openConsumer(sealed: string, profileId: string): Promise<ConsumerPair> {
    return this.#open<ConsumerPair>(sealed, `consumer pair of a connect session of ${profileId}`);
  }

  async #seal(value: unknown, purpose: string): Promise<string> {
    const sealed = await this.#tokens.sealText(JSON.stringify(value), purpose);
    if (sealed === undefined) throw new ConnectFailed("NO_TOKEN_KEY");
    return sealed;
  }

  async #open<T>(sealed: string, purpose: string): Promise<T> {
    const text = await this.#tokens.openText(sealed, purpose);
    if (text === undefined) throw new ConnectFailed("NO_TOKEN_KEY");
    return JSON.parse(text) as T;
  }
}

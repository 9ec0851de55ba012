import { settingsOf } from "../../config.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ExternalProfile, SystemId } from "../../providers/provider.ts";
import type { Documents, Filter } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { linkKey } from "./links.ts";
import { accountsSettings } from "./settings.ts";
import { keyInFolder } from "./token-key-file.ts";
import { keysOf, TokenVault, type Unreadable } from "./token-vault.ts";

/** The secret members of a link, which are stored sealed. */
export type TokenKind = "token" | "refreshToken";

export interface LinkId {
  systemId: SystemId;
  externalId: string;
}

/** What is stored of a token: both texts sealed. They are absent if this server does not store tokens. */
export interface SealedTokens {
  token?: string;
  refreshToken?: string;
  tokenExpires?: Date;
}

/**
 * Seals and opens the tokens of links. The keys come from the setting `tokenKeys`, or from a file in the data folder,
 * which is created on first use. A server that shares a database has no such file, so without the setting it stores no
 * tokens.
 */
export class LinkTokens {
  readonly #log: Kernel["log"];
  readonly #keyFolder: string | undefined;
  readonly #logged = new Set<string>();
  #vault: TokenVault | undefined;

  constructor({ config, log }: Pick<Kernel, "config" | "log">) {
    const { tokenKeys } = settingsOf(config, accountsSettings);
    this.#log = log;
    this.#keyFolder = config.mongodbUrl === "" ? config.data : undefined;
    if (tokenKeys !== "") this.#vault = new TokenVault(keysOf(tokenKeys));
    else if (this.#keyFolder === undefined) {
      log.warn(
        "tokens of external accounts are not stored, because tokenKeys is not set. Set it to 32 random bytes in base64, such as the output of: openssl rand -base64 32",
      );
    }
  }

  /** What to store of a verified profile; undefined if it has no token. */
  async seal({ systemId }: Pick<LinkId, "systemId">, profile: ExternalProfile): Promise<SealedTokens | undefined> {
    const { id: externalId, token, refreshToken, tokenExpiresAt } = profile;
    if (token === undefined || token === "") return undefined;
    const vault = await this.#open();
    const sealed = (text: string, kind: TokenKind) => vault?.seal(text, purposeOf({ systemId, externalId }, kind));
    const [first, second] = [sealed(token, "token"), refreshToken ? sealed(refreshToken, "refreshToken") : undefined];
    return {
      ...(first !== undefined && { token: first }),
      ...(second !== undefined && { refreshToken: second }),
      ...(tokenExpiresAt !== undefined && { tokenExpires: new Date(tokenExpiresAt) }),
    };
  }

  /** A stored token of a link; undefined if it is absent or cannot be read. The latter is logged once. */
  async open(link: LinkId & SealedTokens, kind: TokenKind = "token"): Promise<string | undefined> {
    const sealed = link[kind];
    const vault = sealed === undefined ? undefined : await this.#open();
    if (sealed === undefined || vault === undefined) return undefined;
    const opened = vault.open(sealed, purposeOf(link, kind));
    if ("text" in opened) return opened.text;
    this.#logUnreadable(opened.unreadable, link);
    return undefined;
  }

  /**
   * Seals another secret that belongs to an external account, such as the credentials of a social network. Undefined if
   * this server does not store tokens.
   */
  async sealText(text: string, purpose: string): Promise<string | undefined> {
    return (await this.#open())?.seal(text, purpose);
  }

  /** What `sealText` sealed for this purpose; undefined if it cannot be read, which is logged once. */
  async openText(sealed: string, purpose: string): Promise<string | undefined> {
    const opened = (await this.#open())?.open(sealed, purpose);
    if (!opened || "text" in opened) return opened?.text;
    this.#logOnce(opened.unreadable, () =>
      this.#log.warn({ why: opened.unreadable }, `a stored secret cannot be read. ${adviceFor(opened.unreadable)}`),
    );
    return undefined;
  }

  async #open(): Promise<TokenVault | undefined> {
    if (this.#vault || this.#keyFolder === undefined) return this.#vault;
    try {
      this.#vault = new TokenVault([await keyInFolder(this.#keyFolder)]);
    } catch (err) {
      this.#logOnce("key file", () =>
        this.#log.error(
          { err },
          "tokens of external accounts are not stored, because their key file cannot be used. Restore it, or delete it: stored tokens are then lost and a new key is created",
        ),
      );
    }
    return this.#vault;
  }

  #logUnreadable(why: Unreadable, { systemId, externalId }: LinkId): void {
    const about = { why, systemId, externalId };
    this.#logOnce(why, () =>
      this.#log.warn(
        about,
        `a stored token of an external account cannot be read and counts as absent; there may be more. ${adviceFor(why)}`,
      ),
    );
  }

  #logOnce(what: string, log: () => void): void {
    if (this.#logged.has(what)) return;
    this.#logged.add(what);
    log();
  }
}

/**
 * Replaces the token and expiry of the links that match, if any. The stored refresh token is kept if there is no newer
 * one, because some providers issue it only once. Returns whether a link matched.
 */
export async function replaceTokens(documents: Documents, link: Filter, tokens: SealedTokens): Promise<boolean> {
  const unset = (["token", "tokenExpires"] as const).filter((name) => tokens[name] === undefined);
  const update = {
    ...(Object.keys(tokens).length > 0 && { $set: { ...tokens } }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((name) => [name, ""])) }),
  };
  return (await accounts(documents).links.updateOne(link, update)).matchedCount > 0;
}

function adviceFor(why: Unreadable): string {
  return why === "unknown key" ? "Add the key that encrypted it to tokenKeys." : "It was changed in the database.";
}

function purposeOf({ systemId, externalId }: LinkId, kind: TokenKind): string {
  return `${kind} ${linkKey(systemId, externalId)}`;
}

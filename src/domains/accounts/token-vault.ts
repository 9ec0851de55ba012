import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { SettingsError } from "../../setting.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([\w-]{8})\.([\w-]{16})\.([\w-]{22,})$/;

/** Why a stored token cannot be read. */
export type Unreadable = "unknown key" | "damaged";

/**
 * Encrypts the tokens of external accounts with AES-256-GCM. A sealed token is `v1.<key id>.<nonce>.<ciphertext>` in
 * base64url; the ciphertext ends with its tag. It opens only for the purpose that it was sealed for, so a copy in
 * another document is worthless. Costs a few microseconds.
 */
export class TokenVault {
  /** By id. The first encrypts. */
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string;

  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
    this.#current = idOf(keys[0]!);
  }

  seal(text: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#keys.get(this.#current)!, nonce);
    cipher.setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return ["v1", this.#current, nonce.toString("base64url"), sealed.toString("base64url")].join(".");
  }

  open(sealed: string, purpose: string): { text: string } | { unreadable: Unreadable } {
    const [, id = "", nonce = "", rest = ""] = SEALED.exec(sealed) ?? [];
    if (id === "") return { unreadable: "damaged" };
    const key = this.#keys.get(id);
    if (!key) return { unreadable: "unknown key" };
    const bytes = Buffer.from(rest, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(purpose));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
      return { text: text.toString("utf8") };
    } catch {
      return { unreadable: "damaged" };
    }
  }
}

/** The keys of the setting `tokenKeys`. Throws SettingsError, which does not quote them. */
export function keysOf(tokenKeys: string): Buffer[] {
  return tokenKeys.split(",").map((text) => {
    const key = keyFrom(text);
    if (!key) throw new SettingsError("tokenKeys must be keys of 32 bytes in base64, separated by commas.");
    return key;
  });
}

/** A key in base64; undefined if the text is anything else. */
export function keyFrom(text: string): Buffer | undefined {
  if (!/^[\w+/-]{43}=?$/.test(text.trim())) return undefined;
  const key = Buffer.from(text.trim(), "base64");
  return key.length === KEY_BYTES ? key : undefined;
}

export function newKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/** Identifies a key without revealing it. */
function idOf(key: Buffer): string {
  return createHash("sha256").update("rekindle token key\0").update(key).digest("base64url").slice(0, 8);
}

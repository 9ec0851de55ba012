import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { KeyedMutex } from "../../queues/keyed-mutex.ts";
import { Semaphore } from "../../queues/semaphore.ts";

/**
 * Password hashes: argon2id in PHC strings (RFC 9106; OWASP's m=19456 KiB, t=2, p=1). One hash takes 19 MB and about
 * 30 ms of a thread-pool core. So few run at once and the queue is limited: a flood of logins delays only logins.
 */
export interface Passwords {
  /** Serialises the attempts at each player's password. */
  readonly guesses: KeyedMutex;
  hash(password: string): Promise<string>;
  /**
   * Takes constant time for a given hash. Takes as long and returns false if the hash is undefined or the password is
   * not well-formed Unicode, which would encode to the bytes of another password.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** The queue of password checks is full. The caller may try again. */
export class PasswordsBusy extends Error {
  override name = "PasswordsBusy";
}

export interface PasswordLimits {
  atOnce: number;
  queued: number;
}

/** In UTF-16 units. Longer passwords cannot be set and match no hash. */
export const MAX_PASSWORD_LENGTH = 1024;

const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const SALT_BYTES = 16;
const argon2Async = promisify(argon2);

export function createPasswords({ atOnce, queued }: PasswordLimits): Passwords {
  const hashes = new Semaphore(atOnce);
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (hashes.waiting >= queued && hashes.isFull) throw new PasswordsBusy("too many password checks are waiting");
    return hashes.run(work);
  };
  const dummy = encode(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(COST.tagLength));

  return {
    guesses: new KeyedMutex(),
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return encode(COST, salt, await turn(() => derive(password, salt, COST)));
    },
    async verify(password, hash) {
      const known = parse(hash ?? dummy) ?? parse(dummy)!;
      const tag = await turn(() => derive(password, known.salt, known.cost));
      const equal = tag.length === known.tag.length && timingSafeEqual(tag, known.tag);
      const isWhole = password.length <= MAX_PASSWORD_LENGTH && password.isWellFormed();
      return equal && hash !== undefined && isWhole;
    },
  };
}

type Cost = typeof COST;

function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  const message = Buffer.from(password.slice(0, MAX_PASSWORD_LENGTH), "utf8");
  return argon2Async("argon2id", { message, nonce, ...cost });
}

function encode(cost: Cost, salt: Buffer, tag: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(salt)}$${text(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(phc: string): { cost: Cost; salt: Buffer; tag: Buffer } | undefined {
  const match = PHC.exec(phc);
  if (!match) return undefined;
  const tag = Buffer.from(match[5]!, "base64");
  return {
    cost: { memory: Number(match[1]), passes: Number(match[2]), parallelism: Number(match[3]), tagLength: tag.length },
    salt: Buffer.from(match[4]!, "base64"),
    tag,
  };
}

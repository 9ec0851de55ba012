import { createHmac, timingSafeEqual } from "node:crypto";
import { nanoid } from "nanoid";
import type { Credential, Game, Stage } from "../game/game.ts";

export interface Session {
  id: string;
  startedAt: number;
}

const SIGNATURE_LENGTH = 22;
const FORM = /^([0-9a-z]{1,11})-[\w-]{12}-[\w-]{22}$/;
/** Minimum number of ended sessions to remember, so that a client cannot resume them. */
const REMEMBERED = 10_000;

/**
 * Issues and verifies session ids. An id carries its start time and a signature, so no state is kept per session. The
 * key derives from the game's secrets, so ids are valid after a restart and on every node.
 */
export class SessionIds {
  readonly #key: Buffer;
  /** Two generations: dropping a whole set is cheaper than removing the oldest entries of one. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();

  constructor(game: Game) {
    const secrets = [...game.credentials.values()].map((c) => [c.name, c.secret]).sort();
    this.#key = createHmac("sha256", "session ids")
      .update(JSON.stringify([game.apiKey, secrets]))
      .digest();
  }

  begin(stage: Stage, credential: Credential, now: number): Session {
    const body = `${Math.max(0, Math.floor(now)).toString(36)}-${nanoid(12)}`;
    return { id: `${body}-${this.#sign(body, stage, credential)}`, startedAt: now };
  }

  /** The session of an id. Undefined if the id was not issued to this credential or the session has ended. */
  continue(id: unknown, stage: Stage, credential: Credential): Session | undefined {
    if (typeof id !== "string" || this.#ended.has(id) || this.#endedBefore.has(id)) return undefined;
    const start = FORM.exec(id)?.[1];
    if (start === undefined) return undefined;
    const cut = id.length - SIGNATURE_LENGTH - 1;
    const expected = Buffer.from(this.#sign(id.slice(0, cut), stage, credential));
    if (!timingSafeEqual(expected, Buffer.from(id.slice(cut + 1)))) return undefined;
    return { id, startedAt: Number.parseInt(start, 36) };
  }

  /** Known to this process only. Resuming an ended id after a restart only makes a session look longer. */
  end(id: string): void {
    this.#ended.add(id);
    if (this.#ended.size < REMEMBERED) return;
    this.#endedBefore = this.#ended;
    this.#ended = new Set();
  }

  #sign(body: string, stage: Stage, credential: Credential): string {
    return createHmac("sha256", this.#key)
      .update(`${stage}/${credential.name}/${body}`)
      .digest("base64url")
      .slice(0, SIGNATURE_LENGTH);
  }
}

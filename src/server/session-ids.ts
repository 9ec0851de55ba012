import { createHmac, timingSafeEqual } from "node:crypto";
import { nanoid } from "nanoid";
import type { Credential, Game, Stage } from "../game/game.ts";

/** A client's run, over one socket or several. */
export interface Session {
  id: string;
  /** Milliseconds since 1970. */
  startedAt: number;
}

const SIGNATURE_LENGTH = 22;
const FORM = /^([0-9a-z]{1,11})-[\w-]{12}-[\w-]{22}$/;
/** Ended sessions that are remembered at least, so that a client that presents one of them again begins a new one. */
const REMEMBERED = 10_000;

/**
 * Gives out session ids and knows its own again. An id carries its start and a signature over stage and credential, so
 * nothing is kept per session; the key comes from the game's secrets, so ids outlive a restart and hold on every node.
 */
export class SessionIds {
  readonly #key: Buffer;
  /** Two generations: the older is dropped as a whole, since taking the oldest out of one set gets slow. */
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

  /** The session of that id, or undefined where this game gave no such id to this credential, or it was ended. */
  continue(id: unknown, stage: Stage, credential: Credential): Session | undefined {
    if (typeof id !== "string" || this.#ended.has(id) || this.#endedBefore.has(id)) return undefined;
    const start = FORM.exec(id)?.[1];
    if (start === undefined) return undefined;
    const cut = id.length - SIGNATURE_LENGTH - 1;
    const expected = Buffer.from(this.#sign(id.slice(0, cut), stage, credential));
    if (!timingSafeEqual(expected, Buffer.from(id.slice(cut + 1)))) return undefined;
    return { id, startedAt: Number.parseInt(start, 36) };
  }

  /** Of one process: after a restart an ended id would be continued, which only makes a session look longer. */
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

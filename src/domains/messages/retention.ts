import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Background } from "../../jobs/background.ts";
import type { Store } from "../../store/store.ts";
import { messageCollections, NEWEST_FIRST } from "./collections.ts";

/** A player's messages are counted at the first that this process writes, and then after so much of the limit. */
const COUNTED = 1 / 8;
const COUNTED_AT_LEAST = 16;
const MAX_REMEMBERED = 100_000;
const DELETED_AT_ONCE = 1_000;

/**
 * Deletes a player's oldest messages beyond the limit, waiting ones too. There are at most an eighth too many for a
 * while, or 15. A count passes as many messages as the player has, up to the limit: so of each message's cost it is
 * that of passing eight.
 */
export class Retention {
  readonly #limit: number;
  readonly #every: number;
  readonly #background: Background;
  readonly #sinceCounted = new Map<PlayerId, number>();

  constructor(limit: number, background: Background) {
    this.#limit = limit;
    this.#every = Math.max(COUNTED_AT_LEAST, Math.floor(limit * COUNTED));
    this.#background = background;
  }

  /** The player got another message. */
  noteOne(store: Store, player: PlayerId): void {
    const since = (this.#sinceCounted.get(player) ?? this.#every - 1) + 1;
    if (this.#sinceCounted.size >= MAX_REMEMBERED) this.#sinceCounted.clear();
    this.#sinceCounted.set(player, since % this.#every);
    if (since === this.#every) this.#background.run(this.#trim(store, player));
  }

  async #trim(store: Store, player: PlayerId): Promise<void> {
    const { messages } = messageCollections(store);
    const surplus = await messages
      .find(
        { playerId: objectIdOf(player) },
        { sort: NEWEST_FIRST, skip: this.#limit, limit: DELETED_AT_ONCE, projection: { _id: 1 } },
      )
      .toArray();
    if (surplus.length > 0) await messages.deleteMany({ _id: { $in: surplus.map((m) => m._id) } });
  }
}

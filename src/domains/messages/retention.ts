import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Background } from "../../jobs/background.ts";
import type { Store } from "../../store/store.ts";
import { messageCollections, NEWEST_FIRST } from "./collections.ts";

/** Messages are trimmed once per this fraction of the limit, or per `MIN_INTERVAL` messages if that is more. */
const INTERVAL = 1 / 8;
const MIN_INTERVAL = 16;
const MAX_REMEMBERED = 100_000;
const DELETED_AT_ONCE = 1_000;

/**
 * Deletes a player's oldest messages beyond the limit, including waiting ones. A player may exceed the limit by an
 * eighth, or by 15 messages. Trimming reads up to `limit` index entries, about eight per message written.
 */
export class Retention {
  readonly #limit: number;
  readonly #every: number;
  readonly #background: Background;
  readonly #sinceTrim = new Map<PlayerId, number>();

  constructor(limit: number, background: Background) {
    this.#limit = limit;
    this.#every = Math.max(MIN_INTERVAL, Math.floor(limit * INTERVAL));
    this.#background = background;
  }

  /** Also trims at the player's first message in this process. */
  onWritten(store: Store, player: PlayerId): void {
    const since = (this.#sinceTrim.get(player) ?? this.#every - 1) + 1;
    if (this.#sinceTrim.size >= MAX_REMEMBERED) this.#sinceTrim.clear();
    this.#sinceTrim.set(player, since % this.#every);
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

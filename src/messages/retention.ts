import { objectIdOf, type PlayerId } from "../ids.ts";
import type { Store } from "../store/store.ts";
import type { Background } from "./background.ts";
import { messageCollections, NEWEST_FIRST } from "./collections.ts";

/** A player's messages are counted at the first that this process writes, and then at every so many. */
const COUNTED = 16;
const MAX_REMEMBERED = 100_000;
const DELETED_AT_ONCE = 1_000;

/**
 * Deletes a player's oldest messages beyond the limit, waiting ones too, so that there are at most 15 too many for a
 * while. A count reads as many index entries as the player has messages, up to the limit.
 */
export class Retention {
  readonly #limit: number;
  readonly #background: Background;
  readonly #sinceCounted = new Map<PlayerId, number>();

  constructor(limit: number, background: Background) {
    this.#limit = limit;
    this.#background = background;
  }

  /** The player got another message. */
  noteOne(store: Store, player: PlayerId): void {
    const since = (this.#sinceCounted.get(player) ?? COUNTED - 1) + 1;
    if (this.#sinceCounted.size >= MAX_REMEMBERED) this.#sinceCounted.clear();
    this.#sinceCounted.set(player, since % COUNTED);
    if (since === COUNTED) this.#background.run(this.#trim(store, player));
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

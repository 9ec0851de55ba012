import type { Stage } from "../../game/game.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Background } from "../../jobs/background.ts";
import type { Channel } from "../../kernel/channel.ts";
import type { Store } from "../../store/store.ts";
import { type MessageDocument, messageCollections, OLDEST_FIRST } from "./collections.ts";

const PAGE = 50;
/** Number of characters after which delivery waits until the socket has drained. */
const AT_ONCE = 262_144;

/**
 * Sends messages to sockets, each at most once. If the player has a socket on this server, the message is stored as
 * seen and then sent. Otherwise it is stored as waiting; at the next login, one process claims it by unsetting
 * `waiting` and sends it. If that process dies before sending, the message is still in the player's list.
 */
export class Delivery {
  readonly #channel: Channel;
  readonly #background: Background;
  readonly #now: () => number;
  /** Players whose waiting messages are being sent; true if further messages may be waiting. */
  readonly #catchingUp = new Map<PlayerId, boolean>();

  constructor(channel: Channel, background: Background, now: () => number) {
    this.#channel = channel;
    this.#background = background;
    this.#now = now;
  }

  /** Whether a message can be sent immediately, with no waiting message before it. */
  isLive(player: PlayerId): boolean {
    return this.#channel.listening(player) && !this.#catchingUp.has(player);
  }

  /** Sends a copy that is on disk. If that is not possible, the copy waits. */
  sendNew(store: Store, stage: Stage, copy: MessageDocument): void {
    const viaSocket = copy.seen || copy.waiting === true;
    if (!viaSocket) return;
    this.#channel.broadcast(stage, copy.body);
    const player = playerIdOf(copy.playerId);
    if (copy.waiting) this.catchUp(store, player);
    else if (!this.isLive(player) || this.#channel.deliver(player, copy.body) === 0) {
      this.#background.run(this.#requeue(store, player, [copy]));
    }
  }

  /**
   * Sends the player's waiting messages, oldest first, as fast as the sockets accept them. If called while that is in
   * progress, checks again at the end. Cost: one indexed read if nothing waits, otherwise one transaction per page.
   */
  catchUp(store: Store, player: PlayerId): void {
    if (this.#catchingUp.has(player)) this.#catchingUp.set(player, true);
    else if (this.#channel.listening(player)) {
      this.#catchingUp.set(player, false);
      this.#background.run(this.#sendAll(store, player));
    }
  }

  async #sendAll(store: Store, player: PlayerId): Promise<void> {
    try {
      do {
        this.#catchingUp.set(player, false);
        await this.#sendPages(store, player);
      } while (this.#catchingUp.get(player) && this.#canSend(player));
    } finally {
      this.#catchingUp.delete(player);
    }
  }

  async #sendPages(store: Store, player: PlayerId): Promise<void> {
    const waiting = { playerId: objectIdOf(player), waiting: true };
    const first = await messageCollections(store).messages.findOne(waiting, { projection: { _id: 1 } });
    for (let more = first !== null; more && this.#canSend(player); ) {
      const page = await this.#claimPage(store, player);
      more = page.length === PAGE;
      await this.#sendPage(store, player, page);
    }
  }

  /** Claims the next waiting messages, so that only this process sends them. */
  #claimPage(store: Store, player: PlayerId): Promise<MessageDocument[]> {
    const filter = { playerId: objectIdOf(player), waiting: true, expires: { $gt: new Date(this.#now()) } };
    return store.transaction(async (tx) => {
      const { messages } = messageCollections(tx);
      const page = await messages.find(filter, { sort: OLDEST_FIRST, limit: PAGE }).toArray();
      if (page.length > 0) {
        const these = { _id: { $in: page.map((m) => m._id) } };
        await messages.updateMany(these, { $set: { seen: true }, $unset: { waiting: "" } });
      }
      return page;
    });
  }

  async #sendPage(store: Store, player: PlayerId, page: MessageDocument[]): Promise<void> {
    let unread = 0;
    for (const [at, { body }] of page.entries()) {
      if (this.#background.closing || this.#channel.deliver(player, body) === 0) {
        await this.#requeue(store, player, page.slice(at));
        return;
      }
      unread += body.length;
      if (unread > AT_ONCE || at === page.length - 1) {
        await this.#channel.drained(player);
        unread = 0;
      }
    }
  }

  /** Makes messages wait again, because the player disconnected before they were sent. One update. */
  async #requeue(store: Store, player: PlayerId, copies: readonly MessageDocument[]): Promise<void> {
    const these = { _id: { $in: copies.map((m) => m._id) } };
    await messageCollections(store).messages.updateMany(these, { $set: { seen: false, waiting: true } });
    this.catchUp(store, player);
  }

  #canSend(player: PlayerId): boolean {
    return !this.#background.closing && this.#channel.listening(player);
  }
}

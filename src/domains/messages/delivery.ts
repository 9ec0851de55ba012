import type { Stage } from "../../game/game.ts";
import { objectIdOf, type PlayerId, playerIdOf } from "../../ids.ts";
import type { Background } from "../../jobs/background.ts";
import type { Channel } from "../../kernel/channel.ts";
import type { Store } from "../../store/store.ts";
import { type MessageDocument, messageCollections, OLDEST_FIRST } from "./collections.ts";

/** Messages that are taken on by one transaction. */
const PAGE = 50;
/** After so many characters delivery waits for the socket's reader. */
const AT_ONCE = 262_144;

/**
 * Brings messages to sockets, each once. A message for a player with a socket here is written as sent and goes out when
 * that is on disk. Any other waits, and is sent by whoever takes its `waiting` away: one transaction for a page, so that
 * of two logins, here or on two nodes, only one does. What was taken and not sent, because the server died in between,
 * is in the player's list all the same.
 */
export class Delivery {
  readonly #channel: Channel;
  readonly #background: Background;
  readonly #now: () => number;
  /** Players who are being sent what waits; true where more came to wait meanwhile. */
  readonly #catchingUp = new Map<PlayerId, boolean>();

  constructor(channel: Channel, background: Background, now: () => number) {
    this.#channel = channel;
    this.#background = background;
    this.#now = now;
  }

  /** May a message be sent without waiting behind others? */
  isLive(player: PlayerId): boolean {
    return this.#channel.listening(player) && !this.#catchingUp.has(player);
  }

  /** Sends a copy that is on disk, or sees to it that it waits. */
  sendNew(store: Store, stage: Stage, copy: MessageDocument): void {
    const viaSocket = copy.seen || copy.waiting === true;
    if (!viaSocket) return;
    this.#channel.broadcast(stage, copy.body);
    const player = playerIdOf(copy.playerId);
    if (copy.waiting) this.catchUp(store, player);
    else if (!this.isLive(player) || this.#channel.deliver(player, copy.body) === 0) {
      this.#background.run(this.#putBack(store, player, [copy]));
    }
  }

  /**
   * Sends the player what waits, oldest first, in pages, as fast as the sockets take it. One indexed read where nothing
   * waits; else a transaction for each page. Asked for again meanwhile, it looks once more at its end.
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
      } while (this.#catchingUp.get(player) && this.#goesOn(player));
    } finally {
      this.#catchingUp.delete(player);
    }
  }

  async #sendPages(store: Store, player: PlayerId): Promise<void> {
    const waiting = { playerId: objectIdOf(player), waiting: true };
    const first = await messageCollections(store).messages.findOne(waiting, { projection: { _id: 1 } });
    for (let more = first !== null; more && this.#goesOn(player); ) {
      const page = await this.#take(store, player);
      more = page.length === PAGE;
      await this.#sendPage(store, player, page);
    }
  }

  /** The next messages that wait, which from now on are this process's to send. */
  #take(store: Store, player: PlayerId): Promise<MessageDocument[]> {
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
        await this.#putBack(store, player, page.slice(at));
        return;
      }
      unread += body.length;
      if (unread > AT_ONCE || at === page.length - 1) {
        await this.#channel.drained(player);
        unread = 0;
      }
    }
  }

  /** The player was gone when these were to be sent: they wait again. One update. */
  async #putBack(store: Store, player: PlayerId, copies: readonly MessageDocument[]): Promise<void> {
    const these = { _id: { $in: copies.map((m) => m._id) } };
    await messageCollections(store).messages.updateMany(these, { $set: { seen: false, waiting: true } });
    this.catchUp(store, player);
  }

  #goesOn(player: PlayerId): boolean {
    return !this.#background.closing && this.#channel.listening(player);
  }
}

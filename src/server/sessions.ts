import type { Presence } from "../cluster/presence.ts";
import type { PlayerId } from "../ids.ts";
import type { ResponseFrame } from "./frames.ts";

/** Something that frames can be sent to. */
export interface Receiver {
  send(frame: ResponseFrame): void;
}

/** The players who are signed in on sockets of this process, and how to reach them. */
export class Sessions {
  readonly #presence: Presence;
  /** Nearly every player has one socket, so a set is only made for the second. */
  readonly #sockets = new Map<PlayerId, Receiver | Set<Receiver>>();

  constructor(presence: Presence) {
    this.#presence = presence;
  }

  arrived(player: PlayerId, socket: Receiver): void {
    const known = this.#sockets.get(player);
    if (known === undefined) this.#sockets.set(player, socket);
    else if (known instanceof Set) known.add(socket);
    else this.#sockets.set(player, new Set([known, socket]));
    this.#presence.arrived(player);
  }

  left(player: PlayerId, socket: Receiver): void {
    const known = this.#sockets.get(player);
    if (known instanceof Set) known.delete(socket);
    if (known === socket || (known instanceof Set && known.size === 0)) this.#sockets.delete(player);
    this.#presence.left(player);
  }

  /** Sends to every socket of the player in this process, and answers how many there were. */
  send(player: PlayerId, frame: ResponseFrame): number {
    const known = this.#sockets.get(player);
    if (known === undefined) return 0;
    if (!(known instanceof Set)) {
      known.send(frame);
      return 1;
    }
    for (const socket of known) socket.send(frame);
    return known.size;
  }
}

import type { Presence } from "../cluster/presence.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Channel } from "../kernel/channel.ts";
import type { ResponseFrame } from "./frames.ts";

export interface Receiver {
  readonly listens: boolean;
  send(frame: ResponseFrame): void;
  /** Sends a frame that is already serialized. */
  sendText(text: string): void;
  /** Resolves when everything has been sent, or the socket has closed. */
  drained(): Promise<void>;
  /** Called when the player is no longer signed in here. */
  signOut(): void;
}

/** The players who are signed in on sockets of this process. */
export class Sessions implements Channel {
  readonly #presence: Presence;
  /** Nearly every player has one socket, so a set is only created for the second one. */
  readonly #sockets = new Map<PlayerId, Receiver | Set<Receiver>>();
  /** Sockets without a player that receive the messages of every player on a stage. */
  readonly #listeners = new Map<Stage, Set<Receiver>>();

  constructor(presence: Presence) {
    this.#presence = presence;
  }

  add(player: PlayerId, socket: Receiver): void {
    const known = this.#sockets.get(player);
    if (known === undefined) this.#sockets.set(player, socket);
    else if (known instanceof Set) known.add(socket);
    else this.#sockets.set(player, new Set([known, socket]));
    this.#presence.onConnect(player);
  }

  remove(player: PlayerId, socket: Receiver): void {
    const known = this.#sockets.get(player);
    if (known instanceof Set) known.delete(socket);
    if (known === socket || (known instanceof Set && known.size === 0)) this.#sockets.delete(player);
    this.#presence.onDisconnect(player);
  }

  /** From now on the socket receives the messages of every player on the stage. */
  listen(stage: Stage, socket: Receiver): void {
    const listeners = this.#listeners.get(stage);
    if (listeners) listeners.add(socket);
    else this.#listeners.set(stage, new Set([socket]));
  }

  unlisten(stage: Stage, socket: Receiver): void {
    this.#listeners.get(stage)?.delete(socket);
  }

  send(player: PlayerId, frame: ResponseFrame): number {
    const sockets = this.#of(player);
    for (const socket of sockets) socket.send(frame);
    return sockets.length;
  }

  listening(player: PlayerId): boolean {
    const known = this.#sockets.get(player);
    return known instanceof Set ? this.#of(player).some(listens) : known?.listens === true;
  }

  sockets(player: PlayerId): number {
    return this.#of(player).length;
  }

  deliver(player: PlayerId, text: string): number {
    const sockets = this.#of(player).filter(listens);
    for (const socket of sockets) socket.sendText(text);
    return sockets.length;
  }

  broadcast(stage: Stage, text: string): void {
    for (const socket of this.#listeners.get(stage) ?? []) socket.sendText(text);
  }

  async drained(player: PlayerId): Promise<void> {
    await Promise.all(this.#of(player).map((socket) => socket.drained()));
  }

  terminate(player: PlayerId, text: string, except: object | undefined): void {
    for (const socket of this.#of(player)) {
      if (socket === except) continue;
      if (socket.listens) socket.sendText(text);
      socket.signOut();
    }
  }

  /** Returns a copy, because sockets may close during the iteration. */
  #of(player: PlayerId): Receiver[] {
    const known = this.#sockets.get(player);
    if (known === undefined) return [];
    return known instanceof Set ? [...known] : [known];
  }
}

function listens(socket: Receiver): boolean {
  return socket.listens;
}

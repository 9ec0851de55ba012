import type { PlayerId } from "../ids.ts";

/** Tracks which players have an open, authenticated socket. */
export interface Presence {
  /** Counts one more socket of the player. */
  onConnect(player: PlayerId): void;
  onDisconnect(player: PlayerId): void;
  /** The players in `players` that are online. */
  online(players: readonly PlayerId[]): Promise<ReadonlySet<PlayerId>>;
  /** Every online player, on any stage. The list is a copy, with at most one entry per connection. */
  all(): Promise<readonly PlayerId[]>;
}

export function createLocalPresence(): Presence {
  const sockets = new Map<PlayerId, number>();
  return {
    onConnect(player) {
      sockets.set(player, (sockets.get(player) ?? 0) + 1);
    },
    onDisconnect(player) {
      const count = (sockets.get(player) ?? 0) - 1;
      if (count > 0) sockets.set(player, count);
      else sockets.delete(player);
    },
    async online(players) {
      return new Set(players.filter((player) => sockets.has(player)));
    },
    async all() {
      return [...sockets.keys()];
    },
  };
}

import type { PlayerId } from "../ids.ts";

/** Which players have an open, authenticated socket. */
export interface Presence {
  /** Counts one more socket of the player. */
  arrived(player: PlayerId): void;
  /** Counts one less. */
  left(player: PlayerId): void;
  /** Those of `players` that are online. */
  online(players: readonly PlayerId[]): Promise<ReadonlySet<PlayerId>>;
  /** Everybody who is online, of every stage: a copy, at most as many as there are connections. */
  all(): Promise<readonly PlayerId[]>;
}

/** Presence of one process. */
export function createLocalPresence(): Presence {
  const sockets = new Map<PlayerId, number>();
  return {
    arrived(player) {
      sockets.set(player, (sockets.get(player) ?? 0) + 1);
    },
    left(player) {
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

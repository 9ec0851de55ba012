import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";

/** Delivers messages to sockets. Frames are text, so that one frame serves many recipients. */
export interface Channel {
  /** Whether the player has a socket that may receive messages. */
  listening(player: PlayerId): boolean;
  /** Number of the player's sockets in this process. */
  sockets?(player: PlayerId): number;
  /** Sends to every such socket. Returns the number of sockets. */
  deliver(player: PlayerId, text: string): number;
  /** Sends to the connections that receive the messages of every player on the stage. */
  broadcast(stage: Stage, text: string): void;
  /** Resolves when the player's sockets have sent what was queued, or have closed. */
  drained(player: PlayerId): Promise<void>;
  /** Sends to every socket of the player except `except`, and signs them out. */
  terminate(player: PlayerId, text: string, except: object | undefined): void;
}

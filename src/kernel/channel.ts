import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";

/** How messages reach sockets; the server's sessions. Frames are text, as a message goes to several as it is. */
export interface Channel {
  /** Is there a socket of the player that may listen? */
  listening(player: PlayerId): boolean;
  /** Sends to every such socket, and answers how many there were. */
  deliver(player: PlayerId, text: string): number;
  /** Sends to the connections that hear the messages of every player of the stage. */
  broadcast(stage: Stage, text: string): void;
  /** Resolves when the player's sockets have taken what they were sent, or are gone. */
  drained(player: PlayerId): Promise<void>;
  /** Sends to every socket of the player but `except`, and signs it out. */
  terminate(player: PlayerId, text: string, except: object | undefined): void;
}

import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** A socket and the frames that wait for the end of the tick. */
export interface Outgoing {
  readonly socket: WebSocket;
  readonly wire: Duplex;
  /** One frame, or several; undefined where none waits. */
  unsent: string | string[] | undefined;
  /** Called after a write. */
  written(): void;
  /** A write failed unexpectedly. */
  broke(error: unknown): void;
}

/**
 * Sends frames at the end of the event loop's turn. Several frames for one socket are then one write, which makes a
 * busy socket about four times cheaper; a single frame goes as it is, since corking costs where there is nothing to
 * join.
 */
export class Outbox {
  #waiting: Outgoing[] = [];
  readonly #flush = () => this.flush();

  add(to: Outgoing, frame: string): void {
    const { unsent } = to;
    if (unsent === undefined) {
      to.unsent = frame;
      if (this.#waiting.push(to) === 1) setImmediate(this.#flush);
    } else if (typeof unsent === "string") to.unsent = [unsent, frame];
    else unsent.push(frame);
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const to of waiting) {
      try {
        write(to);
      } catch (error) {
        to.broke(error);
      }
    }
  }
}

/** Writes what waits for this socket, in order. */
export function write(to: Outgoing): void {
  const { unsent, socket, wire } = to;
  if (unsent === undefined) return;
  to.unsent = undefined;
  if (typeof unsent === "string") socket.send(unsent);
  else {
    wire.cork();
    for (const frame of unsent) socket.send(frame);
    wire.uncork();
  }
  to.written();
}

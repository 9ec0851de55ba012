import type { Frame } from "./frames.ts";

export interface Worker {
  /** Whether the frame may change the socket's player. */
  runsAlone(frame: Frame): boolean;
  /** Calls `FrameOrder.done` when finished. Never rejects. */
  work(frame: Frame): Promise<void>;
}

/**
 * The order of one socket's requests. They start in order and run concurrently, except that one that may change the
 * player runs alone. So a client may send a login and dependent requests without waiting.
 */
export class FrameOrder {
  #inFlight = 0;
  #alone = false;
  #waiting: Frame[] | undefined = undefined;

  get idle(): boolean {
    return this.#inFlight === 0 && this.#waiting === undefined;
  }

  /** Starts or queues the frame. Returns the length of the queue. */
  add(worker: Worker, frame: Frame, atOnce: number): number {
    if (this.#waiting === undefined && this.#mayStart(worker, frame, atOnce)) this.#start(worker, frame);
    else if (this.#waiting === undefined) this.#waiting = [frame];
    else this.#waiting.push(frame);
    return this.#waiting?.length ?? 0;
  }

  /** A started frame is done: starts the next ones. */
  done(worker: Worker, atOnce: number): void {
    this.#inFlight -= 1;
    this.#alone = false;
    while (this.#waiting !== undefined && this.#mayStart(worker, this.#waiting[0]!, atOnce)) {
      const next = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#waiting = undefined;
      this.#start(worker, next);
    }
  }

  clear(): void {
    this.#waiting = undefined;
  }

  #mayStart(worker: Worker, frame: Frame, atOnce: number): boolean {
    if (this.#alone || this.#inFlight >= atOnce) return false;
    return this.#inFlight === 0 || !worker.runsAlone(frame);
  }

  #start(worker: Worker, frame: Frame): void {
    this.#inFlight += 1;
    this.#alone = worker.runsAlone(frame);
    void worker.work(frame);
  }
}

import type { Frame } from "./frames.ts";

/** Who works on the frames of one socket. */
export interface Worker {
  /** Whether the frame may change the player of the socket. */
  runsAlone(frame: Frame): boolean;
  /** Calls `FrameOrder.done` at its end; never rejects. */
  work(frame: Frame): Promise<void>;
}

/**
 * The order in which one socket's requests run. They are started as they came, several at once; one that may change the
 * player waits for those before it and is waited for by those after it, so that a client may send a login and what
 * needs it in one go.
 */
export class FrameOrder {
  #inFlight = 0;
  #alone = false;
  /** Made when a frame has to wait. */
  #waiting: Frame[] | undefined = undefined;

  get idle(): boolean {
    return this.#inFlight === 0 && this.#waiting === undefined;
  }

  /** Starts the frame or lets it wait. Answers how many wait. */
  add(worker: Worker, frame: Frame, atOnce: number): number {
    if (this.#waiting === undefined && this.#mayStart(worker, frame, atOnce)) this.#start(worker, frame);
    else if (this.#waiting === undefined) this.#waiting = [frame];
    else this.#waiting.push(frame);
    return this.#waiting?.length ?? 0;
  }

  /** One that was started is done: starts what may run now. */
  done(worker: Worker, atOnce: number): void {
    this.#inFlight -= 1;
    this.#alone = false;
    while (this.#waiting !== undefined && this.#mayStart(worker, this.#waiting[0]!, atOnce)) {
      const next = this.#waiting.shift()!;
      if (this.#waiting.length === 0) this.#waiting = undefined;
      this.#start(worker, next);
    }
  }

  /** Forgets what waits. */
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

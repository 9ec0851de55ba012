import ivm from "isolated-vm";
import { ANSWER, type CallAnswer, type FromHost, type RunScript } from "../protocol.ts";

const TOO_LATE = `${ANSWER.timeout}The script ran longer than a script may.`;

interface CurrentRun {
  run: number;
  endsAt: number;
  /** Counts its calls. */
  call: number;
  /** Answers the call under way. */
  answer: ((text: string) => void) | undefined;
  timer: NodeJS.Timeout | undefined;
  late: boolean;
  send: (message: FromHost) => void;
  onLate: (wasWaiting: boolean) => void;
}

/**
 * The calls that a lane's script makes to the server: one at a time, as the lane's thread waits for the answer. V8's
 * time limit does not count that wait, so from the first call on a clock runs here.
 */
export class LaneCalls {
  /** What the sandbox calls; it waits for the promise. */
  readonly reference = new ivm.Reference((text: string): Promise<string> => this.#ask(text));
  #current: CurrentRun | undefined;

  /** @param onLate the run's time is over; `wasWaiting`: it has just been told so in place of an answer */
  begin(run: RunScript, send: (message: FromHost) => void, onLate: (wasWaiting: boolean) => void): void {
    const endsAt = performance.now() + run.timeoutMs;
    this.#current = { run: run.run, endsAt, call: 0, answer: undefined, timer: undefined, late: false, send, onLate };
  }

  /** True where the run's time was over. */
  end(): boolean {
    clearTimeout(this.#current?.timer);
    const late = this.#current?.late === true;
    this.#current = undefined;
    return late;
  }

  answered({ run, call, text }: CallAnswer): void {
    const current = this.#current;
    if (current?.run === run && current.call === call) this.#settle(current, text);
  }

  #ask(text: string): Promise<string> {
    const current = this.#current;
    if (!current || current.late) return Promise.resolve(TOO_LATE);
    const left = Math.max(0, current.endsAt - performance.now());
    current.timer ??= setTimeout(() => this.#isLate(current), left);
    return new Promise((resolve) => {
      current.answer = resolve;
      current.send({ type: "call", run: current.run, call: ++current.call, text });
    });
  }

  #isLate(current: CurrentRun): void {
    current.late = true;
    const wasWaiting = current.answer !== undefined;
    this.#settle(current, TOO_LATE);
    current.onLate(wasWaiting);
  }

  #settle(current: CurrentRun, text: string): void {
    const { answer } = current;
    current.answer = undefined;
    answer?.(text);
  }
}

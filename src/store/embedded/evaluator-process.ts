import { type ChildProcess, fork } from "node:child_process";
import { StoreError } from "../errors.ts";
import type { Reply, Request } from "./evaluator/protocol.ts";
import { evaluatorFile } from "./evaluator-file.ts";

interface Waiting {
  resolve(result: unknown): void;
  reject(error: StoreError): void;
  memoryMb: number;
}

/**
 * A process rather than a thread, because running out of heap ends the whole process. It cannot write files or start
 * processes, and handles one request at a time.
 */
export class EvaluatorProcess {
  onEnd = (): void => {};
  /** Resolves when it accepts requests; rejects if it cannot be started. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  #waiting: Waiting | undefined;
  #end: StoreError | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #failStart: (error: StoreError) => void;

  /** Ends itself if a request takes `longestMs`, in case the server that should end it has gone. */
  constructor(memoryMb: number, longestMs: number) {
    this.#child = fork(evaluatorFile(), [String(longestMs)], {
      execArgv: [
        "--permission",
        "--allow-fs-read=*",
        "--allow-worker",
        "--no-warnings",
        `--max-old-space-size=${memoryMb}`,
        "--max-semi-space-size=8",
      ],
      env: { TZ: "UTC" },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.unref();
    this.#child.channel?.unref();
    const started = Promise.withResolvers<void>();
    this.ready = started.promise;
    this.ready.catch(() => {});
    this.#failStart = started.reject;
    this.#child.on("message", (reply: Reply | "ready") => {
      if (reply === "ready") started.resolve();
      else this.#settle(reply);
    });
    this.#child.once("error", (error) =>
      this.#gone(new StoreError("UNAVAILABLE", `Cannot start or reach an evaluator: ${error.message}.`)),
    );
    this.#child.once("exit", (_code, signal) => this.#gone(this.#whyGone(signal)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  call(request: Request, memoryMb: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) throw this.#end;
      this.#waiting = { resolve, reject, memoryMb };
      this.#child.channel?.ref();
      this.#child.send(request, (error) => {
        if (error !== null)
          this.end(new StoreError("UNAVAILABLE", `Cannot start or reach an evaluator: ${error.message}.`));
      });
    });
  }

  end(error: StoreError): void {
    if (this.#end !== undefined) return;
    this.#child.kill("SIGKILL");
    this.#gone(error);
  }

  endAfter(ms: number): void {
    this.#timer = setTimeout(
      () => this.end(new StoreError("UNAVAILABLE", "The evaluator was idle and has been ended.")),
      ms,
    );
    this.#timer.unref();
  }

  keep(): void {
    clearTimeout(this.#timer);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#child.channel?.unref();
    if (waiting === undefined) return;
    if ("result" in reply) waiting.resolve(reply.result);
    else waiting.reject(new StoreError(reply.code, reply.message, reply.details));
  }

  #whyGone(signal: string | null): StoreError {
    const memoryMb = this.#waiting?.memoryMb;
    if (memoryMb === undefined || signal === "SIGKILL" || signal === "SIGTERM") {
      return new StoreError("UNAVAILABLE", `The evaluator ended unexpectedly${signal ? ` by ${signal}` : ""}.`);
    }
    const message = `The query, update or pipeline needs more than ${memoryMb} MB of memory. Simplify it, or narrow down the documents with an index.`;
    return new StoreError("BAD_OPERATION", message);
  }

  #gone(error: StoreError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    clearTimeout(this.#timer);
    this.#failStart(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.onEnd();
  }
}

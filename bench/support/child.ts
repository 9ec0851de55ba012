import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Question, Reply } from "./program.ts";

const END_MS = 5_000;

/** A process under measurement, which runs one of `bench/servers`. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #count = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on("message", (reply: Reply) => this.#answered(reply));
    child.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the process ended: ${signal ?? code}`));
      this.#waiting.clear();
    });
  }

  /** Starts the program with the same Node and waits until it can be asked. Its log goes nowhere, its errors here. */
  static async start(program: URL, args: readonly string[], execArgv: readonly string[]): Promise<Child> {
    const stdio = ["ignore", "ignore", "inherit", "ipc"] as ("ignore" | "inherit" | "ipc")[];
    const child = new Child(fork(program, args, { stdio, execArgv: [...execArgv] }));
    await new Promise<void>((resolve, reject) => child.#waiting.set(0, { resolve: () => resolve(), reject }));
    return child;
  }

  /** Asks one of the program's commands. */
  ask<R>(command: string, argument?: unknown): Promise<R> {
    const id = ++this.#count;
    const answer = new Promise<R>((resolve, reject) =>
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject }),
    );
    if (!this.#process.connected) throw new Error("the process has ended");
    this.#process.send({ id, command, argument } satisfies Question);
    return answer;
  }

  /** Ends it by SIGKILL, as a crash of the machine's process would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Ends it in order, or after 5 s by force. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
    this.#waiting.clear();
    if (child.connected) child.send({ id: 0, command: "stop", argument: undefined } satisfies Question);
    await ended;
    clearTimeout(timer);
  }

  #answered({ id, result, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error !== undefined) waiting?.reject(new Error(error));
    else waiting?.resolve(result);
  }
}

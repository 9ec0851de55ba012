import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Child } from "./child.ts";

export interface Options {
  /** Where temporary folders are created, which decides the disk that is measured. */
  data: string;
  /** A folder for CPU profiles of the processes under measurement. */
  cpuProf: string | undefined;
}

/** The resources of one workload; all are stopped and removed when it ends. */
export class Bench {
  readonly #options: Options;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  /** A new folder. */
  async folder(): Promise<string> {
    const path = await mkdtemp(join(this.#options.data, "rekindle-bench-"));
    this.#ends.push(() => rm(path, { recursive: true, force: true }));
    return path;
  }

  /** Starts a program of `bench/servers`. */
  async start(program: string, args: readonly string[] = [], execArgv: readonly string[] = []): Promise<Child> {
    const { cpuProf } = this.#options;
    const profile = cpuProf === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${cpuProf}`];
    const url = new URL(`../servers/${program}.ts`, import.meta.url);
    const child = await Child.start(url, args, [...execArgv, ...profile]);
    this.#ends.push(() => child.stop());
    return child;
  }

  /** Registers something else to stop when the workload ends. */
  onEnd(end: () => Promise<unknown>): void {
    this.#ends.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

import { monitorEventLoopDelay } from "node:perf_hooks";

/** What a parent may ask a process under measurement; by `Child.ask`. */
export type Command = (argument: never) => unknown;
export type Commands = Record<string, Command>;

export interface Question {
  id: number;
  command: string;
  argument: unknown;
}

export interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** How long the event loop was kept from its timers since `watchLoop`. */
export interface LoopDelay {
  /** The longest such time in milliseconds, the watch's own 1 ms included; so it is about 1.1 of an idle loop. */
  maxMs: number;
  /**
   * The most processor time that the main thread used between two looks 1 ms apart or later, in milliseconds. Where this
   * is much less than `maxMs` the thread waited: for the disk, or for another process to leave the core.
   */
  maxCpuMs: number;
}

/**
 * Answers a parent's questions: the program's own commands, and of each program the processor time and memory that it
 * has used and how long its event loop was blocked. Ends with the parent.
 */
export function serve(own: Commands, end: () => Promise<void> | void = () => {}): void {
  const commands: Commands = { cpuMicros, memory, watchLoop, loopDelay, ...own };
  const stop = async () => {
    await end();
    process.exit(0);
  };
  process.on("message", async ({ id, command, argument }: Question) => {
    const reply: Reply = { id };
    try {
      if (command === "stop") return void (await stop());
      reply.result = await commands[command]!(argument as never);
    } catch (error) {
      reply.error = (error as Error).stack ?? String(error);
    }
    process.send!(reply);
  });
  process.on("disconnect", stop);
  process.on("SIGINT", () => {});
  process.send!({ id: 0 } satisfies Reply);
}

/** User and system time of all threads of the process, in microseconds. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Bytes, after everything that can be collected was. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage();
}

const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let maxCpuMs = 0;
let ticker: NodeJS.Timeout | undefined;

/** Begins to watch the event loop, or begins again. */
async function watchLoop(): Promise<void> {
  delays.enable();
  if (ticker === undefined) ticker = watchCpu();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delays.reset();
  maxCpuMs = 0;
}

async function loopDelay(): Promise<LoopDelay> {
  // The end of the last gap is noted by the timers that come after it.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { maxMs: delays.max / 1e6, maxCpuMs };
}

/** The histogram knows wall time only; this adds what the thread itself did between two of its ticks. */
function watchCpu(): NodeJS.Timeout {
  let before = process.threadCpuUsage();
  return setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    maxCpuMs = Math.max(maxCpuMs, (user + system) / 1000);
    before = process.threadCpuUsage();
  }, RESOLUTION_MS);
}

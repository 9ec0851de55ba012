import type { RunCalls } from "./calls/run-calls.ts";
import type { ScriptHostFigures } from "./cloudcode.ts";
import { CpuShares } from "./cpu-shares.ts";
import { HostPool, type PoolOptions, type PoolResult, type RunFor } from "./host-pool.ts";
import type { AddScript } from "./protocol.ts";

export interface HostPoolsOptions extends PoolOptions {
  /** Percent of one core that the scripts of one player may take before they stand back; 0: as much as there is. */
  cpuShare: number;
  /** How long the hosts in the background are kept when nothing runs in them. */
  backgroundMs: number;
}

/** What a host takes to start, and what was lost with one, in milliseconds of processor time. */
const HOST_COST_MS = 1_000;
/** What is kept there of a run's log: to keep it costs the server, which has no low priority, more than most calls do. */
const BACKGROUND_LOG = 1 / 8;
/** What a sandbox takes to be made anew. */
const SANDBOX_COST_MS = 25;

/**
 * The script hosts of one server: those in the foreground, and one in the background, which stands back, for the
 * scripts of whoever lately took more of the processor than a fair share. It takes what the others leave. It is started
 * when it is needed, and ends when it was not for a while.
 */
export class HostPools {
  readonly #foreground: HostPool;
  readonly #background: HostPool;
  readonly #shares: CpuShares;
  readonly #backgroundMs: number;
  #resting: NodeJS.Timeout | undefined;
  #inBackground = 0;
  #runsInBackground = 0;

  constructor({ cpuShare, backgroundMs, ...options }: HostPoolsOptions) {
    this.#foreground = new HostPool(options);
    const { limits, silenceMs } = options;
    this.#background = new HostPool({
      ...options,
      hosts: 1,
      background: true,
      limits: { ...limits, logChars: Math.ceil(limits.logChars * BACKGROUND_LOG) },
      // On a busy machine signs of life may be long in coming.
      silenceMs: 6 * silenceMs,
    });
    this.#shares = new CpuShares(cpuShare);
    this.#backgroundMs = backgroundMs;
  }

  /** Starts the hosts in the foreground that are missing. */
  warm(): void {
    this.#foreground.warm();
  }

  async run(script: AddScript, input: string, calls: RunCalls, runFor: RunFor): Promise<PoolResult> {
    const { player } = runFor;
    // Players who have not logged in yet are one to the hosts, and share no fault.
    const isAnybody = player === "";
    const isOver = !isAnybody && this.#shares.isOver(player);
    const result = isOver
      ? await this.#runInBackground(script, input, calls, runFor)
      : await this.#foreground.run(script, input, calls, runFor);
    if (!isAnybody) this.#shares.charge(player, costOf(result));
    return result;
  }

  /** As of one pool. */
  async close(): Promise<void> {
    clearTimeout(this.#resting);
    await Promise.all([this.#foreground.close(), this.#background.close()]);
  }

  figures(): Omit<ScriptHostFigures, "logLinesDropped"> {
    const [one, other] = [this.#foreground.figures(), this.#background.figures()];
    const hostsEnded = new Map(one.hostsEnded);
    for (const [kind, count] of other.hostsEnded) hostsEnded.set(kind, (hostsEnded.get(kind) ?? 0) + count);
    return {
      hosts: one.hosts + other.hosts,
      memoryMb: one.memoryMb + other.memoryMb,
      runsUnderWay: one.runsUnderWay + other.runsUnderWay,
      runsWaiting: one.runsWaiting + other.runsWaiting,
      waits: one.waits + other.waits,
      waitSeconds: one.waitSeconds + other.waitSeconds,
      cpuSeconds: one.cpuSeconds + other.cpuSeconds,
      hostsStarted: one.hostsStarted + other.hostsStarted,
      hostsEnded,
      runsInBackground: this.#runsInBackground,
    };
  }

  async #runInBackground(...run: Parameters<HostPool["run"]>): Promise<PoolResult> {
    clearTimeout(this.#resting);
    this.#inBackground++;
    this.#runsInBackground++;
    try {
      return await this.#background.run(...run);
    } finally {
      if (--this.#inBackground === 0) {
        this.#resting = setTimeout(() => this.#background.rest(), this.#backgroundMs).unref();
      }
    }
  }
}

/** Milliseconds of processor time, as far as it is known. */
function costOf(result: PoolResult): number {
  if (result.type === "failed") return result.kind === "unavailable" ? 0 : HOST_COST_MS;
  const { end, clean, cpuMs, durationMs } = result;
  // The clock of a sandbox that was given up went with it.
  const isGivenUp = end !== "ok" && end !== "rejected";
  return (isGivenUp ? durationMs : cpuMs) + (clean ? 0 : SANDBOX_COST_MS);
}

import type { RunCalls } from "./calls/run-calls.ts";
import type { ScriptHostFigures } from "./cloudcode.ts";
import { CpuShares } from "./cpu-shares.ts";
import { HostPool, type PoolOptions, type PoolResult, type RunFor } from "./host-pool.ts";
import type { AddScript } from "./protocol.ts";

export interface HostPoolsOptions extends PoolOptions {
  /** Percent of one core that one player's scripts may take before they run in the background; 0: unlimited. */
  cpuShare: number;
  backgroundMs: number;
}

/** Charged for a lost host: the processor time to start another. */
const HOST_COST_MS = 1_000;
/** Share of log characters kept in the background: keeping logs costs the server itself, at normal priority. */
const BACKGROUND_LOG = 1 / 8;
const SANDBOX_COST_MS = 25;

/** The foreground pool, and a low-priority host, started on demand, for players over their share of the processor. */
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
      // On a busy machine a background host gets little processor time, so its heartbeats are late.
      silenceMs: 6 * silenceMs,
    });
    this.#shares = new CpuShares(cpuShare);
    this.#backgroundMs = backgroundMs;
  }

  warm(): void {
    this.#foreground.warm();
  }

  async run(script: AddScript, input: string, calls: RunCalls, runFor: RunFor): Promise<PoolResult> {
    const { player } = runFor;
    // Clients without a player share one group and are not charged for each other.
    const isAnybody = player === "";
    const isOver = !isAnybody && this.#shares.isOver(player);
    const result = isOver
      ? await this.#runInBackground(script, input, calls, runFor)
      : await this.#foreground.run(script, input, calls, runFor);
    if (!isAnybody) this.#shares.charge(player, costOf(result));
    return result;
  }

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
        this.#resting = setTimeout(() => this.#background.stopAll(), this.#backgroundMs).unref();
      }
    }
  }
}

function costOf(result: PoolResult): number {
  if (result.type === "failed") return result.kind === "unavailable" ? 0 : HOST_COST_MS;
  const { end, clean, cpuMs, durationMs } = result;
  // The processor time of a sandbox is lost with it, so use the wall clock.
  const isGivenUp = end !== "ok" && end !== "rejected";
  return (isGivenUp ? durationMs : cpuMs) + (clean ? 0 : SANDBOX_COST_MS);
}

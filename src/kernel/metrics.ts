/** "refused": the client's fault; "failed": the server's fault. */
export type Result = "ok" | "refused" | "failed";

/** Where an unexpected error was caught. "process" means the last-resort handler, which indicates a bug. */
export type Place = "socket" | "upgrade" | "http" | "process";

export const TIME_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Timing {
  /** One count per bound in TIME_BOUNDS, then one for anything longer. */
  readonly counts = new Uint32Array(TIME_BOUNDS.length + 1);
  sum = 0;

  observe(seconds: number): void {
    let i = 0;
    while (i < TIME_BOUNDS.length && seconds > TIME_BOUNDS[i]!) i++;
    this.counts[i]!++;
    this.sum += seconds;
  }
}

export interface RequestCells {
  results: Record<Result, number>;
  timing: Timing;
}

/**
 * Counters as plain numbers, because they are updated on every request. `metrics-page.ts` formats them for Prometheus.
 */
export class Metrics {
  readonly requests = new Map<string, RequestCells>();
  /** `kind/name` → outcome → number of runs. */
  readonly scripts: Map<string, { outcomes: Map<string, number>; timing: Timing }> = new Map();
  /** Call → outcome → number of calls. */
  readonly scriptCalls = new Map<string, { outcomes: Map<string, number>; timing: Timing }>();
  /** HTTP requests by scripts: status class or reason for having no response → count. */
  readonly outgoing: { outcomes: Map<string, number>; timing: Timing } = { outcomes: new Map(), timing: new Timing() };
  /** Store operation → time until acknowledged. */
  readonly store = new Map<string, Timing>();
  /** Reason for refusing or closing a socket → count. */
  readonly closed = new Map<string, number>();
  readonly unexpected: Record<Place, number> = { socket: 0, upgrade: 0, http: 0, process: 0 };
  connections = 0;

  /** `name` is undefined for an unknown request. Names come from the definitions, so there are few. */
  requestDone(name: string | undefined, result: Result, seconds: number): void {
    const key = name ?? "unknown";
    let cells = this.requests.get(key);
    if (!cells) {
      cells = { results: { ok: 0, refused: 0, failed: 0 }, timing: new Timing() };
      this.requests.set(key, cells);
    }
    cells.results[result]++;
    cells.timing.observe(seconds);
  }

  scriptRan(kind: string, name: string, outcome: string, seconds: number): void {
    countOutcome(this.scripts, `${kind}/${name}`, outcome, seconds);
  }

  /** `call` comes from the table of calls, so there are few. */
  scriptCalled(call: string, outcome: string, seconds: number): void {
    countOutcome(this.scriptCalls, call, outcome, seconds);
  }

  outgoingDone(outcome: string, seconds: number): void {
    this.outgoing.outcomes.set(outcome, (this.outgoing.outcomes.get(outcome) ?? 0) + 1);
    this.outgoing.timing.observe(seconds);
  }

  storeTook(verb: string, seconds: number): void {
    let timing = this.store.get(verb);
    if (!timing) {
      timing = new Timing();
      this.store.set(verb, timing);
    }
    timing.observe(seconds);
  }

  socketClosed(reason: string): void {
    this.closed.set(reason, (this.closed.get(reason) ?? 0) + 1);
  }
}

function countOutcome(counted: Metrics["scripts"], key: string, outcome: string, seconds: number): void {
  let cells = counted.get(key);
  if (!cells) {
    cells = { outcomes: new Map(), timing: new Timing() };
    counted.set(key, cells);
  }
  cells.outcomes.set(outcome, (cells.outcomes.get(outcome) ?? 0) + 1);
  cells.timing.observe(seconds);
}

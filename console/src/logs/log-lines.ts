import { signal } from "@preact/signals";
import type { LogLine } from "../api/types.ts";

export type LogLevel = LogLine["level"];
export const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
const MAX_LINES = 10_000;
const SPARE = 500;

export type StreamState = "connecting" | "open" | "lost";

/** Follows the server's log. Lines are added in batches; the oldest are dropped. */
export class LogFollower {
  readonly version = signal(0);
  readonly state = signal<StreamState>("connecting");
  lines: LogLine[] = [];
  #source: EventSource | undefined;
  #isAnnounced = false;

  follow(level: LogLevel): void {
    this.stop();
    this.lines = [];
    this.version.value++;
    this.state.value = "connecting";
    const source = new EventSource(`/console/api/log?level=${level}`);
    source.onopen = () => {
      this.state.value = "open";
    };
    source.onerror = () => {
      this.state.value = "lost";
    };
    source.onmessage = ({ data }) => this.#add(JSON.parse(data) as LogLine);
    this.#source = source;
  }

  stop(): void {
    this.#source?.close();
  }

  #add(line: LogLine): void {
    // After a reconnection the server may send lines again.
    if (line.number <= (this.lines.at(-1)?.number ?? -1)) return;
    this.lines.push(line);
    if (this.lines.length > MAX_LINES + SPARE) this.lines = this.lines.slice(-MAX_LINES);
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    setTimeout(() => {
      this.#isAnnounced = false;
      this.version.value++;
    }, 50);
  }
}

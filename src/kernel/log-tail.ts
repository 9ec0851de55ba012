/** A line of the log as pino wrote it, without its line feed. Numbers increase by 1. */
export interface TailLine {
  readonly number: number;
  readonly text: string;
}

/** Longer lines are replaced by a line that says so. */
const MAX_LINE = 16_384;

/** The most recent lines of a log, at most `lines` and some 4 MB of text. Followers get each further line at once. */
export class LogTail {
  readonly #limits: { lines: number; chars: number };
  readonly #followers = new Set<(line: TailLine) => void>();
  /** A queue whose first `#first` places are free. */
  #lines: (TailLine | undefined)[] = [];
  #first = 0;
  #chars = 0;
  #next = 1;

  constructor(limits = { lines: 2_000, chars: 4_194_304 }) {
    this.#limits = limits;
  }

  add(written: string): void {
    const text = written.length > MAX_LINE ? shortened(written) : written.trimEnd();
    const line = { number: this.#next++, text };
    this.#lines.push(line);
    this.#chars += text.length;
    while (this.#lines.length - this.#first > this.#limits.lines || this.#chars > this.#limits.chars) {
      this.#chars -= this.#lines[this.#first]!.text.length;
      this.#lines[this.#first++] = undefined;
    }
    if (this.#first > this.#limits.lines) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
    for (const follow of this.#followers) follow(line);
  }

  /** The lines after a number, oldest first. */
  after(number: number): TailLine[] {
    return (this.#lines.slice(this.#first) as TailLine[]).filter((line) => line.number > number);
  }

  /** @returns the function that ends it */
  follow(follower: (line: TailLine) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }
}

/** Keeps level, time and message of a line that is too long. */
function shortened(line: string): string {
  const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
  return JSON.stringify({ level, time, msg: String(msg).slice(0, 1_000), isShortened: true });
}

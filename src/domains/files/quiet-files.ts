import type { FoundFile } from "./folder.ts";

/** Which files of a folder are complete: those that nobody wrote, moved or replaced for a while. */
export class QuietFiles {
  readonly #quietMs: number;
  #seen = new Map<string, { signature: string; dueAt: number }>();

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** @param found all files that are there now; what is not among them is forgotten */
  of(found: readonly FoundFile[], now: number): FoundFile[] {
    const before = this.#seen;
    this.#seen = new Map();
    return found.filter(({ name, signature }) => {
      const known = before.get(name);
      const seen = known?.signature === signature ? known : { signature, dueAt: now + this.#quietMs };
      this.#seen.set(name, seen);
      return seen.dueAt <= now;
    });
  }

  /** It is not among them before that time. */
  postpone({ name, signature }: FoundFile, until: number): void {
    const seen = this.#seen.get(name);
    if (seen?.signature === signature) seen.dueAt = until;
  }
}

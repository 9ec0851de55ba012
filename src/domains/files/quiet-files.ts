import type { FoundFile } from "./folder.ts";

/** Finds the complete files of a folder: those that have not changed for `quietMs`. */
export class QuietFiles {
  readonly #quietMs: number;
  #seen = new Map<string, { signature: string; dueAt: number }>();

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

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

  postpone({ name, signature }: FoundFile, until: number): void {
    const seen = this.#seen.get(name);
    if (seen?.signature === signature) seen.dueAt = until;
  }
}

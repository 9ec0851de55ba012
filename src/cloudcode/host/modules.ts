import type { AddModule } from "../protocol.ts";

/** The modules that a script host was sent, and those that it waits for. */
export class Modules {
  readonly #known = new Map<string, Promise<string>>();
  readonly #asked = new Map<string, (answer: string) => void>();
  readonly #ask: (version: number, name: string) => void;

  constructor(ask: (version: number, name: string) => void) {
    this.#ask = ask;
  }

  /** JSON of `ModuleAnswer`. Asks the server once for each version and name; again where there was no such module. */
  readonly fetch = (version: number, name: string): Promise<string> => {
    const key = keyOf(version, name);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = new Promise((resolve) => this.#asked.set(key, resolve));
      this.#known.set(key, known);
      this.#ask(version, name);
    }
    return known;
  };

  add({ version, name, answer }: AddModule): void {
    const key = keyOf(version, name);
    this.#asked.get(key)?.(answer);
    this.#asked.delete(key);
    if (answer.startsWith('{"type":"missing"')) this.#known.delete(key);
  }

  /** Forgets what was sent. */
  clear(): void {
    this.#known.clear();
  }
}

function keyOf(version: number, name: string): string {
  return `${version}/${name}`;
}

import { LANE } from "../protocol.ts";
import type { Ask } from "./lane.ts";

/** The modules that a lane was sent. */
export class ModuleTexts {
  readonly #known = new Map<string, string>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** JSON of `ModuleReply`. Asks the server once for each version and name; again where there was no such module. */
  readonly fetch = (version: number, name: string): string => {
    const key = `${version}/${name}`;
    let text = this.#known.get(key);
    if (text === undefined) {
      text = this.#ask(LANE.module + JSON.stringify([version, name]));
      if (!text.startsWith('{"type":"missing"')) this.#known.set(key, text);
    }
    return text;
  };

  /** Forgets what was sent. */
  clear(): void {
    this.#known.clear();
  }
}

import { LANE } from "../protocol.ts";
import type { Ask } from "./lane.ts";

export class ModuleTexts {
  readonly #known = new Map<string, string>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Returns JSON of `ModuleReply`. Missing modules are not cached. */
  readonly fetch = (version: number, name: string): string => {
    const key = `${version}/${name}`;
    let text = this.#known.get(key);
    if (text === undefined) {
      text = this.#ask(LANE.module + JSON.stringify([version, name]));
      if (!text.startsWith('{"type":"missing"')) this.#known.set(key, text);
    }
    return text;
  };

  clear(): void {
    this.#known.clear();
  }
}

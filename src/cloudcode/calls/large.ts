import { toScript } from "../../kernel/scripts/values.ts";

/** Processes large arguments and results in slices, so that other work is not held up. */

/** A result that is JSON text already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Time per turn of the event loop. */
const BUDGET_MS = 3;

export async function jsonOfAll(values: readonly unknown[], keepDates: boolean): Promise<JsonText> {
  const parts: string[] = [];
  let began = performance.now();
  for (const value of values) {
    parts.push(JSON.stringify(toScript(value, keepDates)));
    if (performance.now() - began < BUDGET_MS) continue;
    await nextTurn();
    began = performance.now();
  }
  return new JsonText(`[${parts.join(",")}]`);
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Approximate number of values in JSON text: one per comma, bracket and brace. Linear in the text. */
export function valuesIn(json: string): number {
  let values = 1;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === 0x22) inString = !inString;
    else if (inString) {
      if (code === 0x5c) index++;
    } else if (code === 0x2c || code === 0x5b || code === 0x7b) values++;
  }
  return values;
}

import { toScript } from "../../kernel/scripts/values.ts";

/** What becomes of large arguments and answers, in pieces, so that others come in between. */

/** JSON that is an answer already. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** In one turn of the event loop, in milliseconds. */
const BUDGET_MS = 3;

/** The values as scripts see them. */
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

/** How many values are in a JSON text, about: one for each comma, bracket and brace. Costs a look at each character. */
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

import { parseArgs } from "node:util";
import { STAGES, type Stage } from "../game/game.ts";

/** An invalid command line. The message says how to correct it. */
export class ArgumentError extends Error {
  override name = "ArgumentError";
}

export interface Arguments {
  /** By flag, without the dashes. A flag without a value has "". */
  own: Partial<Record<string, string>>;
  positionals: string[];
  /** Settings flags, as for `start`. */
  settings: string[];
}

/**
 * Separates the flags of a command from the settings.
 * @param flags a flag takes a value ("string") or none ("boolean")
 * @throws ArgumentError
 */
export function separate(args: readonly string[], flags: Readonly<Record<string, "string" | "boolean">>): Arguments {
  const options = Object.fromEntries(Object.entries(flags).map(([name, type]) => [name, { type }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const found: Arguments = { own: {}, positionals: [], settings: [] };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") found.positionals.push(token.value);
    else if (!Object.hasOwn(flags, token.name)) {
      found.settings.push(token.inlineValue ? `${token.rawName}=${token.value}` : token.rawName);
      // The value of a setting is a separate token. Only its position tells it from a positional argument.
      const next = tokens[at + 1];
      if (token.value === undefined && next?.kind === "positional") {
        found.settings.push(next.value);
        at++;
      }
    } else if (flags[token.name] === "boolean") found.own[token.name] = "";
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) {
      throw new ArgumentError(`${token.rawName} needs a value.`);
    } else found.own[token.name] = token.value;
  }
  return found;
}

export function stageOf(text: string | undefined): Stage | undefined {
  const stage = STAGES.find((known) => known === text);
  if (text !== undefined && !stage) throw new ArgumentError(`--stage must be ${STAGES.join(" or ")}, not "${text}".`);
  return stage;
}

import { isKind, SCRIPT_KINDS } from "../cloudcode/script-files.ts";
import type { Stage } from "../game/game.ts";
import { JsonError, parseJsonObject } from "../json.ts";
import type { ScriptKind } from "../kernel/scripts/result.ts";
import { nearest } from "../near-miss.ts";
import { ArgumentError, separate, stageOf } from "./arguments.ts";

export interface RunArguments {
  target: RunTarget;
  /** An id, a user name or "new". Undefined: a new player if one is needed. */
  player: string | undefined;
  data: Record<string, unknown>;
  /** Undefined: an empty folder that is removed afterwards. */
  dataFolder: string | undefined;
  stage: Stage | undefined;
  json: boolean;
  /** Settings flags, as for `start`. */
  settings: string[];
}

/** A request with its whole processing, or a script on its own. */
export type RunTarget =
  | { type: "event"; name: string }
  | { type: "request"; name: string }
  | { type: "script"; kind: ScriptKind; name: string };

const FLAGS = { player: "string", data: "string", "data-folder": "string", stage: "string", json: "boolean" } as const;

/** Separates the command's own flags from the settings. */
export function readRunArguments(args: readonly string[]): RunArguments {
  const { own, positionals, settings } = separate(args, FLAGS);
  const [named, another] = positionals;
  if (another !== undefined) throw new ArgumentError(`Expected one event or script, not both ${named} and ${another}.`);
  if (named === undefined) throw new ArgumentError(`Missing argument: rekindle run EVENT --data '{"SCORE": 1}'.`);
  return {
    target: targetOf(named),
    player: own["player"],
    data: dataOf(own["data"]),
    dataFolder: own["data-folder"],
    stage: stageOf(own["stage"]),
    json: own["json"] !== undefined,
    settings,
  };
}

/** `SCORE`, `event/SCORE`, `request/AuthenticationRequest` or `modules/RANKING`; a .js or .ts suffix is ignored. */
function targetOf(named: string): RunTarget {
  const slash = named.indexOf("/");
  if (slash < 0) return { type: "event", name: named };
  const kind = named.slice(0, slash);
  const name = named.slice(slash + 1).replace(/\.[jt]s$/, "");
  if (!isKind(kind)) {
    const near = nearest(kind, SCRIPT_KINDS);
    const hint = near ? `Did you mean ${near}/${name}?` : `Script kinds are ${SCRIPT_KINDS.join(", ")}.`;
    throw new ArgumentError(`Unknown script kind "${kind}". ${hint}`);
  }
  if (kind === "event" || kind === "request") return { type: kind, name };
  return { type: "script", kind, name };
}

function dataOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    return parseJsonObject(text);
  } catch (error) {
    if (error instanceof JsonError) throw new ArgumentError(`--data ${error.message}: --data '{"SCORE": 1}'`);
    throw error;
  }
}

import { isDeepStrictEqual } from "node:util";
import type { ScriptPlayer } from "../kernel/scripts/player.ts";

/** One changed field of a player. Undefined means that the field did not exist. */
export interface PlayerChange {
  /** `scriptData.best`, `balances.currency1`, `displayName`, … */
  what: string;
  before: unknown;
  after: unknown;
}

export function playerChanges(before: ScriptPlayer, after: ScriptPlayer): PlayerChange[] {
  const [was, is] = [flat(before), flat(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names.flatMap((what) => {
    const change = { what, before: was.get(what), after: is.get(what) };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}

function flat({ userName, displayName, scriptData, privateData, details }: ScriptPlayer): Map<string, unknown> {
  const { balances, goods, segments, achievements } = details ?? {};
  const members = new Map<string, unknown>(Object.entries({ userName, displayName, achievements }));
  for (const [name, group] of Object.entries({ scriptData, privateData, balances, goods, segments })) {
    for (const [member, value] of Object.entries(group ?? {})) members.set(`${name}.${member}`, value);
  }
  return members;
}

import type { CloudCode } from "../cloudcode/cloudcode.ts";
import { readScriptPlayer } from "../domains/accounts/index.ts";
import type { PlayerId } from "../ids.ts";
import type { PlayerOnDemand, ScriptPlayer } from "../kernel/scripts/player.ts";
import type { ScriptKind } from "../kernel/scripts/result.ts";
import type { Store } from "../store/store.ts";

/** The player that a run starts with. Costs a read if the script usually uses more than the id. */
export async function playerForRun(
  { readsPlayer }: Pick<CloudCode, "readsPlayer">,
  store: Store,
  { kind, name, player }: { kind: ScriptKind; name: string; player: PlayerId | undefined },
): Promise<ScriptPlayer | PlayerOnDemand | null> {
  if (player === undefined) return null;
  return !readsPlayer || readsPlayer(kind, name) ? readScriptPlayer(store, player) : { playerId: player };
}

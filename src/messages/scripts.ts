import type { ScriptChanges } from "../accounts/script-view.ts";
import type { Stage } from "../game/game.ts";
import type { PlayerId } from "../ids.ts";
import type { Draft, Scripted } from "./draft.ts";

export type MessageScriptKind = "message-global" | "message-user";

export interface MessageScriptRun {
  kind: MessageScriptKind;
  name: string;
  stage: Stage;
  /** The message as the client sees it; for the global script without messageId and playerId. */
  data: Record<string, unknown>;
  /** The recipient; undefined for the global script. */
  player: PlayerId | undefined;
  /** Everybody whom the message goes to. */
  playerIds: readonly PlayerId[];
  /** What the global script set. */
  before: Scripted;
  /** How many scripts of messages led to the message; see `Draft`. */
  depth: number;
  /** Given what releases the script's locks: to be called when what it changed is written, or is not to be. */
  releaseLater: (release: () => Promise<void>) => void;
}

/** How messages reach the game's scripts; the server runs them. */
export interface MessageScripts {
  has(kind: MessageScriptKind, name: string): boolean;
  /** Never rejects for what a script does: one that did not come to its end answers `before` and no changes. */
  run(run: MessageScriptRun): Promise<Scripted & ScriptChanges>;
}

/** The script of an extension, where it has one of its own, else that of its class; undefined where there is none. */
export function scriptNameOf(scripts: MessageScripts, kind: MessageScriptKind, draft: Draft): string | undefined {
  const own = draft.extCode === undefined ? undefined : `${draft.class}_${draft.extCode}`;
  if (own !== undefined && scripts.has(kind, own)) return own;
  return scripts.has(kind, draft.class) ? draft.class : undefined;
}

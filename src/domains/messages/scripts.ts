import type { Stage } from "../../game/game.ts";
import type { PlayerId } from "../../ids.ts";
import type { ScriptChanges } from "../../kernel/scripts/player.ts";
import type { StoreError } from "../../store/errors.ts";
import type { PlayerChanged } from "../accounts/index.ts";
import type { Draft, Scripted } from "./draft.ts";

export type MessageScriptKind = "message-global" | "message-user";

export interface MessageScriptRun {
  kind: MessageScriptKind;
  name: string;
  stage: Stage;
  /** Identifies the message in the log: the player's copy or, for the global script, the outgoing message. */
  about: { messageId: string } | { outgoingId: string };
  /** The message as sent to clients; for the global script without messageId and playerId. */
  data: Record<string, unknown>;
  /** The recipient; undefined for the global script. */
  player: PlayerId | undefined;
  playerIds: readonly PlayerId[];
  /** What the global script set. */
  before: Scripted;
  /** See `Draft`. */
  depth: number;
  /** This process has tried the message before. */
  isRetry: boolean;
  /** Receives the function that releases the script's locks; to be called once its changes are written or discarded. */
  releaseLater: (release: () => Promise<void>) => void;
}

/**
 * How a message's script ended. "done": it completed; call `refused` if its changes cannot be written. "failed": its
 * changes are discarded. "no host": it did not run or did not complete because no script host was available.
 */
export type MessageScriptEnd =
  | { end: "done"; scripted: Scripted; changes: ScriptChanges; refused(error: PlayerChanged | StoreError): void }
  | { end: "failed" }
  | { end: "no host" };

export interface MessageScripts {
  has(kind: MessageScriptKind, name: string): boolean;
  /** Does not reject if the script fails. */
  run(run: MessageScriptRun): Promise<MessageScriptEnd>;
}

/** Returns the name of the extension's script, or else of its class's script; undefined if neither exists. */
export function scriptNameOf(
  scripts: Pick<MessageScripts, "has">,
  kind: MessageScriptKind,
  draft: Draft,
): string | undefined {
  const own = draft.extCode === undefined ? undefined : `${draft.class}_${draft.extCode}`;
  if (own !== undefined && scripts.has(kind, own)) return own;
  return scripts.has(kind, draft.class) ? draft.class : undefined;
}

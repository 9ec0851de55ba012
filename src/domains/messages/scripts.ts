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
  /** By which the log tells of the message: the player's copy, or for the global script the outgoing message. */
  about: { messageId: string } | { outgoingId: string };
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
  /** The message did not get on just before, which the log told. */
  isAgain: boolean;
  /** Given what releases the script's locks: to be called when what it changed is written, or is not to be. */
  releaseLater: (release: () => Promise<void>) => void;
}

/**
 * How a message's script ended. "done": by itself, and `refused` is to be told where what it changed cannot be kept;
 * "failed": nothing of it is kept; "no host": it did not run, or not to its end, as no script host was to be had.
 */
export type MessageScriptEnd =
  | { end: "done"; scripted: Scripted; changes: ScriptChanges; refused(error: PlayerChanged | StoreError): void }
  | { end: "failed" }
  | { end: "no host" };

/** How messages reach the game's scripts; the server runs them. */
export interface MessageScripts {
  has(kind: MessageScriptKind, name: string): boolean;
  /** Never rejects for what a script does. */
  run(run: MessageScriptRun): Promise<MessageScriptEnd>;
}

/** The script of an extension, where it has one of its own, else that of its class; undefined where there is none. */
export function scriptNameOf(
  scripts: Pick<MessageScripts, "has">,
  kind: MessageScriptKind,
  draft: Draft,
): string | undefined {
  const own = draft.extCode === undefined ? undefined : `${draft.class}_${draft.extCode}`;
  if (own !== undefined && scripts.has(kind, own)) return own;
  return scripts.has(kind, draft.class) ? draft.class : undefined;
}

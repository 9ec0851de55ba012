import { ObjectId } from "../../bson.ts";
import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Documents } from "../../store/store.ts";
import { type MessageDocument, messageCollections } from "./collections.ts";
import { type Draft, type Scripted, textOf } from "./draft.ts";

export interface CopySettings {
  maxMessageBytes: number;
  isLive(player: PlayerId): boolean;
  /** Values set by scripts were omitted because they made the message too large. */
  cut(draft: Draft): void;
}

/** Creates one player's copy and decides whether it is sent immediately or waits for a login. */
export function copyOf(
  draft: Draft,
  player: PlayerId,
  created: number,
  settings: CopySettings,
  { id = new ObjectId(), scripted }: { id?: ObjectId; scripted?: Scripted | undefined } = {},
): MessageDocument {
  const live = draft.viaSocket && settings.isLive(player);
  const ids = { messageId: id.toHexString(), playerId: player };
  return {
    _id: id,
    playerId: objectIdOf(player),
    class: draft.class,
    ...(draft.extCode !== undefined && { extCode: draft.extCode }),
    body: textOf(draft, ids, scripted, settings.maxMessageBytes, () => settings.cut(draft)),
    created: new Date(created),
    expires: new Date(draft.expires),
    seen: live,
    ...(draft.viaSocket && !live && { waiting: true as const }),
  };
}

/** Writes the copies that have not expired. The others are only for sockets that are open now. */
export async function insertCopies(
  documents: Documents,
  copies: readonly MessageDocument[],
  now: number,
): Promise<void> {
  const kept = copies.filter((copy) => copy.expires.getTime() > now);
  if (kept.length > 0) await messageCollections(documents).messages.insertMany(kept.map((copy) => ({ ...copy })));
}

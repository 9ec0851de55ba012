import { accounts, type PlayerDocument } from "../../../domains/accounts/index.ts";
import { objectIdOf, type PlayerId } from "../../../ids.ts";
import type { Documents } from "../../../store/store.ts";
import { OperationRefused } from "../operation.ts";

/** @throws OperationRefused if the stage has no such player */
export async function playerNamed(documents: Documents, id: string): Promise<PlayerDocument> {
  const found = await accounts(documents).players.findOne({ _id: objectIdOf(id as PlayerId) });
  if (!found) throw new OperationRefused("No player of this stage has this id. Check the id and the stage.");
  return found;
}

/** What a person must type to confirm what cannot be undone. */
export function confirmationOf({ displayName, userName }: PlayerDocument): string {
  return displayName || userName;
}

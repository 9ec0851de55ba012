import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Document, Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { balancePath } from "./script-view.ts";

/** Currency amounts above zero, by short code. */
export type CurrencyAmounts = Readonly<Record<string, number>>;

/**
 * Moves amounts from a player's balances to its reserve, where they cannot be spent. Call in a transaction; one update.
 * Returns the short codes of currencies with insufficient funds; unless that is empty, nothing was changed.
 */
export async function reserve(tx: Documents, player: PlayerId, amounts: CurrencyAmounts): Promise<string[]> {
  const { players } = accounts(tx);
  const enough: Document = {};
  const inc: Document = { scriptWrites: 1 };
  for (const [code, amount] of Object.entries(amounts)) {
    enough[balancePath(code)] = { $gte: amount };
    inc[balancePath(code)] = -amount;
    inc[`reservedCurrencies.${code}`] = amount;
  }
  const _id = objectIdOf(player);
  if ((await players.updateOne({ _id, ...enough }, { $inc: inc })).matchedCount === 1) return [];
  const short: string[] = [];
  for (const [code, amount] of Object.entries(amounts)) {
    const has = { _id, [balancePath(code)]: { $gte: amount } };
    if (!(await players.findOne(has, { projection: { _id: 1 } }))) short.push(code);
  }
  return short;
}

/**
 * Removes amounts from a player's reserve and adds `given`, which may be less or more, to its balances. Call in a
 * transaction; one update. Does nothing if the player was deleted.
 */
export async function release(
  tx: Documents,
  player: PlayerId,
  reserved: CurrencyAmounts,
  given: CurrencyAmounts,
): Promise<void> {
  const inc: Document = { scriptWrites: 1 };
  for (const [code, amount] of Object.entries(reserved)) inc[`reservedCurrencies.${code}`] = -amount;
  for (const [code, amount] of Object.entries(given)) inc[balancePath(code)] = amount;
  await accounts(tx).players.updateOne({ _id: objectIdOf(player) }, { $inc: inc });
}

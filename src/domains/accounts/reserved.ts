import { objectIdOf, type PlayerId } from "../../ids.ts";
import type { Document, Documents } from "../../store/store.ts";
import { accounts } from "./collections.ts";
import { balancePath } from "./script-view.ts";

/** Amounts of currencies by short code, each above zero. */
export type CurrencyAmounts = Readonly<Record<string, number>>;

/**
 * Sets amounts of a player's currencies aside: nobody can spend them until they are released. Inside a transaction; one
 * update. Answers the short codes of which the player has too little, and then nothing was changed.
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
 * What was set aside is set aside no more, and the player is given `given` of it, which may be nothing or more than that.
 * Inside a transaction; one update. A player that is gone is left alone.
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

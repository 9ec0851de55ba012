import { RequestError } from "../../errors.ts";
import type { PlayerId } from "../../ids.ts";
import { type CurrencyAmounts, release, reserve } from "../accounts/index.ts";
import { insufficientFunds } from "./refusals.ts";
import type { Step } from "./step.ts";

const NOTHING: CurrencyAmounts = {};

/**
 * Reserves the wager of a player who joins. Refuses `{CODE + "Wager": "INSUFFICIENT_FUNDS"}`, such as `currency1Wager`,
 * for each currency of which the player has too little.
 */
export async function stake({ documents, challenge }: Step, player: PlayerId): Promise<void> {
  if (!challenge.wagers) return;
  const short = await reserve(documents, player, challenge.wagers);
  if (short.length > 0) {
    throw new RequestError(short.map(insufficientFunds));
  }
  challenge.staked = [...(challenge.staked ?? []), player];
}

/** Returns a player's wager, if it is reserved. */
export async function refund({ documents, challenge }: Step, player: PlayerId): Promise<void> {
  const { wagers, staked = [] } = challenge;
  if (!wagers || !staked.includes(player)) return;
  await release(documents, player, wagers, wagers);
  challenge.staked = staked.filter((one) => one !== player);
}

/**
 * Pays all wagers to the winner, or refunds them without one. Returns what the winner got, by short code of the
 * currency. One update per player, in the order of their ids.
 */
export async function settle(step: Step, winner?: PlayerId): Promise<CurrencyAmounts> {
  const { wagers, staked = [] } = step.challenge;
  if (!wagers || staked.length === 0) return NOTHING;
  const pot = Object.fromEntries(Object.entries(wagers).map(([code, amount]) => [code, amount * staked.length]));
  for (const player of [...staked].sort()) {
    const given = winner === undefined ? wagers : player === winner ? pot : NOTHING;
    await release(step.documents, player, wagers, given);
  }
  if (winner !== undefined && !staked.includes(winner)) await release(step.documents, winner, NOTHING, pot);
  step.challenge.staked = [];
  return winner === undefined ? NOTHING : pot;
}

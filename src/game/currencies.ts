import { type Described, type Item, listIn, numberIn, referenceIn, shortCodeOf, textIn } from "./item.ts";

/** A currency of the game's own, beside `currency1` to `currency6`. */
export interface Currency extends Described {
  /** What a new player is given of it. */
  signupBonus: number | undefined;
}

/** What a new player owns: of currencies 1 to 6, and of others by short code, as `PlayerDocument` has them. */
export interface SignUpBonuses {
  currencies: readonly number[];
  otherCurrencies?: Readonly<Record<string, number>>;
}

/** A short code that can be the name of a member of a player's document, and is none of the numbered currencies'. */
const CODE = /^(?!currency[1-6]$|__proto__$)[\w-]+$/;

/** What the configuration gives to a player who is created, by whatever means. */
export function signUpBonuses(game: {
  newPlayerCurrencies: readonly number[];
  currencies: ReadonlyMap<string, Currency>;
}): SignUpBonuses {
  const given = [...game.currencies.values()].map(({ shortCode, signupBonus }): [string, number] => [
    shortCode,
    Math.trunc(signupBonus ?? 0),
  ]);
  const others = given.filter(([code, bonus]) => CODE.test(code) && bonus > 0 && Number.isSafeInteger(bonus));
  return { currencies: game.newPlayerCurrencies, otherCurrencies: Object.fromEntries(others) };
}

/** An amount of each currency, by short code; the numbered ones are `currency1` to `currency6`. */
export type Amounts = ReadonlyMap<string, number>;

const NUMBERED = [1, 2, 3, 4, 5, 6] as const;

export function currencyOf(item: Item, described: Described): Currency {
  return { ...described, signupBonus: numberIn(item, "signupBonus") };
}

/**
 * The amounts of an item: `currency1Cost` to `currency6Cost` where `what` is "Cost", and `currencyCosts` or
 * `~currencyCosts`, by short code or as a list.
 */
export function amountsIn(item: Item, what: "Cost" | "Award"): Amounts {
  const amounts = new Map<string, number>();
  for (const number of NUMBERED) {
    const amount = numberIn(item, `currency${number}${what}`);
    if (amount !== undefined) amounts.set(`currency${number}`, amount);
  }
  const named = `currency${what}s`;
  for (const entry of listIn(item, `~${named}`, named)) {
    const code = referenceIn(entry, "currency") ?? textIn(entry, "currencyShortCode") ?? shortCodeOf(entry);
    const amount = numberIn(entry, "amount", "quantity", "value", what.toLowerCase());
    if (code !== undefined && amount !== undefined) amounts.set(code, amount);
  }
  const byCode = item[named];
  if (typeof byCode === "object" && byCode !== null && !Array.isArray(byCode)) {
    for (const code of Object.keys(byCode)) {
      const amount = numberIn(byCode as Item, code);
      if (amount !== undefined) amounts.set(code, amount);
    }
  }
  return amounts;
}

import { type Described, type Item, listIn, numberIn, referenceIn, shortCodeOf, textIn } from "./item.ts";

/** A currency other than `currency1` to `currency6`. */
export interface Currency extends Described {
  signupBonus: number | undefined;
}

/** A new player's balances, in the shape of `PlayerDocument`: currencies 1 to 6, and others by short code. */
export interface SignUpBonuses {
  currencies: readonly number[];
  otherCurrencies?: Readonly<Record<string, number>>;
}

/** Short codes that are safe as keys in a player's document and differ from the numbered currencies. */
const CODE = /^(?!currency[1-6]$|__proto__$)[\w-]+$/;

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

/** Amounts by short code; the numbered currencies are `currency1` to `currency6`. */
export type Amounts = ReadonlyMap<string, number>;

const NUMBERED = [1, 2, 3, 4, 5, 6] as const;

export function currencyOf(item: Item, described: Described): Currency {
  return { ...described, signupBonus: numberIn(item, "signupBonus") };
}

/** Reads `currency1Cost` to `currency6Cost`, and `currencyCosts` or `~currencyCosts`, an object or a list. */
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

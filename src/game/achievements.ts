import { type Amounts, amountsIn } from "./currencies.ts";
import { type Described, type Item, referenceIn } from "./item.ts";

export interface Achievement extends Described {
  awards: Amounts;
  virtualGoodAward: string | undefined;
  propertySet: string | undefined;
}

export function achievementOf(item: Item, described: Described): Achievement {
  return {
    ...described,
    awards: amountsIn(item, "Award"),
    virtualGoodAward: referenceIn(item, "virtualGoodAward", "virtualGood"),
    propertySet: referenceIn(item, "propertySet"),
  };
}

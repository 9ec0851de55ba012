import { type Achievement, achievementOf } from "./achievements.ts";
import { type ChallengeType, challengeTypeOf } from "./challenge-types.ts";
import { type Currency, currencyOf } from "./currencies.ts";
import type { ContentCollection, GameDocument } from "./document.ts";
import { type Downloadable, downloadableOf } from "./downloadables.ts";
import { type Described, type Item, itemsOf } from "./item.ts";
import { type MatchType, matchTypeOf } from "./match-types.ts";
import { type Property, type PropertySet, propertyOf, propertySetOf } from "./properties.ts";
import { type SegmentType, segmentTypeOf } from "./segments.ts";
import { type TeamType, teamTypeOf } from "./team-types.ts";
import { type VirtualGood, virtualGoodOf } from "./virtual-goods.ts";

/** The configured content of a game, by short code. Segment overrides are not supported. */
export interface GameContent {
  virtualGoods: ReadonlyMap<string, VirtualGood>;
  achievements: ReadonlyMap<string, Achievement>;
  segmentTypes: ReadonlyMap<string, SegmentType>;
  teamTypes: ReadonlyMap<string, TeamType>;
  challengeTypes: ReadonlyMap<string, ChallengeType>;
  matchTypes: ReadonlyMap<string, MatchType>;
  /** Without `currency1` to `currency6`. */
  currencies: ReadonlyMap<string, Currency>;
  downloadables: ReadonlyMap<string, Downloadable>;
  properties: ReadonlyMap<string, Property>;
  propertySets: ReadonlyMap<string, PropertySet>;
}

export function contentOf(document: Partial<GameDocument>, file: string, problems: string[]): GameContent {
  const read = <T>(collection: ContentCollection, itemOf: (item: Item, described: Described) => T) =>
    itemsOf(collection, document[collection], file, problems, itemOf);
  return {
    virtualGoods: read("~virtualGoods", virtualGoodOf),
    achievements: read("~achievements", achievementOf),
    segmentTypes: read("~segments", segmentTypeOf),
    teamTypes: read("~teams", teamTypeOf),
    challengeTypes: read("~challenges", challengeTypeOf),
    matchTypes: read("~matches", matchTypeOf),
    currencies: read("~currencies", currencyOf),
    downloadables: read("~downloadables", downloadableOf),
    properties: read("~properties", propertyOf),
    propertySets: read("~propertySets", propertySetOf),
  };
}

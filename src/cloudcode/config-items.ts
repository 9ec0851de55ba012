/** The configuration as sent to the sandbox, with the member names that scripts read. Absent values are null. */
export interface ConfigItems {
  virtualGoods: VirtualGoodItem;
  achievements: AchievementItem;
  segments: SegmentTypeItem;
  teams: TeamTypeItem;
  challenges: ChallengeTypeItem;
  matchConfigs: MatchConfigItem;
  currencies: CurrencyItem;
  downloadables: DownloadableItem;
  properties: PropertyItem;
  propertySets: PropertyItem;
}

export type ConfigKind = keyof ConfigItems;

export interface DescribedItem {
  shortCode: string;
  name: string;
  description: string | null;
}

type Amount = number | null;

export interface VirtualGoodItem extends DescribedItem {
  type: string;
  tags: string[];
  [cost: `currency${number}Cost`]: Amount;
  currencyCosts: Record<string, number>;
  googlePlayProductId: string | null;
  iosAppStoreProductId: string | null;
  WP8StoreProductId: string | null;
  w8StoreProductId: string | null;
  amazonStoreProductId: string | null;
  steamStoreProductId: string | null;
  psnStoreProductId: string | null;
  maxQuantity: number | null;
  bundledGoods: { shortCode: string; qty: number }[];
  disabled: boolean;
  propertySet: unknown;
}

export interface AchievementItem extends DescribedItem {
  [award: `currency${number}Award`]: Amount;
  currencyAwards: Record<string, number>;
  virtualGoodAward: string | null;
  propertySet: unknown;
}

export interface SegmentTypeItem extends DescribedItem {
  values: DescribedItem[];
}

export interface TeamTypeItem {
  shortCode: string;
  name: string;
  social: boolean;
  extendedSocial: boolean;
  maxMembers: number | null;
  maxMembershipPerUser: number | null;
  maxOwnershipPerUser: number | null;
}

export interface ChallengeTypeItem extends DescribedItem {
  turnBased: boolean;
  attemptConsumers: string;
  global: boolean;
}

export interface MatchConfigItem extends DescribedItem {
  minPlayers: number | null;
  maxPlayers: number | null;
  realtime: boolean;
  realtimeScript: string | null;
  dropInDropOut: boolean;
  dropInDropOutExpire: number | null;
  manuallyMatch: boolean;
  playerDisconnectThreshold: number | null;
  thresholds: MatchThresholdItem[];
}

export interface MatchThresholdItem {
  name: string | null;
  period: number | null;
  min: number | null;
  max: number | null;
  acceptMinPlayers: boolean;
}

export interface CurrencyItem extends DescribedItem {
  signupBonus: number | null;
}

export interface DownloadableItem {
  shortCode: string;
  size: number | null;
  /** Milliseconds since 1970. */
  lastModified: number | null;
}

/** A property, or a property set as an object by key. */
export interface PropertyItem {
  shortCode: string;
  value: unknown;
}

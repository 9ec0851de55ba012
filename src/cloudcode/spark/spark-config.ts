import type { ConfigKind } from "../config-items.ts";
import { addProperties } from "../realm/classes.ts";
import { configItem, configObjects } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";
import { SparkAchievement } from "./spark-achievement.ts";
import { SparkChallengeType } from "./spark-challenge-type.ts";
import { SparkCurrency } from "./spark-currency.ts";
import { SparkDownloadable } from "./spark-downloadable.ts";
import { SparkMatchConfig } from "./spark-match-config.ts";
import { SparkSegmentType } from "./spark-segment-type.ts";
import { SparkTeamType } from "./spark-team-type.ts";
import { SparkVirtualGood } from "./spark-virtual-good.ts";

/** The game's configuration. A sandbox requests each kind of items once. */
export class SparkConfig {
  /** "preview" or "live". */
  getStage(): string {
    return liveRun().stage;
  }

  /** The game's api key. */
  getApiKey(): string {
    return liveRun().apiKey;
  }

  /** All virtual goods. */
  getVirtualGoods(): SparkVirtualGood[] {
    return configObjects("virtualGoods", (json) => new SparkVirtualGood(json));
  }

  /** The virtual good with a short code, or null. */
  getVirtualGood(shortCode: string): SparkVirtualGood | null {
    return one("virtualGoods", "getVirtualGood", shortCode, (json) => new SparkVirtualGood(json));
  }

  /** All achievements. */
  getAchievements(): SparkAchievement[] {
    return configObjects("achievements", (json) => new SparkAchievement(json));
  }

  /** The achievement with a short code, or null. */
  getAchievement(shortCode: string): SparkAchievement | null {
    return one("achievements", "getAchievement", shortCode, (json) => new SparkAchievement(json));
  }

  /** All segments. */
  getSegments(): SparkSegmentType[] {
    return configObjects("segments", (json) => new SparkSegmentType(json));
  }

  /** The segment with a short code, or null. */
  getSegment(shortCode: string): SparkSegmentType | null {
    return one("segments", "getSegment", shortCode, (json) => new SparkSegmentType(json));
  }

  /** All team types. */
  getTeams(): SparkTeamType[] {
    return configObjects("teams", (json) => new SparkTeamType(json));
  }

  /** The team type with a short code, or null. */
  getTeam(shortCode: string): SparkTeamType | null {
    return one("teams", "getTeam", shortCode, (json) => new SparkTeamType(json));
  }

  /** All challenge types. */
  getChallenges(): SparkChallengeType[] {
    return configObjects("challenges", (json) => new SparkChallengeType(json));
  }

  /** The challenge type with a short code, or null. */
  getChallenge(shortCode: string): SparkChallengeType | null {
    return one("challenges", "getChallenge", shortCode, (json) => new SparkChallengeType(json));
  }

  /** All downloadables. */
  getDownloadables(): SparkDownloadable[] {
    return configObjects("downloadables", (json) => new SparkDownloadable(json));
  }

  /** The downloadable with a short code, or null. */
  getDownloadable(shortCode: string): SparkDownloadable | null {
    return one("downloadables", "getDownloadable", shortCode, (json) => new SparkDownloadable(json));
  }

  /** All match types. */
  getMatchConfigs(): SparkMatchConfig[] {
    return configObjects("matchConfigs", (json) => new SparkMatchConfig(json));
  }

  /** The match type with a short code, or null. */
  getMatchConfig(shortCode: string): SparkMatchConfig | null {
    return one("matchConfigs", "getMatchConfig", shortCode, (json) => new SparkMatchConfig(json));
  }

  /** All currencies except `currency1` to `currency6`. */
  getCurrencies(): SparkCurrency[] {
    return configObjects("currencies", (json) => new SparkCurrency(json));
  }

  /** The currency with a short code, or null. */
  getCurrency(shortCode: string): SparkCurrency | null {
    return one("currencies", "getCurrency", shortCode, (json) => new SparkCurrency(json));
  }
}

addProperties(SparkConfig);

function one<Made>(kind: ConfigKind, method: string, shortCode: unknown, make: (json: string) => Made): Made | null {
  const json = configItem(kind, `SparkConfig.${method}`, shortCode);
  return json === null ? null : make(json);
}

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

/** The game's configuration. A sandbox asks the server for each part once. */
export class SparkConfig {
  /** "preview" or "live". */
  getStage(): string {
    return liveRun().stage;
  }

  /** The game's api key. */
  getApiKey(): string {
    return liveRun().apiKey;
  }

  /** Every virtual good. */
  getVirtualGoods(): SparkVirtualGood[] {
    return configObjects("virtualGoods", (json) => new SparkVirtualGood(json));
  }

  /** The virtual good of a short code; null where there is none. */
  getVirtualGood(shortCode: string): SparkVirtualGood | null {
    return one("virtualGoods", "getVirtualGood", shortCode, (json) => new SparkVirtualGood(json));
  }

  /** Every achievement. */
  getAchievements(): SparkAchievement[] {
    return configObjects("achievements", (json) => new SparkAchievement(json));
  }

  /** The achievement of a short code; null where there is none. */
  getAchievement(shortCode: string): SparkAchievement | null {
    return one("achievements", "getAchievement", shortCode, (json) => new SparkAchievement(json));
  }

  /** Every segment. */
  getSegments(): SparkSegmentType[] {
    return configObjects("segments", (json) => new SparkSegmentType(json));
  }

  /** The segment of a short code; null where there is none. */
  getSegment(shortCode: string): SparkSegmentType | null {
    return one("segments", "getSegment", shortCode, (json) => new SparkSegmentType(json));
  }

  /** Every kind of teams. */
  getTeams(): SparkTeamType[] {
    return configObjects("teams", (json) => new SparkTeamType(json));
  }

  /** The kind of teams of a short code; null where there is none. */
  getTeam(shortCode: string): SparkTeamType | null {
    return one("teams", "getTeam", shortCode, (json) => new SparkTeamType(json));
  }

  /** Every kind of challenges. */
  getChallenges(): SparkChallengeType[] {
    return configObjects("challenges", (json) => new SparkChallengeType(json));
  }

  /** The kind of challenges of a short code; null where there is none. */
  getChallenge(shortCode: string): SparkChallengeType | null {
    return one("challenges", "getChallenge", shortCode, (json) => new SparkChallengeType(json));
  }

  /** Every file that players download. */
  getDownloadables(): SparkDownloadable[] {
    return configObjects("downloadables", (json) => new SparkDownloadable(json));
  }

  /** The downloadable file of a short code; null where there is none. */
  getDownloadable(shortCode: string): SparkDownloadable | null {
    return one("downloadables", "getDownloadable", shortCode, (json) => new SparkDownloadable(json));
  }

  /** Every kind of matches. */
  getMatchConfigs(): SparkMatchConfig[] {
    return configObjects("matchConfigs", (json) => new SparkMatchConfig(json));
  }

  /** The kind of matches of a short code; null where there is none. */
  getMatchConfig(shortCode: string): SparkMatchConfig | null {
    return one("matchConfigs", "getMatchConfig", shortCode, (json) => new SparkMatchConfig(json));
  }

  /** Every currency of the game's own; `currency1` to `currency6` are not among them. */
  getCurrencies(): SparkCurrency[] {
    return configObjects("currencies", (json) => new SparkCurrency(json));
  }

  /** The currency of a short code; null where there is none. */
  getCurrency(shortCode: string): SparkCurrency | null {
    return one("currencies", "getCurrency", shortCode, (json) => new SparkCurrency(json));
  }
}

addProperties(SparkConfig);

function one<Made>(kind: ConfigKind, method: string, shortCode: unknown, make: (json: string) => Made): Made | null {
  const json = configItem(kind, `SparkConfig.${method}`, shortCode);
  return json === null ? null : make(json);
}

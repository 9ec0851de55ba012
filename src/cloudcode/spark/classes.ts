import { SendGrid } from "./send-grid.ts";
import { Spark } from "./spark.ts";
import { SparkAchievement } from "./spark-achievement.ts";
import { SparkCache } from "./spark-cache.ts";
import { SparkChallenge } from "./spark-challenge.ts";
import { SparkChallengeType } from "./spark-challenge-type.ts";
import { SparkConfig } from "./spark-config.ts";
import { SparkCurrency } from "./spark-currency.ts";
import { SparkDataCondition } from "./spark-data-condition.ts";
import { SparkDataCursor } from "./spark-data-cursor.ts";
import { SparkDataItem } from "./spark-data-item.ts";
import { SparkDataItemPersistor } from "./spark-data-item-persistor.ts";
import { SparkDataNumberOperand, SparkDataStringOperand } from "./spark-data-operands.ts";
import {
  SparkDataDeleteResult,
  SparkDataGetResult,
  SparkDataPersistResult,
  SparkDataQueryResult,
  SparkDataResult,
} from "./spark-data-results.ts";
import { SparkDataSortOrder } from "./spark-data-sort-order.ts";
import { SparkDigest } from "./spark-digest.ts";
import { SparkDownloadable } from "./spark-downloadable.ts";
import { SparkFiles } from "./spark-files.ts";
import { SparkGameDataService } from "./spark-game-data-service.ts";
import { SparkHttp } from "./spark-http.ts";
import { SparkHttpResponse } from "./spark-http-response.ts";
import { SparkLog } from "./spark-log.ts";
import { SparkMatchConfig } from "./spark-match-config.ts";
import { SparkMatchThreshold } from "./spark-match-threshold.ts";
import { SparkMessage } from "./spark-message.ts";
import { SparkMongoCollectionReadOnly, SparkMongoCollectionReadWrite } from "./spark-mongo-collection.ts";
import { SparkMongoCursor } from "./spark-mongo-cursor.ts";
import { SparkPlayer } from "./spark-player.ts";
import { SparkProperties } from "./spark-properties.ts";
import { SparkRedis } from "./spark-redis.ts";
import { SparkScheduler } from "./spark-scheduler.ts";
import { SparkScriptOptions } from "./spark-script-options.ts";
import { SparkSegmentType } from "./spark-segment-type.ts";
import { SparkSegmentValue } from "./spark-segment-value.ts";
import { SparkTeamType } from "./spark-team-type.ts";
import { SparkUploadableUtils } from "./spark-uploadable-utils.ts";
import { SparkVirtualGood } from "./spark-virtual-good.ts";
import { SparkXml } from "./spark-xml.ts";
import { SparkXmlReader } from "./spark-xml-reader.ts";

/** Every class whose objects scripts can hold. Frozen, with everything reachable from them, before the first script. */
export const sparkClasses: readonly (new (...args: never[]) => object)[] = [
  SendGrid,
  Spark,
  SparkAchievement,
  SparkCache,
  SparkChallenge,
  SparkChallengeType,
  SparkConfig,
  SparkCurrency,
  SparkDataCondition,
  SparkDataCursor,
  SparkDataDeleteResult,
  SparkDataGetResult,
  SparkDataItem,
  SparkDataItemPersistor,
  SparkDataNumberOperand,
  SparkDataPersistResult,
  SparkDataQueryResult,
  SparkDataResult,
  SparkDataSortOrder,
  SparkDataStringOperand,
  SparkDigest,
  SparkDownloadable,
  SparkFiles,
  SparkGameDataService,
  SparkHttp,
  SparkHttpResponse,
  SparkLog,
  SparkMatchConfig,
  SparkMatchThreshold,
  SparkMessage,
  SparkMongoCollectionReadOnly,
  SparkMongoCollectionReadWrite,
  SparkMongoCursor,
  SparkPlayer,
  SparkProperties,
  SparkScheduler,
  SparkRedis,
  SparkScriptOptions,
  SparkSegmentType,
  SparkSegmentValue,
  SparkTeamType,
  SparkUploadableUtils,
  SparkVirtualGood,
  SparkXml,
  SparkXmlReader,
];

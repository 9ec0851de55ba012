import { addLater, addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";
import { laterOfConfig } from "./later.ts";

/** The game's configuration. */
export class SparkConfig {
  /** "preview" or "live". */
  getStage(): string {
    return liveRun().stage;
  }

  /** The game's api key. */
  getApiKey(): string {
    return liveRun().apiKey;
  }
}

addLater(SparkConfig, laterOfConfig);
addProperties(SparkConfig);

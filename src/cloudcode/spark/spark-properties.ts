import { addProperties } from "../realm/classes.ts";
import { configItem, parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** The game's properties: JSON values in the configuration. A sandbox requests them once. */
export class SparkProperties {
  /** The value of a property, or null. Returns a new value at each call. */
  getProperty(propertyShortCode: string): unknown {
    liveRun();
    const json = configItem("properties", "SparkProperties.getProperty", propertyShortCode);
    return json === null ? null : parsed<"properties">(json).value;
  }

  /** The values of a property set, by key, or null. */
  getPropertySet(propertySetShortCode: string): unknown {
    liveRun();
    const json = configItem("propertySets", "SparkProperties.getPropertySet", propertySetShortCode);
    return json === null ? null : parsed<"propertySets">(json).value;
  }
}

addProperties(SparkProperties);

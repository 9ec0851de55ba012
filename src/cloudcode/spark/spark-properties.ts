import { addProperties } from "../realm/classes.ts";
import { configItem, parsed } from "../realm/config.ts";
import { liveRun } from "../realm/run.ts";

/** The game's properties: JSON that the configuration holds under short codes. A sandbox asks the server for it once. */
export class SparkProperties {
  /** The value of a property; null where there is none of that short code. Each call gives a value of its own. */
  getProperty(propertyShortCode: string): unknown {
    liveRun();
    const json = configItem("properties", "SparkProperties.getProperty", propertyShortCode);
    return json === null ? null : parsed<"properties">(json).value;
  }

  /** The values of a set's properties by their keys; null where there is none of that short code. */
  getPropertySet(propertySetShortCode: string): unknown {
    liveRun();
    const json = configItem("propertySets", "SparkProperties.getPropertySet", propertySetShortCode);
    return json === null ? null : parsed<"propertySets">(json).value;
  }
}

addProperties(SparkProperties);

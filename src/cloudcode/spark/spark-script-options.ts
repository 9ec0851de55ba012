import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** Options of the current script. */
export class SparkScriptOptions {
  /** Whether dates read from collections stay Date objects. */
  getMaintainDbDates(): boolean {
    return liveRun().maintainDates;
  }

  /** Sets whether dates read from collections are Date objects (true) or milliseconds (false, the default). */
  setMaintainDbDates(maintainDbDates: boolean): void {
    liveRun().maintainDates = maintainDbDates === true;
  }
}

addProperties(SparkScriptOptions);

import { addProperties } from "../realm/classes.ts";
import { liveRun } from "../realm/run.ts";

/** What the current script wants otherwise. */
export class SparkScriptOptions {
  /** Are dates of collections kept as dates? */
  getMaintainDbDates(): boolean {
    return liveRun().maintainDates;
  }

  /** With true, dates of collections are found as dates, and not as milliseconds. */
  setMaintainDbDates(maintainDbDates: boolean): void {
    liveRun().maintainDates = maintainDbDates === true;
  }
}

addProperties(SparkScriptOptions);

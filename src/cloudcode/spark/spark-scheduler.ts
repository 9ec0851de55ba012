import { jsonArgument, kindOf, nameOrNull, numberArgument } from "../realm/arguments.ts";
import { askHost } from "../realm/host.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { addLogLine, liveRun } from "../realm/run.ts";

/** Runs modules later. */
export class SparkScheduler {
  /**
   * Runs a module after `delaySeconds`, to within about a second, as this script's player, with `data` as
   * `Spark.getData()`. A schedule with the same key that has not started is replaced. The schedule persists even if
   * this script fails, and survives restarts of the server. Always returns true; if there is no such module, a line is
   * logged.
   */
  inSeconds(shortCode: string, delaySeconds: number, data: object | null, key?: string | null): boolean {
    const method = "SparkScheduler.inSeconds";
    const module = nameOrNull(method, "shortCode", shortCode);
    const delay = numberArgument(method, "delaySeconds", delaySeconds);
    if (typeof data !== "object" && data !== undefined) {
      throw new OriginalTypeError(`${method}: data must be an object, not ${kindOf(data)}.`);
    }
    const json = stringify(jsonArgument(method, "data", data));
    const name = stringify(key === undefined ? null : nameOrNull(method, "key", key));
    const isPlanned =
      module !== null && askHost("schedule.add", `,${stringify(module)},${delay},${json},${name}`) === true;
    if (!isPlanned) addLogLine(liveRun(), "warn", stringify(`${method}: the game has no module ${module}.`));
    return true;
  }

  /** Cancels a schedule. A module that is already running continues, but is not retried if interrupted. */
  cancel(key: string): void {
    const name = nameOrNull("SparkScheduler.cancel", "key", key);
    if (name !== null) askHost("schedule.cancel", `,${stringify(name)}`);
  }
}

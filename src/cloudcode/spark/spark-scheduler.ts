import { jsonArgument, kindOf, nameOrNull, numberArgument } from "../realm/arguments.ts";
import { askHost } from "../realm/host.ts";
import { OriginalTypeError, stringify } from "../realm/originals.ts";
import { addLogLine, liveRun } from "../realm/run.ts";

/** Runs modules later. */
export class SparkScheduler {
  /**
   * Runs a module after so many seconds, within about a second of that, as the player of this script; there
   * `Spark.getData()` is `data`. With a key, a schedule of that key that has not begun is changed into this one. It stands
   * whatever becomes of this script, and outlives the server. True, also where the game has no such module: then nothing is
   * to run, and a line in the log says so.
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

  /**
   * Forgets the schedule of a key. A module that runs at the moment goes on, but where it does not come to its end, as its
   * server stops or has no script host, it is not tried again. Of a key that is unknown nothing is said.
   */
  cancel(key: string): void {
    const name = nameOrNull("SparkScheduler.cancel", "key", key);
    if (name !== null) askHost("schedule.cancel", `,${stringify(name)}`);
  }
}

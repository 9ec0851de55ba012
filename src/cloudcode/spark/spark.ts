import { jsonArgument, nameArgument } from "../realm/arguments.ts";
import { dictionary, freeze } from "../realm/originals.ts";
import { exit, liveRun, readMember, setMember } from "../realm/run.ts";
import { SparkLog } from "./spark-log.ts";
import { SparkPlayer } from "./spark-player.ts";

const theLog = freeze(new SparkLog());
const thePlayer = freeze(new SparkPlayer());

/** The object `Spark` of Cloud Code: what the current script was called with, and what it answers. */
export class Spark {
  /** The request, response or message as the client sees it. The same object each time. */
  getData(): unknown {
    return liveRun().data;
  }
  get data(): unknown {
    return this.getData();
  }

  /** The player of this call; null where there is none, such as before a login. */
  getPlayer(): SparkPlayer | null {
    return liveRun().player && thePlayer;
  }
  get player(): SparkPlayer | null {
    return this.getPlayer();
  }

  /** The log. */
  getLog(): SparkLog {
    liveRun();
    return theLog;
  }
  get log(): SparkLog {
    return this.getLog();
  }

  /** Ends the script at once, from any depth; what it set so far is kept. */
  exit(): never {
    exit();
  }

  /** A member of the response's script data; null where there is none. */
  getScriptData(name: string): unknown {
    return readMember(liveRun().scriptData, nameArgument("Spark.getScriptData", "name", name));
  }

  /** Sets a member of the response's script data: any JSON. */
  setScriptData(name: string, value: unknown): void {
    const method = "Spark.setScriptData";
    const text = jsonArgument(method, "value", value);
    setMember(liveRun().scriptData, nameArgument(method, "name", name), text);
  }

  /** Removes a member of the response's script data. */
  removeScriptData(name: string): void {
    delete liveRun().scriptData[nameArgument("Spark.removeScriptData", "name", name)];
  }

  /** Removes the response's script data altogether. */
  removeAllScriptData(): void {
    liveRun().scriptData = dictionary();
  }

  /** Adds a pair to the response's error; in a request's script this refuses the request. */
  setScriptError(key: string, value: unknown): void {
    const method = "Spark.setScriptError";
    const text = jsonArgument(method, "value", value);
    setMember(liveRun().scriptErrors, nameArgument(method, "key", key), text);
  }

  /** The value of a script error; null where there is none of that key. */
  getScriptError(key: string): unknown {
    return readMember(liveRun().scriptErrors, nameArgument("Spark.getScriptError", "key", key));
  }

  /** Has this script, or an earlier one of the same request, set an error? */
  hasScriptErrors(): boolean {
    for (const _key in liveRun().scriptErrors) return true;
    return false;
  }

  /** Removes a script error. */
  removeScriptError(key: string): void {
    delete liveRun().scriptErrors[nameArgument("Spark.removeScriptError", "key", key)];
  }

  /** Removes every script error. */
  removeAllScriptErrors(): void {
    liveRun().scriptErrors = dictionary();
  }
}

/** Every class whose objects a script may hold. Frozen with all they lead to before the first script. */
export const sparkClasses: readonly object[] = [Spark, SparkLog, SparkPlayer];

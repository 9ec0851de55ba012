import { jsonArgument } from "../realm/arguments.ts";
import { addMethod } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import { isFiniteNumber, OriginalTypeError, stringify, toText } from "../realm/originals.ts";
import { REDIS_COMMANDS } from "../redis-commands.ts";

/** The game's Redis. Methods send the command of the same name, see https://redis.io/commands. */
export class SparkRedis {}

for (const name of Object.keys(REDIS_COMMANDS)) {
  /** Sends the command of this name. */
  addMethod(SparkRedis, name, (...args: unknown[]): unknown => askHost(`redis.${name}`, argumentsJson(name, args)));
}

/** JSON of the arguments, each preceded by a comma. The server checks their types. */
function argumentsJson(name: string, args: readonly unknown[]): string {
  const method = `SparkRedis.${name}`;
  let json = "";
  for (let at = 0; at < args.length; at++) {
    const argument = `argument ${at + 1}`;
    const value = args[at];
    if (value === undefined) throw new OriginalTypeError(`${method}: ${argument} must not be undefined.`);
    // Infinity is a valid score, but not valid JSON.
    const isOdd = typeof value === "number" && !isFiniteNumber(value);
    json += `,${isOdd ? stringify(toText(value)) : jsonArgument(method, argument, value)}`;
  }
  return json;
}

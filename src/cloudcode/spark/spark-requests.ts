import { jsonArgument, kindOf, nameArgument } from "../realm/arguments.ts";
import { invalidateChallenges } from "../realm/challenges.ts";
import { callHost } from "../realm/host.ts";
import { defineProperty, freeze, OriginalTypeError, parse, stringify } from "../realm/originals.ts";
import { flushPlayers } from "../realm/players.ts";
import { liveRun } from "../realm/run.ts";
import { REQUEST_NAMES } from "./request-names.ts";

/**
 * A request that a script sends: `var request = new SparkRequests.LogEventRequest()`. Its fields and `scriptData` are
 * set as properties. Returns the response that a client would get, with `error` if the request was refused.
 */
export class SparkRequest {
  /** Sends the request as the current player, without running scripts for it. */
  Send(): unknown {
    return sendRequest(`${nameOf(this)}.Send`, this, null, false);
  }

  /** Sends the request as another player, without running scripts for it. */
  SendAs(playerId: string): unknown {
    const method = `${nameOf(this)}.SendAs`;
    return sendRequest(method, this, nameArgument(method, "playerId", playerId), false);
  }

  /** Sends the request as the current player and runs its scripts. */
  Execute(): unknown {
    return sendRequest(`${nameOf(this)}.Execute`, this, null, true);
  }

  /** Sends the request as another player and runs its scripts. */
  ExecuteAs(playerId: string): unknown {
    const method = `${nameOf(this)}.ExecuteAs`;
    return sendRequest(method, this, nameArgument(method, "playerId", playerId), true);
  }
}

/**
 * Sends a request and waits for the response. The run's changes of players are written before.
 * @param playerId null: the current player
 */
export function sendRequest(method: string, request: unknown, playerId: string | null, runsScripts: boolean): unknown {
  liveRun();
  if (typeof request !== "object" || request === null) {
    throw new OriginalTypeError(`${method}: request must be an object, not ${kindOf(request)}.`);
  }
  const text = jsonArgument(method, "request", request);
  const as = playerId === null ? "null" : stringify(playerId);
  flushPlayers();
  invalidateChallenges();
  return parse(callHost("request.send", `,${text},${as},${runsScripts ? "true" : "false"}`));
}

type RequestClass = new () => SparkRequest;

/** Cloud Code's object `SparkRequests`: a class for each request. */
export const sparkRequests: Readonly<Record<string, RequestClass>> = freeze(
  Object.fromEntries(REQUEST_NAMES.map((name) => [name, classOf(name)])),
);

function classOf(name: string): RequestClass {
  const type = class extends SparkRequest {
    "@class" = `.${name}`;
  };
  defineProperty(type, "name", { value: name });
  return type;
}

/** For messages. The script may have changed the request's `@class`. */
function nameOf(request: SparkRequest): string {
  const name: unknown = (request as unknown as Record<string, unknown>)["@class"];
  return typeof name === "string" ? `SparkRequests${name[0] === "." ? "" : "."}${name}` : "SparkRequests";
}

import {
  booleanArgument,
  countArgument,
  jsonArgument,
  kindOf,
  listArgument,
  nameArgument,
} from "../realm/arguments.ts";
import { callHost } from "../realm/host.ts";
import { isArray, OriginalTypeError, stringify } from "../realm/originals.ts";
import { liveRun } from "../realm/run.ts";
import { SparkPlayer } from "./spark-player.ts";

/** A ScriptMessage to be sent. What is not set is as configured. Values are copied when they are set. */
export class SparkMessage {
  readonly #extCode: string | null;
  #data = "null";
  #to = "[]";
  #sendViaSocket: boolean | null = null;
  #sendAsPush: boolean | null = null;
  #expireAfterHours: number | null = null;

  constructor(extCode: string | null) {
    this.#extCode = extCode;
  }

  /** Whether it is sent to the players' sockets. In any case it is in their message lists. */
  setSendViaSocket(value: boolean): SparkMessage {
    this.#sendViaSocket = booleanArgument("SparkMessage.setSendViaSocket", "value", value);
    return this;
  }

  /** Whether it may be sent as a push notification; the message's `notification` says so. */
  setSendAsPush(value: boolean): SparkMessage {
    this.#sendAsPush = booleanArgument("SparkMessage.setSendAsPush", "value", value);
    return this;
  }

  /** Whether the push notification is omitted for players who get the message by socket. */
  setSupressPushOnSocketSend(value: boolean): SparkMessage {
    booleanArgument("SparkMessage.setSupressPushOnSocketSend", "value", value);
    return this;
  }

  /** Whether it counts in the number that a push notification shows. */
  setIncludeInPushCount(value: boolean): SparkMessage {
    booleanArgument("SparkMessage.setIncludeInPushCount", "value", value);
    return this;
  }

  /** How many hours it is stored for players who are offline; 0 or less: only currently open sockets get it. */
  setExpireAfterHours(hours: number): SparkMessage {
    const whole = countArgument("SparkMessage.setExpireAfterHours", "hours", hours, -2_147_483_647);
    this.#expireAfterHours = whole < 0 ? 0 : whole;
    return this;
  }

  /** The device types for push notifications, given separately or as an array. */
  setDeviceTypes(...deviceTypes: (string | string[])[]): SparkMessage {
    listArgument("SparkMessage.setDeviceTypes", "deviceTypes", deviceTypes, nameArgument);
    return this;
  }

  /** Sets the message's `data`: an object, or null. */
  setMessageData(data: object | null): SparkMessage {
    this.#data = dataArgument("SparkMessage.setMessageData", data);
    return this;
  }

  /** Sets the recipients' player ids, given separately or as an array. Replaces earlier ones. */
  setPlayerIds(...playerIds: (string | string[])[]): SparkMessage {
    this.#to = listArgument("SparkMessage.setPlayerIds", "playerIds", playerIds, nameArgument);
    return this;
  }

  /**
   * Sends the message at once, and once to each player, even if the script fails later. Players who are offline get it
   * at their next login. Unknown ids are skipped; without recipients nothing is sent. Asks the server.
   */
  send(): void {
    send(this.#extCode, this.#data, this.#to, this.#sendViaSocket, this.#sendAsPush, this.#expireAfterHours);
  }
}

/** Implements the older send methods of Spark; `to` is JSON of ids. */
export function sendMessage(
  method: string,
  data: unknown,
  extCode: unknown,
  to: string,
  sendAsPush: boolean | null = null,
): void {
  send(codeArgument(method, extCode), dataArgument(method, data), to, null, sendAsPush, null);
}

/** The code of an extension; null, undefined and "" mean the plain message. */
export function codeArgument(method: string, extCode: unknown): string | null {
  if (extCode === null || extCode === undefined || extCode === "") return null;
  return nameArgument(method, "extCode", extCode);
}

/** The ids of SparkPlayer arguments, as JSON of an array. */
export function playerIdsOf(method: string, players: readonly unknown[]): string {
  return listArgument(method, "players", players, playerArgument);
}

/** `data` and `to` are JSON. */
function send(
  extCode: string | null,
  data: string,
  to: string,
  sendViaSocket: boolean | null,
  sendAsPush: boolean | null,
  expireAfterHours: number | null,
): void {
  liveRun();
  if (to === "[]") return;
  callHost(
    "message.send",
    `,{"extCode":${stringify(extCode)},"data":${data},"to":${to},"sendViaSocket":${sendViaSocket},` +
      `"sendAsPush":${sendAsPush},"expireAfterHours":${expireAfterHours}}`,
  );
}

export function playerArgument(method: string, argument: string, value: unknown): string {
  if (value instanceof SparkPlayer) return value.getPlayerId();
  throw new OriginalTypeError(`${method}: ${argument} must be a SparkPlayer, not ${kindOf(value)}.`);
}

function dataArgument(method: string, data: unknown): string {
  if (data === null) return "null";
  if (typeof data === "object" && !isArray(data)) return jsonArgument(method, "data", data);
  throw new OriginalTypeError(`${method}: data must be an object, not ${isArray(data) ? "an array" : kindOf(data)}.`);
}

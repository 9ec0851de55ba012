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

/**
 * A ScriptMessage that is not sent yet. What is not set here is as the game configures its extension, or ScriptMessage.
 * What a value is when it is set counts: changes that the script makes to it afterwards are not part of the message.
 */
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

  /** Whether it goes to the players' sockets. What does not is in their lists only. */
  setSendViaSocket(value: boolean): SparkMessage {
    this.#sendViaSocket = booleanArgument("SparkMessage.setSendViaSocket", "value", value);
    return this;
  }

  /** Whether it may be pushed; the message says so as `notification`. */
  setSendAsPush(value: boolean): SparkMessage {
    this.#sendAsPush = booleanArgument("SparkMessage.setSendAsPush", "value", value);
    return this;
  }

  /** Whether it is pushed to nobody who gets it by a socket. */
  setSupressPushOnSocketSend(value: boolean): SparkMessage {
    booleanArgument("SparkMessage.setSupressPushOnSocketSend", "value", value);
    return this;
  }

  /** Whether it counts in the number that a push shows. */
  setIncludeInPushCount(value: boolean): SparkMessage {
    booleanArgument("SparkMessage.setIncludeInPushCount", "value", value);
    return this;
  }

  /** How long it is kept for players who are away, in whole hours; 0 or less: only sockets that are open now get it. */
  setExpireAfterHours(hours: number): SparkMessage {
    const whole = countArgument("SparkMessage.setExpireAfterHours", "hours", hours, -2_147_483_647);
    this.#expireAfterHours = whole < 0 ? 0 : whole;
    return this;
  }

  /** The types of devices that it is pushed to: an array of them, or one after the other. */
  setDeviceTypes(...deviceTypes: (string | string[])[]): SparkMessage {
    listArgument("SparkMessage.setDeviceTypes", "deviceTypes", deviceTypes, nameArgument);
    return this;
  }

  /** The message's `data`: an object, or null for none. */
  setMessageData(data: object | null): SparkMessage {
    this.#data = dataArgument("SparkMessage.setMessageData", data);
    return this;
  }

  /** Whom it goes to, in place of those set before: an array of players' ids, or one after the other. */
  setPlayerIds(...playerIds: (string | string[])[]): SparkMessage {
    this.#to = listArgument("SparkMessage.setPlayerIds", "playerIds", playerIds, nameArgument);
    return this;
  }

  /**
   * Sends it now, once to each player: what becomes of the script after that does not take it back. Players who are away
   * get it at their next login. Ids of nobody are left out, and without any nothing is sent. Asks the server.
   */
  send(): void {
    send(this.#extCode, this.#data, this.#to, this.#sendViaSocket, this.#sendAsPush, this.#expireAfterHours);
  }
}

/** What the older methods of Spark send; `to` is JSON of ids. */
export function sendMessage(
  method: string,
  data: unknown,
  extCode: unknown,
  to: string,
  sendAsPush: boolean | null = null,
): void {
  send(codeArgument(method, extCode), dataArgument(method, data), to, null, sendAsPush, null);
}

/** The code of an extension; null, nothing and "" stand for the plain message. */
export function codeArgument(method: string, extCode: unknown): string | null {
  if (extCode === null || extCode === undefined || extCode === "") return null;
  return nameArgument(method, "extCode", extCode);
}

/** The ids of players, given as player objects: JSON of an array, as `listArgument`. */
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

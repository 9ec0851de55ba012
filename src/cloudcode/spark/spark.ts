import type { PlayerInput } from "../protocol.ts";
import {
  countArgument,
  jsonArgument,
  kindOf,
  listArgument,
  nameArgument,
  nameOrNull,
  queryArgument,
} from "../realm/arguments.ts";
import { addMethod, addProperties, addUnsupported } from "../realm/classes.ts";
import { askHost } from "../realm/host.ts";
import {
  dictionary,
  exec,
  freeze,
  hasOwn,
  now,
  OriginalError,
  OriginalTypeError,
  ownKeys,
  stringify,
} from "../realm/originals.ts";
import { playerState } from "../realm/player.ts";
import { addLogLine, exit, liveRun, membersValue, readMember, setMember } from "../realm/run.ts";
import { type SendGrid, sendGrid } from "./send-grid.ts";
import { SparkCache } from "./spark-cache.ts";
import { challengeObject, SparkChallenge } from "./spark-challenge.ts";
import { SparkConfig } from "./spark-config.ts";
import { SparkDigest } from "./spark-digest.ts";
import { downloadableJson, downloadableXml, SparkFiles, uploadedJson, uploadedXml } from "./spark-files.ts";
import { SparkGameDataService } from "./spark-game-data-service.ts";
import { type SparkHttp, sparkHttp } from "./spark-http.ts";
import { SparkLog } from "./spark-log.ts";
import { codeArgument, playerIdsOf, SparkMessage, sendMessage } from "./spark-message.ts";
import { SparkMongoCollectionReadOnly, SparkMongoCollectionReadWrite } from "./spark-mongo-collection.ts";
import { playerObject, type SparkPlayer } from "./spark-player.ts";
import { SparkProperties } from "./spark-properties.ts";
import { SparkRedis } from "./spark-redis.ts";
import { sendRequest } from "./spark-requests.ts";
import { SparkScheduler } from "./spark-scheduler.ts";
import { SparkScriptOptions } from "./spark-script-options.ts";
import { currentSession } from "./spark-session.ts";
import { SparkUploadableUtils } from "./spark-uploadable-utils.ts";
import type { SparkXmlReader } from "./spark-xml-reader.ts";
import { unsupportedInSpark } from "./unsupported.ts";

const theLog = freeze(new SparkLog());
const theCache = freeze(new SparkCache());
const theConfig = freeze(new SparkConfig());
const theProperties = freeze(new SparkProperties());
const theDigest = freeze(new SparkDigest());
const theData = freeze(new SparkGameDataService());
const theScheduler = freeze(new SparkScheduler());
const theRedis = freeze(new SparkRedis());
const theFiles = freeze(new SparkFiles());
const theUploads = freeze(new SparkUploadableUtils());
const theOptions = freeze(new SparkScriptOptions());

const CHALLENGE_ID = /^[0-9a-fA-F]{24}$/;

/** Cloud Code's object `Spark`. */
export class Spark {
  /** The request, response or message as the client sees it. Always the same object. */
  getData(): unknown {
    return liveRun().data;
  }

  /** The current player, or null, such as before a login. */
  getPlayer(): SparkPlayer | null {
    const { player } = liveRun();
    return player && playerObject(player);
  }

  /** Loads a player, or null. Always the same object for a player. Asks the server. */
  loadPlayer(playerId: string): SparkPlayer | null {
    const id = nameOrNull("Spark.loadPlayer", "playerId", playerId);
    if (id === null) return null;
    return known(id) ?? loaded(askHost("player.load", `,${stringify(id)}`) as PlayerInput | null);
  }

  /** Loads a player by the id in an external system, or null. Asks the server. */
  loadPlayerByExternalId(externalSystem: string, externalId: string): SparkPlayer | null {
    const method = "Spark.loadPlayerByExternalId";
    const system = nameOrNull(method, "externalSystem", externalSystem);
    const id = nameOrNull(method, "externalId", externalId);
    if (system === null || id === null) return null;
    return loaded(askHost("player.loadByExternalId", `,${stringify(system)},${stringify(id)}`) as PlayerInput | null);
  }

  /**
   * Loads a challenge's current state, or null. Always the same object for a challenge. Throws if the id is invalid,
   * that is, does not have 24 hexadecimal digits. Asks the server.
   */
  getChallenge(challengeInstanceId: string): SparkChallenge | null {
    const method = "Spark.getChallenge";
    const id = nameArgument(method, "challengeInstanceId", challengeInstanceId);
    if (exec(CHALLENGE_ID, id) === null) {
      throw new OriginalError(`${method}: challengeInstanceId is invalid: an id has 24 hexadecimal digits.`);
    }
    return challengeObject(id);
  }

  /**
   * Locks a challenge against changes by other scripts, until it is unlocked as often as it was locked or this script
   * ends. Others can still read it. Waits up to ten seconds for another script's lock, then throws.
   */
  lock(challenge: SparkChallenge): void {
    askHost("challenge.lock", SparkChallenge.argumentOf("Spark.lock", challenge));
  }

  /** Unlocks a challenge. */
  unlock(challenge: SparkChallenge): void {
    askHost("challenge.unlock", SparkChallenge.argumentOf("Spark.unlock", challenge));
  }

  /** The script log. */
  getLog(): SparkLog {
    liveRun();
    return theLog;
  }

  /** The game's configuration. */
  getConfig(): SparkConfig {
    liveRun();
    return theConfig;
  }

  /** The game's properties and property sets. */
  getProperties(): SparkProperties {
    liveRun();
    return theProperties;
  }

  /** The cache shared by the stage's scripts. */
  getCache(): SparkCache {
    liveRun();
    return theCache;
  }

  /** The game's Redis. */
  getRedis(): SparkRedis {
    liveRun();
    return theRedis;
  }

  /** Digests and HMACs. */
  getDigester(): SparkDigest {
    liveRun();
    return theDigest;
  }

  /** An HTTP request to be configured and sent; `timeout` is in milliseconds. See `SparkHttp`. */
  getHttp(url: string, timeout?: number): SparkHttp {
    return sparkHttp(url, timeout);
  }

  /** A mail to be sent through SendGrid. With a user name and a password, the password is the API key. */
  sendGrid(APIKeyOrUsername: string, password?: string): SendGrid {
    return sendGrid(APIKeyOrUsername, password);
  }

  /** Uploaded files and downloadables. */
  getFiles(): SparkFiles {
    liveRun();
    return theFiles;
  }

  /** Uploads by scripts. */
  getUploadableUtils(): SparkUploadableUtils {
    liveRun();
    return theUploads;
  }

  /** As `getFiles().uploadedJson`. */
  uploadedJson(uploadId: string): unknown {
    return uploadedJson("Spark.uploadedJson", uploadId);
  }

  /** As `getFiles().uploadedXml`. */
  uploadedXml(uploadId: string): SparkXmlReader | null {
    return uploadedXml("Spark.uploadedXml", uploadId);
  }

  /** As `getFiles().downloadableJson`. */
  downloadableJson(shortCode: string): unknown {
    return downloadableJson("Spark.downloadableJson", shortCode);
  }

  /** As `getFiles().downloadableXml`. */
  downloadableXml(shortCode: string): SparkXmlReader | null {
    return downloadableXml("Spark.downloadableXml", shortCode);
  }

  /** Runs modules later. */
  getScheduler(): SparkScheduler {
    liveRun();
    return theScheduler;
  }

  /** The Game Data Service. */
  getGameDataService(): SparkGameDataService {
    liveRun();
    return theData;
  }

  /** Options of this script. */
  getSparkScriptOptions(): SparkScriptOptions {
    liveRun();
    return theOptions;
  }

  /** Ends the script at once, from any depth, as a success. */
  exit(): never {
    exit();
  }

  /** Milliseconds until the script's deadline. */
  getRemainingMilliseconds(): number {
    const left = liveRun().endsAt - now();
    return left > 0 ? left : 0;
  }

  /** A collection of the game, which is created with its first document. */
  runtimeCollection(collectionName: string): SparkMongoCollectionReadWrite {
    return new SparkMongoCollectionReadWrite("script", collectionArgument("runtimeCollection", collectionName));
  }

  /** A metadata collection of the game, writable on preview only. */
  metaCollection(collectionName: string): SparkMongoCollectionReadWrite {
    return new SparkMongoCollectionReadWrite("meta", collectionArgument("metaCollection", collectionName));
  }

  /** A read-only collection of the server: "player" or "challengeInstance". */
  systemCollection(collectionName: string): SparkMongoCollectionReadOnly {
    return new SparkMongoCollectionReadOnly("system", collectionArgument("systemCollection", collectionName));
  }

  /** Saves a document in a runtime collection. */
  save(collectionName: string, document: object): boolean {
    return this.runtimeCollection(collectionName).save(document);
  }

  /** Removes the documents that match a query from a runtime collection. */
  remove(collectionName: string, query: object): boolean {
    return this.runtimeCollection(collectionName).remove(query);
  }

  /** The documents that match a query in a runtime collection, as an array. */
  find(collectionName: string, query: object | null, projection?: object | null): unknown {
    queryArgument("Spark.find", "query", query);
    return this.runtimeCollection(collectionName).find(query, projection).toArray();
  }

  /**
   * Sends a request as the current player, `{"@class": ".LogEventRequest", …}` or one of `SparkRequests`, without
   * running scripts for it. Returns the response that a client would get, with `error` if it was refused. This script's
   * changes of players are written before, and players are read again after.
   */
  sendRequest(request: object): unknown {
    return sendRequest("Spark.sendRequest", request, null, false);
  }

  /** Sends a request as another player; see `sendRequest`. */
  sendRequestAs(request: object, playerId: string): unknown {
    const method = "Spark.sendRequestAs";
    return sendRequest(method, request, nameArgument(method, "playerId", playerId), false);
  }

  /** Logs an event as the current player, by a LogEventRequest. A refusal is logged. */
  logEvent(eventKey: string, values?: object): void {
    const method = "Spark.logEvent";
    const key = nameOrNull(method, "eventKey", eventKey);
    if (key === null) return;
    const request = eventRequest(key, values);
    const { error } = sendRequest(method, request, null, false) as { error?: unknown };
    if (error === undefined) return;
    addLogLine(liveRun(), "warn", stringify(`Spark.logEvent: the event ${key} was refused: ${stringify(error)}`));
  }

  /**
   * Locks a name. Waits up to `tryMillis` for another script's lock, then returns false. A name that is locked twice
   * must be unlocked twice. Locks held at the script's end are released after its changes are written. Scripts of
   * requests sent by this one share its locks.
   */
  lockKey(lockName: string, tryMillis: number): boolean {
    const method = "Spark.lockKey";
    const name = nameOrNull(method, "lockName", lockName);
    const millis = countArgument(method, "tryMillis", tryMillis);
    return name !== null && askHost("lock.take", `,${stringify(name)},${millis}`) === true;
  }

  /** Unlocks a name once; false if this script has not locked it. */
  unlockKey(lockName: string): boolean {
    const name = nameOrNull("Spark.unlockKey", "lockName", lockName);
    return name !== null && askHost("lock.release", `,${stringify(name)}`) === true;
  }

  /** Unlocks a name completely; false if this script has not locked it. */
  unlockKeyFully(lockName: string): boolean {
    const name = nameOrNull("Spark.unlockKeyFully", "lockName", lockName);
    return name !== null && askHost("lock.releaseFully", `,${stringify(name)}`) === true;
  }

  /** A ScriptMessage to be configured and sent, optionally of a configured extension. */
  message(extCode?: string | null): SparkMessage {
    liveRun();
    return new SparkMessage(codeArgument("Spark.message", extCode));
  }

  /** Sends a ScriptMessage to players, given separately or as an array. Null players are skipped. See `message`. */
  sendMessage(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void {
    const method = "Spark.sendMessage";
    sendMessage(method, data, null, playerIdsOf(method, players));
  }

  /** As `sendMessage`, with a configured extension. */
  sendMessageExt(data: object | null, extCode: string | null, ...players: (SparkPlayer | SparkPlayer[])[]): void {
    const method = "Spark.sendMessageExt";
    sendMessage(method, data, extCode, playerIdsOf(method, players));
  }

  /** As `sendMessage`, without push notification. */
  sendMessageWithoutPush(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void {
    const method = "Spark.sendMessageWithoutPush";
    sendMessage(method, data, null, playerIdsOf(method, players), false);
  }

  /** As `sendMessage`, with player ids. */
  sendMessageById(data: object | null, ...playerIds: (string | string[])[]): void {
    const method = "Spark.sendMessageById";
    sendMessage(method, data, null, listArgument(method, "playerIds", playerIds, nameArgument));
  }

  /** As `sendMessageExt`, with player ids. */
  sendMessageByIdExt(data: object | null, extCode: string | null, ...playerIds: (string | string[])[]): void {
    const method = "Spark.sendMessageByIdExt";
    sendMessage(method, data, extCode, listArgument(method, "playerIds", playerIds, nameArgument));
  }

  /** As `sendMessageWithoutPush`, with player ids. */
  sendMessageByIdWithoutPush(data: object | null, ...playerIds: (string | string[])[]): void {
    const method = "Spark.sendMessageByIdWithoutPush";
    sendMessage(method, data, null, listArgument(method, "playerIds", playerIds, nameArgument), false);
  }

  /** Removes a message from its recipient's lists; false if there is no such message. */
  dismissMessage(messageId: string): boolean {
    const id = nameOrNull("Spark.dismissMessage", "messageId", messageId);
    return id !== null && askHost("message.dismiss", `,${stringify(id)}`) === true;
  }

  /** In a message's script, the ids of all recipients; otherwise empty. */
  getPlayerIds(): string[] {
    return askHost("message.playerIds", "") as string[];
  }

  /** The type of the connection's credential, such as "device", or null. */
  getCredentialType(): string | null {
    return currentSession().credentialType;
  }

  /** The id of the player's session, or null. */
  getSessionId(): string | null {
    return currentSession().sessionId;
  }

  /** The IP address of the request's sender, which may be a proxy, or null. */
  getClientIp(): string | null {
    return currentSession().clientIp;
  }

  /** A member of the response's script data, or null. Without a name: all of it. */
  getScriptData(name?: string): unknown {
    const { scriptData } = liveRun();
    // biome-ignore lint/complexity/noArguments: an undefined name differs from a missing one
    if (arguments.length === 0) return membersValue(scriptData);
    return readMember(scriptData, nameOrNull("Spark.getScriptData", "name", name));
  }

  /** Sets a member of the response's script data to a JSON value. */
  setScriptData(name: string, value: unknown): void {
    const method = "Spark.setScriptData";
    const text = jsonArgument(method, "value", value);
    setMember(liveRun().scriptData, nameOrNull(method, "name", name), text);
  }

  /** Removes a member of the response's script data. */
  removeScriptData(name: string): void {
    const member = nameOrNull("Spark.removeScriptData", "name", name);
    const { scriptData } = liveRun();
    if (member !== null) delete scriptData[member];
  }

  /** Removes all of the response's script data. */
  removeAllScriptData(): void {
    liveRun().scriptData = dictionary();
  }

  /** Adds an entry to the response's error. In a request's script this refuses the request. The key is required. */
  setScriptError(key: string, value: unknown): void {
    const method = "Spark.setScriptError";
    const text = jsonArgument(method, "value", value);
    setMember(liveRun().scriptErrors, nameArgument(method, "key", key), text);
  }

  /** The value of a script error, or null. */
  getScriptError(key: string): unknown {
    return readMember(liveRun().scriptErrors, nameOrNull("Spark.getScriptError", "key", key));
  }

  /** Whether this script, or an earlier one of the same request, has set an error. */
  hasScriptErrors(): boolean {
    for (const _key in liveRun().scriptErrors) return true;
    return false;
  }

  /** Removes a script error. */
  removeScriptError(key: string): void {
    const error = nameOrNull("Spark.removeScriptError", "key", key);
    const { scriptErrors } = liveRun();
    if (error !== null) delete scriptErrors[error];
  }

  /** Removes all script errors. */
  removeAllScriptErrors(): void {
    liveRun().scriptErrors = dictionary();
  }
}

/** As `runtimeCollection`; nothing is cached. */
addMethod<Spark>(Spark, "cachedRuntimeCollection", function (collectionName: string) {
  return this.runtimeCollection(collectionName);
});
addUnsupported(Spark, unsupportedInSpark);
addProperties(Spark);

function collectionArgument(method: string, name: unknown): string {
  liveRun();
  return nameArgument(`Spark.${method}`, "collectionName", name);
}

function eventRequest(eventKey: string, values: unknown): object {
  const request = dictionary<unknown>();
  if (values !== undefined && values !== null) {
    if (typeof values !== "object") {
      throw new OriginalTypeError(`Spark.logEvent: values must be an object, not ${kindOf(values)}.`);
    }
    const names = ownKeys(values);
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      if (typeof name === "string") request[name] = (values as Record<string, unknown>)[name];
    }
  }
  request["@class"] = ".LogEventRequest";
  request["eventKey"] = eventKey;
  return request;
}

/** A player that the run has already loaded. */
function known(id: string): SparkPlayer | null {
  const run = liveRun();
  if (run.player?.playerId === id) return playerObject(run.player);
  return hasOwn(run.players, id) ? playerObject(run.players[id]!) : null;
}

function loaded(input: PlayerInput | null): SparkPlayer | null {
  if (input === null) return null;
  const before = known(input.playerId);
  if (before !== null) return before;
  const state = playerState(input);
  liveRun().players[input.playerId] = state;
  return playerObject(state);
}

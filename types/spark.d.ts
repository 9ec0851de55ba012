// Made by `npm run docs` from src/cloudcode/spark. Change the classes there, not this file.

// The API of Cloud Code scripts, for editors and the TypeScript compiler. Members of GameSparks that this server does not
// support yet are left out, so that no editor offers them; docs/spark.md lists them.

interface SparkXml {
  /** Child elements by name, attributes by "@" and name. */
  readonly [name: string]: any;
}

/** A mail sent through SendGrid. Counts as one of the script's HTTP requests. */
interface SendGrid {
  /** Adds a recipient. */
  addTo(email: string, name?: string | null): SendGrid;

  /** Sets the sender. */
  setFrom(email: string, name?: string | null): SendGrid;

  /** Sets the address for replies. */
  setReplyTo(email: string): SendGrid;

  /** Sets the recipient of a blind copy. */
  setBcc(bcc: string): SendGrid;

  /** Sets the subject. */
  setSubject(subject: string): SendGrid;

  /** Sets the plain text body. Not used if there is an HTML body. */
  setText(text: string): SendGrid;

  /** Sets the HTML body. */
  setHtml(html: string): SendGrid;

  /** Adds a header to the mail. */
  addHeader(key: string, value: string): SendGrid;

  /** Attaches an uploaded file. */
  addUploaded(uploadId: string): SendGrid;

  /** Attaches a downloadable's file. */
  addDownloadable(shortCode: string): SendGrid;

  /**
   * Sends the mail and returns SendGrid's response: `{"message":"success"}`, or errors, also for an incomplete mail.
   * Throws if SendGrid is unreachable.
   */
  send(): string;
}

/** Cloud Code's object `Spark`. */
interface Spark {
  /** The request, response or message as the client sees it. Always the same object. */
  getData(): any;

  /** The request, response or message as the client sees it. Always the same object. */
  readonly data: any;

  /** The current player, or null, such as before a login. */
  getPlayer(): SparkPlayer | null;

  /** The current player, or null, such as before a login. */
  readonly player: SparkPlayer | null;

  /** Loads a player, or null. Always the same object for a player. Asks the server. */
  loadPlayer(playerId: string): SparkPlayer | null;

  /** Loads a player by the id in an external system, or null. Asks the server. */
  loadPlayerByExternalId(externalSystem: string, externalId: string): SparkPlayer | null;

  /**
   * Loads a challenge's current state, or null. Always the same object for a challenge. Throws if the id is invalid,
   * that is, does not have 24 hexadecimal digits. Asks the server.
   */
  getChallenge(challengeInstanceId: string): SparkChallenge | null;

  /**
   * Locks a challenge against changes by other scripts, until it is unlocked as often as it was locked or this script
   * ends. Others can still read it. Waits up to ten seconds for another script's lock, then throws.
   */
  lock(challenge: SparkChallenge): void;

  /** Unlocks a challenge. */
  unlock(challenge: SparkChallenge): void;

  /** The script log. */
  getLog(): SparkLog;

  /** The script log. */
  readonly log: SparkLog;

  /** The game's configuration. */
  getConfig(): SparkConfig;

  /** The game's configuration. */
  readonly config: SparkConfig;

  /** The game's properties and property sets. */
  getProperties(): SparkProperties;

  /** The game's properties and property sets. */
  readonly properties: SparkProperties;

  /** The cache shared by the stage's scripts. */
  getCache(): SparkCache;

  /** The cache shared by the stage's scripts. */
  readonly cache: SparkCache;

  /** The game's Redis. */
  getRedis(): SparkRedis;

  /** The game's Redis. */
  readonly redis: SparkRedis;

  /** Digests and HMACs. */
  getDigester(): SparkDigest;

  /** Digests and HMACs. */
  readonly digester: SparkDigest;

  /** An HTTP request to be configured and sent; `timeout` is in milliseconds. See `SparkHttp`. */
  getHttp(url: string, timeout?: number): SparkHttp;

  /** A mail to be sent through SendGrid. With a user name and a password, the password is the API key. */
  sendGrid(APIKeyOrUsername: string, password?: string): SendGrid;

  /** Uploaded files and downloadables. */
  getFiles(): SparkFiles;

  /** Uploaded files and downloadables. */
  readonly files: SparkFiles;

  /** Uploads by scripts. */
  getUploadableUtils(): SparkUploadableUtils;

  /** Uploads by scripts. */
  readonly uploadableUtils: SparkUploadableUtils;

  /** As `getFiles().uploadedJson`. */
  uploadedJson(uploadId: string): any;

  /** As `getFiles().uploadedXml`. */
  uploadedXml(uploadId: string): SparkXmlReader | null;

  /** As `getFiles().downloadableJson`. */
  downloadableJson(shortCode: string): any;

  /** As `getFiles().downloadableXml`. */
  downloadableXml(shortCode: string): SparkXmlReader | null;

  /** Runs modules later. */
  getScheduler(): SparkScheduler;

  /** Runs modules later. */
  readonly scheduler: SparkScheduler;

  /** The Game Data Service. */
  getGameDataService(): SparkGameDataService;

  /** The Game Data Service. */
  readonly gameDataService: SparkGameDataService;

  /** Options of this script. */
  getSparkScriptOptions(): SparkScriptOptions;

  /** Options of this script. */
  readonly sparkScriptOptions: SparkScriptOptions;

  /** Ends the script at once, from any depth, as a success. */
  exit(): never;

  /** Milliseconds until the script's deadline. */
  getRemainingMilliseconds(): number;

  /** Milliseconds until the script's deadline. */
  readonly remainingMilliseconds: number;

  /** A collection of the game, which is created with its first document. */
  runtimeCollection(collectionName: string): SparkMongoCollectionReadWrite;

  /** A metadata collection of the game, writable on preview only. */
  metaCollection(collectionName: string): SparkMongoCollectionReadWrite;

  /** A read-only collection of the server: "player" or "challengeInstance". */
  systemCollection(collectionName: string): SparkMongoCollectionReadOnly;

  /** Saves a document in a runtime collection. */
  save(collectionName: string, document: object): boolean;

  /** Removes the documents that match a query from a runtime collection. */
  remove(collectionName: string, query: object): boolean;

  /** The documents that match a query in a runtime collection, as an array. */
  find(collectionName: string, query: object | null, projection?: object | null): any;

  /**
   * Sends a request as the current player, `{"@class": ".LogEventRequest", …}` or one of `SparkRequests`, without
   * running scripts for it. Returns the response that a client would get, with `error` if it was refused. This script's
   * changes of players are written before, and players are read again after.
   */
  sendRequest(request: object): any;

  /** Sends a request as another player; see `sendRequest`. */
  sendRequestAs(request: object, playerId: string): any;

  /** Logs an event as the current player, by a LogEventRequest. A refusal is logged. */
  logEvent(eventKey: string, values?: object): void;

  /**
   * Locks a name. Waits up to `tryMillis` for another script's lock, then returns false. A name that is locked twice
   * must be unlocked twice. Locks held at the script's end are released after its changes are written. Scripts of
   * requests sent by this one share its locks.
   */
  lockKey(lockName: string, tryMillis: number): boolean;

  /** Unlocks a name once; false if this script has not locked it. */
  unlockKey(lockName: string): boolean;

  /** Unlocks a name completely; false if this script has not locked it. */
  unlockKeyFully(lockName: string): boolean;

  /** A ScriptMessage to be configured and sent, optionally of a configured extension. */
  message(extCode?: string | null): SparkMessage;

  /** Sends a ScriptMessage to players, given separately or as an array. Null players are skipped. See `message`. */
  sendMessage(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, with a configured extension. */
  sendMessageExt(data: object | null, extCode: string | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, without push notification. */
  sendMessageWithoutPush(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, with player ids. */
  sendMessageById(data: object | null, ...playerIds: (string | string[])[]): void;

  /** As `sendMessageExt`, with player ids. */
  sendMessageByIdExt(data: object | null, extCode: string | null, ...playerIds: (string | string[])[]): void;

  /** As `sendMessageWithoutPush`, with player ids. */
  sendMessageByIdWithoutPush(data: object | null, ...playerIds: (string | string[])[]): void;

  /** Removes a message from its recipient's lists; false if there is no such message. */
  dismissMessage(messageId: string): boolean;

  /** In a message's script, the ids of all recipients; otherwise empty. */
  getPlayerIds(): string[];

  /** In a message's script, the ids of all recipients; otherwise empty. */
  readonly playerIds: string[];

  /** The type of the connection's credential, such as "device", or null. */
  getCredentialType(): string | null;

  /** The type of the connection's credential, such as "device", or null. */
  readonly credentialType: string | null;

  /** The id of the player's session, or null. */
  getSessionId(): string | null;

  /** The id of the player's session, or null. */
  readonly sessionId: string | null;

  /** The IP address of the request's sender, which may be a proxy, or null. */
  getClientIp(): string | null;

  /** The IP address of the request's sender, which may be a proxy, or null. */
  readonly clientIp: string | null;

  /** A member of the response's script data, or null. Without a name: all of it. */
  getScriptData(name?: string): any;

  /** Sets a member of the response's script data to a JSON value. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the response's script data. */
  removeScriptData(name: string): void;

  /** Removes all of the response's script data. */
  removeAllScriptData(): void;

  /** Adds an entry to the response's error. In a request's script this refuses the request. The key is required. */
  setScriptError(key: string, value: unknown): void;

  /** The value of a script error, or null. */
  getScriptError(key: string): any;

  /** Whether this script, or an earlier one of the same request, has set an error. */
  hasScriptErrors(): boolean;

  /** Removes a script error. */
  removeScriptError(key: string): void;

  /** Removes all script errors. */
  removeAllScriptErrors(): void;

  /** As `runtimeCollection`; nothing is cached. */
  cachedRuntimeCollection(collectionName: string): SparkMongoCollectionReadWrite;
}

/** An achievement in the game's configuration. */
interface SparkAchievement {
  /** The achievement's short code. */
  getShortCode(): string;

  /** The achievement's short code. */
  readonly shortCode: string;

  /** The achievement's name. */
  getName(): string;

  /** The achievement's name. */
  readonly name: string;

  /** The achievement's description, or null. */
  getDescription(): string | null;

  /** The achievement's description, or null. */
  readonly description: string | null;

  /** The awarded currency amounts: `{currency1: 10, GEMS: 2}`. */
  getCurrencyAwards(): Record<string, number>;

  /** The awarded currency amounts: `{currency1: 10, GEMS: 2}`. */
  readonly currencyAwards: Record<string, number>;

  /** The awarded virtual good, or null. */
  getVirtualGoodAward(): SparkVirtualGood | null;

  /** The awarded virtual good, or null. */
  readonly virtualGoodAward: SparkVirtualGood | null;

  /** The properties of its property set, by key, or null. */
  getPropertySet(): any;

  /** The properties of its property set, by key, or null. */
  readonly propertySet: any;

  /** The awarded amount of this currency, or null. */
  getCurrency1Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency1Award: number | null;

  /** The awarded amount of this currency, or null. */
  getCurrency2Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency2Award: number | null;

  /** The awarded amount of this currency, or null. */
  getCurrency3Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency3Award: number | null;

  /** The awarded amount of this currency, or null. */
  getCurrency4Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency4Award: number | null;

  /** The awarded amount of this currency, or null. */
  getCurrency5Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency5Award: number | null;

  /** The awarded amount of this currency, or null. */
  getCurrency6Award(): number | null;

  /** The awarded amount of this currency, or null. */
  readonly currency6Award: number | null;
}

/**
 * A cache of JSON values, shared by all scripts of the stage, for data that is expensive to query and often read.
 * Values expire after 30 days. Recently used ones are kept in the server's memory.
 */
interface SparkCache {
  /** Stores a JSON value. Functions are refused; dates become text. */
  put(key: string, object: unknown): void;

  /** Returns a copy of a value, or null if there is none or it has expired. */
  get(key: string): any;

  /** Removes a value. */
  remove(key: string): void;

  /** Removes the values whose keys match a regular expression; without one, all values. */
  removeAll(pattern?: string): void;
}

/**
 * A challenge. A script's changes take effect at once, even if the script fails later, and wait while another script
 * has the challenge locked. Changes by others are seen when the challenge is loaded again.
 */
interface SparkChallenge {
  /** The state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  getRunState(): string;

  /** The state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  readonly runState: string;

  /** The challenge's id. */
  getId(): string;

  /** The challenge's id. */
  readonly id: string;

  /** The short code of the challenge type. */
  getShortCode(): string;

  /** The short code of the challenge type. */
  readonly shortCode: string;

  /** The name of the challenge type. */
  getChallengeName(): string;

  /** The name of the challenge type. */
  readonly challengeName: string;

  /** The id of the player who issued the challenge. */
  getChallengerId(): string;

  /** The id of the player who issued the challenge. */
  readonly challengerId: string;

  /** The ids of the invited players. */
  getChallengedPlayerIds(): string[];

  /** The ids of the invited players. */
  readonly challengedPlayerIds: string[];

  /** The ids of the participants, including the challenger. */
  getAcceptedPlayerIds(): string[];

  /** The ids of the participants, including the challenger. */
  readonly acceptedPlayerIds: string[];

  /** The ids of the players who declined. */
  getDeclinedPlayerIds(): string[];

  /** The ids of the players who declined. */
  readonly declinedPlayerIds: string[];

  /** When the challenge started, or null. */
  getStartDate(): Date | null;

  /** When the challenge started, or null. */
  readonly startDate: Date | null;

  /** The latest end, or null. */
  getEndDate(): Date | null;

  /** The latest end, or null. */
  readonly endDate: Date | null;

  /** When joining ends, or null. */
  getExpiryDate(): Date | null;

  /** When joining ends, or null. */
  readonly expiryDate: Date | null;

  /** Ends the challenge; the player wins it and the wagers. No effect if it is not running. */
  winChallenge(winner: SparkPlayer): void;

  /** Ends the challenge as a draw and returns wagers. No effect if it is not running. */
  drawChallenge(): void;

  /** Starts the challenge. No effect if it is neither ISSUED nor WAITING, or has fewer than two participants. */
  startChallenge(): void;

  /** Takes a player's turn and notifies all participants; false if it is not the player's turn or none is left. */
  takeTurn(playerId: string): boolean;

  /** As `takeTurn`, without notification. */
  consumeTurn(playerId: string): boolean;

  /** Removes a player; false if the challenge has ended or the player is not part of it. */
  removePlayer(playerId: string): boolean;

  /** A member of the script data, which participants can read, or null. Without a name: all of it. */
  getScriptData(name?: string): any;

  /** Sets a member of the script data. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the script data. */
  removeScriptData(name: string): void;

  /** A member of the private data, which never leaves the server, or null. Without a name: all of it. */
  getPrivateData(name?: string): any;

  /** Sets a member of the private data. */
  setPrivateData(name: string, value: unknown): void;

  /** Removes a member of the private data. */
  removePrivateData(name: string): void;
}

/** A challenge type in the game's configuration. */
interface SparkChallengeType {
  /** The challenge type's short code. */
  getShortCode(): string;

  /** The challenge type's short code. */
  readonly shortCode: string;

  /** The challenge type's name. */
  getName(): string;

  /** The challenge type's name. */
  readonly name: string;

  /** The challenge type's description, or null. */
  getDescription(): string | null;

  /** The challenge type's description, or null. */
  readonly description: string | null;

  /** Whether players take turns. */
  isTurnBased(): boolean;

  /** Whether players take turns. */
  readonly turnBased: boolean;

  /** Comma-separated short codes of the events that consume a turn or an attempt. */
  getAttemptConsumers(): string;

  /** Comma-separated short codes of the events that consume a turn or an attempt. */
  readonly attemptConsumers: string;

  /** Whether all events of a player count, not only those logged for the challenge. */
  isGlobal(): boolean;

  /** Whether all events of a player count, not only those logged for the challenge. */
  readonly global: boolean;
}

/** The game's configuration. A sandbox requests each kind of items once. */
interface SparkConfig {
  /** "preview" or "live". */
  getStage(): string;

  /** "preview" or "live". */
  readonly stage: string;

  /** The game's api key. */
  getApiKey(): string;

  /** The game's api key. */
  readonly apiKey: string;

  /** All virtual goods. */
  getVirtualGoods(): SparkVirtualGood[];

  /** All virtual goods. */
  readonly virtualGoods: SparkVirtualGood[];

  /** The virtual good with a short code, or null. */
  getVirtualGood(shortCode: string): SparkVirtualGood | null;

  /** All achievements. */
  getAchievements(): SparkAchievement[];

  /** All achievements. */
  readonly achievements: SparkAchievement[];

  /** The achievement with a short code, or null. */
  getAchievement(shortCode: string): SparkAchievement | null;

  /** All segments. */
  getSegments(): SparkSegmentType[];

  /** All segments. */
  readonly segments: SparkSegmentType[];

  /** The segment with a short code, or null. */
  getSegment(shortCode: string): SparkSegmentType | null;

  /** All team types. */
  getTeams(): SparkTeamType[];

  /** All team types. */
  readonly teams: SparkTeamType[];

  /** The team type with a short code, or null. */
  getTeam(shortCode: string): SparkTeamType | null;

  /** All challenge types. */
  getChallenges(): SparkChallengeType[];

  /** All challenge types. */
  readonly challenges: SparkChallengeType[];

  /** The challenge type with a short code, or null. */
  getChallenge(shortCode: string): SparkChallengeType | null;

  /** All downloadables. */
  getDownloadables(): SparkDownloadable[];

  /** All downloadables. */
  readonly downloadables: SparkDownloadable[];

  /** The downloadable with a short code, or null. */
  getDownloadable(shortCode: string): SparkDownloadable | null;

  /** All match types. */
  getMatchConfigs(): SparkMatchConfig[];

  /** All match types. */
  readonly matchConfigs: SparkMatchConfig[];

  /** The match type with a short code, or null. */
  getMatchConfig(shortCode: string): SparkMatchConfig | null;

  /** All currencies except `currency1` to `currency6`. */
  getCurrencies(): SparkCurrency[];

  /** All currencies except `currency1` to `currency6`. */
  readonly currencies: SparkCurrency[];

  /** The currency with a short code, or null. */
  getCurrency(shortCode: string): SparkCurrency | null;
}

/** A currency other than `currency1` to `currency6`. */
interface SparkCurrency {
  /** The currency's short code. */
  getShortCode(): string;

  /** The currency's short code. */
  readonly shortCode: string;

  /** The currency's name. */
  getName(): string;

  /** The currency's name. */
  readonly name: string;

  /** The currency's description, or null. */
  getDescription(): string | null;

  /** The currency's description, or null. */
  readonly description: string | null;

  /** The amount that a new player gets, or null. */
  getSignupBonus(): number | null;

  /** The amount that a new player gets, or null. */
  readonly signupBonus: number | null;
}

/** A condition of a query or a checked write, made with `S` and `N` of the Game Data Service. Immutable. */
interface SparkDataCondition {
  /** Returns a condition that holds if both hold. */
  and(that: SparkDataCondition): SparkDataCondition;

  /** Returns a condition that holds if at least one of them holds. */
  or(that: SparkDataCondition): SparkDataCondition;

  /** Returns a condition that holds if this one does not. */
  negate(): SparkDataCondition;
}

/** The results of a query, fetched in batches of 100, then 1,000. */
interface SparkDataCursor {
  /** Whether there is another item. */
  hasNext(): boolean;

  /** The next item. Throws if there is none; see `hasNext`. */
  next(): SparkDataItem;
}

/** The result of deleting an item. */
interface SparkDataDeleteResult extends SparkDataResult {

}

/** The result of `getItem`. */
interface SparkDataGetResult extends SparkDataResult {
  /** The item, or null. Throws if it could not be read, so that a script does not replace it by mistake. */
  document(): SparkDataItem | null;
}

/**
 * An item of the Game Data Service, as a local copy: `persistor().persist()` writes it. Other objects for the same item
 * see the changes only after that, when they read the item again.
 */
interface SparkDataItem {
  /** The item's id. */
  getId(): string;

  /** The item's id. */
  readonly id: string;

  /** The item's type. */
  getType(): string;

  /** The item's type. */
  readonly type: string;

  /** The data, always the same object. `persistor().persist()` writes changes of it. */
  getData(): any;

  /** The data, always the same object. `persistor().persist()` writes changes of it. */
  readonly data: any;

  /** Replaces the data object. */
  setData(data: unknown): SparkDataItem;

  /** When the item expires, in milliseconds since 1970, or null. */
  getTTL(): number | null;

  /** When the item expires, in milliseconds since 1970, or null. */
  readonly TTL: number | null;

  /** Sets when the item expires, in milliseconds since 1970; null: never. Written with the data. */
  setTTL(ttl: number | null): void;

  /**
   * The paths, such as "bag.0.from", of values that cannot be stored as they are: functions, undefined, NaN and so on
   * are dropped (in arrays: null), dates become text.
   */
  getValidationErrors(): string[];

  /**
   * The paths, such as "bag.0.from", of values that cannot be stored as they are: functions, undefined, NaN and so on
   * are dropped (in arrays: null), dates become text.
   */
  readonly validationErrors: string[];

  /** Returns an object that writes the item, with options. */
  persistor(): SparkDataItemPersistor;

  /** Deletes the item at once. A missing item is not an error. */
  delete(): SparkDataDeleteResult;
}

/**
 * Writes an item. By default it writes the members that the script changed and keeps the other stored ones; an item
 * from `createItem` replaces any with the same id. The `with…` methods change this object and return it.
 */
interface SparkDataItemPersistor {
  /** Writes changed numbers as increments of the stored ones. Undoes `withOverwrite`. */
  withAtomicIncrements(): SparkDataItemPersistor;

  /** Writes the whole item, whatever is stored. Undoes `withAtomicIncrements`. */
  withOverwrite(): SparkDataItemPersistor;

  /** Writes only if the stored item has not changed since it was read; a new item, only if there is none yet. */
  withVersionCheck(): SparkDataItemPersistor;

  /** Writes only if the condition holds for the stored item. */
  withConditionCheck(condition: SparkDataCondition): SparkDataItemPersistor;

  /** Makes `persist` throw for values that cannot be stored, which by default are dropped. */
  withErrorOnTypeConversion(): SparkDataItemPersistor;

  /** Writes the item at once, all or nothing. A failed check is the result's `error`. */
  persist(): SparkDataPersistResult;
}

/** Compares a field with numbers. Numeric strings are converted to numbers. */
interface SparkDataNumberOperand {
  /** The field equals the value. */
  eq(value: number): SparkDataCondition;

  /** The field does not equal the value, has another type or is missing. */
  ne(value: number): SparkDataCondition;

  /** The field is greater than the value. */
  gt(value: number): SparkDataCondition;

  /** The field is less than the value. */
  lt(value: number): SparkDataCondition;

  /** The field is between the values, inclusive. */
  between(low: number, high: number): SparkDataCondition;

  /** The field equals one of the values, given separately or as arrays. */
  in(...values: (number | number[])[]): SparkDataCondition;
}

/** The result of writing an item. */
interface SparkDataPersistResult extends SparkDataResult {

}

/** The result of `queryItems`. */
interface SparkDataQueryResult extends SparkDataResult {
  /** The items, always the same cursor. Throws if the query failed, unlike for an empty result. */
  cursor(): SparkDataCursor;
}

/** The result of a Game Data Service call. */
interface SparkDataResult {
  /** The error message, or null if the call succeeded. */
  error(): string | null;
}

/** A sort order by one or more fields. */
interface SparkDataSortOrder {
  /** Adds a field by which ties are sorted. Changes and returns this order. */
  add(shortCode: string, ascending: boolean): SparkDataSortOrder;
}

/** Compares a field with strings. Numbers and booleans are converted to strings. */
interface SparkDataStringOperand {
  /** The field equals the value. */
  eq(value: string): SparkDataCondition;

  /** The field does not equal the value, has another type or is missing. */
  ne(value: string): SparkDataCondition;

  /** The field is greater than the value, by character codes. */
  gt(value: string): SparkDataCondition;

  /** The field is less than the value, by character codes. */
  lt(value: string): SparkDataCondition;

  /** The field is between the values, inclusive. */
  between(low: string, high: string): SparkDataCondition;

  /** The field equals one of the values, given separately or as arrays. */
  in(...values: (string | string[])[]): SparkDataCondition;

  /** The field starts with the value. */
  startsWith(value: string): SparkDataCondition;
}

/** Digests and HMACs of text, in hex or Base64: `sha256Hex(data)`, `hmacSha1Base64(key, valueToDigest)`. */
interface SparkDigest {
  /** The digest of a text. */
  md5Hex(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacMd5Hex(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacMd5HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  md5Base64(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacMd5Base64(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacMd5Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha1Hex(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha1Hex(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha1HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha1Base64(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha1Base64(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha1Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha256Hex(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha256Hex(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha256HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha256Base64(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha256Base64(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha256Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha384Hex(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha384Hex(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha384HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha384Base64(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha384Base64(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha384Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha512Hex(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha512Hex(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha512HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha512Base64(data: string): string;

  /** The HMAC of a text. Null is an empty key. */
  hmacSha512Base64(key: string | null, valueToDigest: string): string;

  /** The HMAC of a text. The key is encoded like the result. */
  hmacSha512Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text of at most 16,384 characters. */
  md2Hex(data: string): string;

  /** The digest of a text of at most 16,384 characters. */
  md2Base64(data: string): string;
}

/** A downloadable file in the game's configuration. */
interface SparkDownloadable {
  /** The file's short code. */
  getShortCode(): string;

  /** The file's short code. */
  readonly shortCode: string;

  /** The size in bytes, or null if it is not configured. */
  getSize(): number | null;

  /** The size in bytes, or null if it is not configured. */
  readonly size: number | null;

  /** When the file was last modified, or null if it is not configured. */
  getLastModified(): Date | null;

  /** When the file was last modified, or null if it is not configured. */
  readonly lastModified: Date | null;
}

/** Uploaded files and the game's downloadables. */
interface SparkFiles {
  /** Deletes an uploaded file; false if there is none. */
  deleteUploadedFile(uploadId: string): boolean;

  /** An uploaded file as JSON, or null. Throws if it is not JSON. */
  uploadedJson(uploadId: string): any;

  /** An uploaded file as XML, or null. Throws if it is not XML. */
  uploadedXml(uploadId: string): SparkXmlReader | null;

  /** A downloadable's file as JSON, or null if there is no such downloadable. Throws if the file is not JSON. */
  downloadableJson(shortCode: string): any;

  /** A downloadable's file as XML, or null if there is no such downloadable. Throws if the file is not XML. */
  downloadableXml(shortCode: string): SparkXmlReader | null;
}

/** The Game Data Service: typed items with ids. Writes persist even if the script fails. */
interface SparkGameDataService {
  /** A new item, which will replace any with the same id. Not written until `persist`. */
  createItem(type: string, id: string): SparkDataItem;

  /** Reads an item. */
  getItem(type: string, id: string): SparkDataGetResult;

  /** Finds the items of a type that match a condition, or all of them, in a sort order. */
  queryItems(type: string, condition?: SparkDataCondition | null, sortOrder?: SparkDataSortOrder | null): SparkDataQueryResult;

  /** A sort order by a field. */
  sort(shortCode: string, ascending: boolean): SparkDataSortOrder;

  /** A string field, by its configured short code or by its path in the data, such as "pet.name". */
  S(shortCode: string): SparkDataStringOperand;

  /** A number field, as `S`. */
  N(shortCode: string): SparkDataNumberOperand;
}

/**
 * An HTTP request to another server. Methods that send it wait for the whole response, whatever its status. They throw
 * if there is none: the server is unreachable or too slow, its response is too large or its address is private. Limited
 * to `scriptHttpCalls` requests per script.
 */
interface SparkHttp {
  /** Sets user name and password for basic authentication. */
  setBasicAuth(username: string, password: string): SparkHttp;

  /** Adds headers, such as `{"X-Key": "value"}`. Connection headers cannot be set. */
  setHeaders(headers: object): SparkHttp;

  /** Sends a GET request and follows redirects. */
  get(): SparkHttpResponse;

  /** Sends a DELETE request. */
  delete(): SparkHttpResponse;

  /** Posts an object as a form. Null is an empty form. */
  postForm(form: object): SparkHttpResponse;

  /** Posts XML: a result of `getXml` or `getResponseXml`, or text. */
  postXml(form: object | string): SparkHttpResponse;

  /** Posts a value as JSON. A string is sent unchanged; it should be JSON. */
  postJson(form: unknown): SparkHttpResponse;

  /** Posts text. */
  postString(data: string): SparkHttpResponse;

  /** As `postForm`, with PUT. */
  putForm(form: object): SparkHttpResponse;

  /** As `postXml`, with PUT. */
  putXml(form: object | string): SparkHttpResponse;

  /** As `postJson`, with PUT. */
  putJson(form: unknown): SparkHttpResponse;

  /** As `postString`, with PUT. */
  putString(data: string): SparkHttpResponse;
}

/** The response of another server. Getters return a new value at each call. */
interface SparkHttpResponse {
  /** The headers, with names as the server spelled them. Values of repeated headers are joined by ", ". */
  getHeaders(): any;

  /** The headers, with names as the server spelled them. Values of repeated headers are joined by ", ". */
  readonly headers: any;

  /** The status code, such as 200. */
  getResponseCode(): number;

  /** The status code, such as 200. */
  readonly responseCode: number;

  /** The body as text; empty if there is none. */
  getResponseString(): string;

  /** The body as text; empty if there is none. */
  readonly responseString: string;

  /** The body as JSON, or null if it is empty. Throws if it is not JSON. */
  getResponseJson(): any;

  /** The body as JSON, or null if it is empty. Throws if it is not JSON. */
  readonly responseJson: any;

  /** The body as XML, or null if it is not XML. Throws if it is too large. Asks the server. */
  getResponseXml(): SparkXml | null;

  /** The body as XML, or null if it is not XML. Throws if it is too large. Asks the server. */
  readonly responseXml: SparkXml | null;

  /** The cookies that the response sets, by name. */
  getCookies(): any;

  /** The cookies that the response sets, by name. */
  readonly cookies: any;
}

/** Writes to the server's log and the game's script log. Lines over the limit are dropped and counted. */
interface SparkLog {
  /** Logs text or JSON at level DEBUG. */
  debug(message: unknown): void;

  /** Logs text or JSON at level INFO. */
  info(message: unknown): void;

  /** Logs text or JSON at level WARN. */
  warn(message: unknown): void;

  /** Logs text or JSON at level ERROR. */
  error(message: unknown): void;

  /** The minimum level that is logged: "DEBUG", "INFO", "WARN" or "ERROR". */
  getLevel(): string;

  /** The minimum level that is logged: "DEBUG", "INFO", "WARN" or "ERROR". */
  readonly level: string;

  /** Sets the minimum level that is logged, for all scripts of the stage. Takes effect within some seconds. */
  setLevel(level: string): void;
}

/** A match type in the game's configuration. */
interface SparkMatchConfig {
  /** The match's short code. */
  getShortCode(): string;

  /** The match's short code. */
  readonly shortCode: string;

  /** The match's name. */
  getName(): string;

  /** The match's name. */
  readonly name: string;

  /** The match's description, or null. */
  getDescription(): string | null;

  /** The match's description, or null. */
  readonly description: string | null;

  /** The minimum number of players, for thresholds that accept it, or null. */
  getMinPlayers(): number | null;

  /** The minimum number of players, for thresholds that accept it, or null. */
  readonly minPlayers: number | null;

  /** The maximum number of players, or null. */
  getMaxPlayers(): number | null;

  /** The maximum number of players, or null. */
  readonly maxPlayers: number | null;

  /** Whether the match has a real-time session. */
  getRealtime(): boolean;

  /** Whether the match has a real-time session. */
  readonly realtime: boolean;

  /** The short code of its real-time script, or null. */
  getRealtimeScript(): string | null;

  /** The short code of its real-time script, or null. */
  readonly realtimeScript: string | null;

  /** Whether players may join and leave a running match. */
  getDropInDropOut(): boolean;

  /** Whether players may join and leave a running match. */
  readonly dropInDropOut: boolean;

  /** For how many seconds players may join and leave; null or 0: no limit. */
  getDropInDropOutExpire(): number | null;

  /** For how many seconds players may join and leave; null or 0: no limit. */
  readonly dropInDropOutExpire: number | null;

  /** Whether scripts decide who joins a match. */
  getManuallyMatch(): boolean;

  /** Whether scripts decide who joins a match. */
  readonly manuallyMatch: boolean;

  /** For how many seconds a disconnected player stays in a match; null or 0: not at all. */
  getPlayerDisconnectThreshold(): number | null;

  /** For how many seconds a disconnected player stays in a match; null or 0: not at all. */
  readonly playerDisconnectThreshold: number | null;

  /** The thresholds, in the order in which they apply. */
  getThresholds(): SparkMatchThreshold[];

  /** The thresholds, in the order in which they apply. */
  readonly thresholds: SparkMatchThreshold[];
}

/** How close in skill players must be to be matched, and for how long this applies. */
interface SparkMatchThreshold {
  /** How long the threshold applies, in seconds, or null. */
  getPeriod(): number | null;

  /** How long the threshold applies, in seconds, or null. */
  readonly period: number | null;

  /** Whether the minimum number of players is enough. */
  getAcceptMinPlayers(): boolean;

  /** Whether the minimum number of players is enough. */
  readonly acceptMinPlayers: boolean;

  /** How much more skilled another player may be, or null. */
  getMax(): number | null;

  /** How much more skilled another player may be, or null. */
  readonly max: number | null;

  /** How much less skilled another player may be, or null. */
  getMin(): number | null;

  /** How much less skilled another player may be, or null. */
  readonly min: number | null;

  /** The meaning of the minimum and maximum, such as "ABSOLUTE", or null. */
  getName(): string | null;

  /** The meaning of the minimum and maximum, such as "ABSOLUTE", or null. */
  readonly name: string | null;
}

/** A ScriptMessage to be sent. What is not set is as configured. Values are copied when they are set. */
interface SparkMessage {
  /** Whether it is sent to the players' sockets. In any case it is in their message lists. */
  setSendViaSocket(value: boolean): SparkMessage;

  /** Whether it may be sent as a push notification; the message's `notification` says so. */
  setSendAsPush(value: boolean): SparkMessage;

  /** Whether the push notification is omitted for players who get the message by socket. */
  setSupressPushOnSocketSend(value: boolean): SparkMessage;

  /** Whether it counts in the number that a push notification shows. */
  setIncludeInPushCount(value: boolean): SparkMessage;

  /** How many hours it is stored for players who are offline; 0 or less: only currently open sockets get it. */
  setExpireAfterHours(hours: number): SparkMessage;

  /** The device types for push notifications, given separately or as an array. */
  setDeviceTypes(...deviceTypes: (string | string[])[]): SparkMessage;

  /** Sets the message's `data`: an object, or null. */
  setMessageData(data: object | null): SparkMessage;

  /** Sets the recipients' player ids, given separately or as an array. Replaces earlier ones. */
  setPlayerIds(...playerIds: (string | string[])[]): SparkMessage;

  /**
   * Sends the message at once, and once to each player, even if the script fails later. Players who are offline get it
   * at their next login. Unknown ids are skipped; without recipients nothing is sent. Asks the server.
   */
  send(): void;
}

/**
 * A collection that scripts can read. Queries are MongoDB's. `{$oid: "…"}` is an ObjectId, in queries and results.
 * Dates in results are milliseconds unless `SparkScriptOptions.setMaintainDbDates` is set. `$where` at the top level of
 * a query is evaluated by the script on the results of the rest of the query.
 */
interface SparkMongoCollectionReadOnly {
  /** The number of documents that match a query, or of all documents. */
  count(query?: object | null): number;

  /** The distinct values of a member in the documents that match a query. Empty if the key is not a name. */
  distinct(key: string, query?: object | null): any;

  /** A cursor over the documents that match a query, optionally with selected members only: `{name: 1}`. */
  find(query?: object | null, fields?: object | null): SparkMongoCursor;

  /** The first document that matches a query, or null. */
  findOne(query?: object | null, fields?: object | null, orderBy?: object | null): any;

  /** The results of an aggregation pipeline, as an array. Stages are given separately or in arrays. */
  aggregate(firstOp: object, ...additionalOps: object[]): any;

  /** Creates an index if it does not exist. Options: unique, sparse, expireAfterSeconds, name. */
  ensureIndex(keys: object, optionsIN?: object | null): void;

  /** Removes the index with these keys. */
  dropIndex(keys: object): void;

  /** Removes the index with a name. */
  dropIndexByName(name: string): void;

  /** The indexes: `[{name, key, ns, …}]`, where `ns` is the collection's full name. */
  getIndexInfo(): any;

  /** The indexes: `[{name, key, ns, …}]`, where `ns` is the collection's full name. */
  readonly indexInfo: any;

  /** Always reports success, since operations that fail throw. */
  getLastError(): any;

  /** Always reports success, since operations that fail throw. */
  readonly lastError: any;

  /** A document with its version, for `saveVersionedDocument`, or null. */
  getVersionedDocument(id: unknown): any;
}

/** A collection that scripts can write. Writes persist even if the script fails. */
interface SparkMongoCollectionReadWrite extends SparkMongoCollectionReadOnly {
  /** Inserts one or several documents, or an array of them, and sets missing `_id`s. Null alone: returns false. */
  insert(...documents: object[]): boolean;

  /** Inserts a document, or replaces the one with the same `_id`. */
  save(document: object): boolean;

  /**
   * Updates the first document that matches a query, or with `multi` all of them. An update without operators replaces
   * the document. With `upsert` a document is inserted if none matches.
   */
  update(query: object, update: object, upsert?: boolean, multi?: boolean): boolean;

  /** Updates all documents that match a query. */
  updateMulti(query: object, update: object): boolean;

  /** Updates the first document that matches a query. */
  updateOne(query: object, update: object, upsert?: boolean): boolean;

  /** Removes all documents that match a query. The query is required; `{}` matches all. */
  remove(query: object): boolean;

  /** Removes the collection and its indexes. */
  drop(): void;

  /**
   * Updates the first document that matches a query and returns it as it was before, or with `returnNew` as it is
   * after; null if none matches. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, update: object): any;

  /**
   * Updates the first document that matches a query and returns it as it was before, or with `returnNew` as it is
   * after; null if none matches. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, sort: object | null, update: object): any;

  /**
   * Updates the first document that matches a query and returns it as it was before, or with `returnNew` as it is
   * after; null if none matches. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, fields: object | null, sort: object | null, remove: boolean, update: object | null, returnNew: boolean, upsert: boolean): any;

  /** Removes and returns the first document that matches a query, or null. `{}` matches any. */
  findAndRemove(query: object): any;

  /** Writes the differences between two versions of a document. Without a first one it is inserted. */
  applyChanges(existingDocument: object | null, newDocument: object): boolean;

  /** Saves a document from `getVersionedDocument`; false if another version was saved in the meantime. */
  saveVersionedDocument(document: object): boolean;
}

/**
 * The results of a query, fetched in batches of 100, then 1,000. `sort`, `limit` and `skip` must be called before the
 * first document is read. As a value, such as for `Spark.setScriptData`, it is the array of its documents.
 */
interface SparkMongoCursor {
  /** Limits the number of documents; 0: no limit. The sign is ignored. */
  limit(count: number): SparkMongoCursor;

  /** Skips documents; a negative number skips none. */
  skip(count: number): SparkMongoCursor;

  /** Sets the sort order: `{level: -1, name: 1}`. */
  sort(orderBy: object): SparkMongoCursor;

  /** The number of documents, subject to `limit` and `skip`. */
  size(): number;

  /** The number of documents that match the query, regardless of `limit` and `skip`. */
  count(): number;

  /** Whether there is another document. */
  hasNext(): boolean;

  /** The next document. Throws if there is none; see `hasNext`. */
  next(): any;

  /** The document that `next` last returned, or null. */
  curr(): any;

  /** The remaining documents, as an array. */
  toArray(): any[];
}

/**
 * A player. Changes are visible to this script at once. They are written when it ends (for a request's script, together
 * with the request), by `persist()`, or before it sends a request, after which players are read again. If the script
 * fails, other changes are dropped. Passwords, tokens and locks are changed at once.
 */
interface SparkPlayer {
  /** The player's id. */
  getPlayerId(): string;

  /** The player's id. */
  readonly playerId: string;

  /** The name that the player logs in with. */
  getUserName(): string;

  /** The name that the player logs in with. */
  readonly userName: string;

  /** The name shown to others, or null. */
  getDisplayName(): string | null;

  /** The name shown to others, or null. */
  readonly displayName: string | null;

  /** A member of the script data, which the player and friends can read, or null. Without a name: all of it. */
  getScriptData(name?: string): any;

  /** Sets a member of the script data. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the script data. */
  removeScriptData(name: string): void;

  /** A member of the private data, which never leaves the server, or null. Without a name: all of it. */
  getPrivateData(name?: string): any;

  /** Sets a member of the private data. */
  setPrivateData(name: string, value: unknown): void;

  /** Removes a member of the private data. */
  removePrivateData(name: string): void;

  /** The balance of a currency: `currency1` to `currency6`, or another one's short code. */
  getBalance(shortCode: string): number;

  /** All balances, by currency. */
  getAllBalances(): Record<string, number>;

  /** All balances, by currency. */
  readonly allBalances: Record<string, number>;

  /** Adds to a balance. A negative quantity is taken away if the balance is sufficient. */
  credit(shortCode: string, quantity: number, reason?: string): void;

  /** Takes from a balance; false, without effect, if it is insufficient. A negative quantity is added. */
  debit(shortCode: string, quantity: number, reason?: string): boolean;

  /** The number of a virtual good that the player owns. */
  hasVGood(shortCode: string): number;

  /** The number of each virtual good that the player owns. */
  getVirtualGoods(): Record<string, number>;

  /** The number of each virtual good that the player owns. */
  readonly virtualGoods: Record<string, number>;

  /** Adds virtual goods. A negative quantity is taken away; false, without effect, if the player has fewer. */
  addVGood(shortCode: string, quantity: number, reason?: string): boolean;

  /** Uses up virtual goods; false, without effect, if the player has fewer. A negative quantity is added. */
  useVGood(shortCode: string, quantity: number, reason?: string): boolean;

  /** Whether the player has the achievement. */
  hasAchievement(shortCode: string): boolean;

  /** The short codes of the player's achievements. */
  getAchievements(): string[];

  /** The short codes of the player's achievements. */
  readonly achievements: string[];

  /** Adds an achievement; false if the player already has it. */
  addAchievement(shortCode: string): boolean;

  /** Removes an achievement; false if the player does not have it. */
  removeAchievement(shortCode: string): boolean;

  /** The player's value of a segment, or null. */
  getSegmentValue(segmentType: string): string | null;

  /** Sets the player's value of a segment; null removes it. */
  setSegmentValue(segmentType: string, segmentValue: string | null): void;

  /** The player's values of all segments, by segment. */
  getSegments(): Record<string, string>;

  /** The player's values of all segments, by segment. */
  readonly segments: Record<string, string>;

  /** The player's ids in external systems: `{FB: "1234"}`. */
  getExternalIds(): any;

  /** The player's ids in external systems: `{FB: "1234"}`. */
  readonly externalIds: any;

  /** When the player was created. */
  getCreationDate(): Date;

  /** When the player was created. */
  readonly creationDate: Date;

  /** When the player was last online, to the minute. */
  getLastSeen(): Date;

  /** When the player was last online, to the minute. */
  readonly lastSeen: Date;

  /** The ids of the player's friends. Asks the server. */
  getFriendIds(): any;

  /** The ids of the player's friends. Asks the server. */
  readonly friendIds: any;

  /** Whether the player is connected now. Asks the server. */
  isOnline(): boolean;

  /** Whether the player is connected now. Asks the server. */
  readonly online: boolean;

  /** Writes this player's changes now. They persist even if the script fails. */
  persist(): void;

  /** Whether this is the player's password. A wrong one counts as a failed login; false while the player is locked. */
  validatePassword(password: string): boolean;

  /** Sets the player's password at once. Revokes authTokens and signs sockets out, as `resetAuthTokens` does. */
  setPassword(password: string): void;

  /** Removes a lock caused by wrong passwords, at once. */
  unlock(): void;

  /**
   * Revokes the player's authTokens, at once. All sockets of the player, except the one of this script's request, are
   * signed out and get a SessionTerminatedMessage.
   */
  resetAuthTokens(excludeCurrent?: boolean): void;

  /**
   * Signs the player out on every socket, at once. The sockets get a SessionTerminatedMessage and stay open. With
   * `excludeCurrent` the socket of this script's request stays signed in.
   */
  disconnect(excludeCurrent?: boolean): void;

  /** Removes a message from the player's lists; false if the player has no such message. */
  dismissMessage(messageId: string): boolean;

  /** Whether the player is hidden on leaderboards. Asks the server. */
  isHiddenOnLeaderboards(): boolean;

  /** Whether the player is hidden on leaderboards. Asks the server. */
  readonly hiddenOnLeaderboards: boolean;

  /** Hides the player on leaderboards, at once. */
  hideOnLeaderboards(): void;

  /** Shows the player on leaderboards again, at once. */
  showOnLeaderboards(): void;

  /** Deletes the player and everything that belongs to the account, at once. */
  deletePlayer(): void;

  /** Whether this player matches a query of the system collection `player`. */
  matchesMongoQuery(mongoQuery: object): boolean;

  /** As `matchesMongoQuery`, with the query as JSON text. */
  matchesMongoQueryString(mongoQueryString: string): boolean;

  /** The balance of this currency. */
  getBalance1(): number;

  /** The balance of this currency. */
  readonly balance1: number;

  /** Adds to the balance of this currency. */
  credit1(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit1(quantity: number): boolean;

  /** The balance of this currency. */
  getBalance2(): number;

  /** The balance of this currency. */
  readonly balance2: number;

  /** Adds to the balance of this currency. */
  credit2(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit2(quantity: number): boolean;

  /** The balance of this currency. */
  getBalance3(): number;

  /** The balance of this currency. */
  readonly balance3: number;

  /** Adds to the balance of this currency. */
  credit3(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit3(quantity: number): boolean;

  /** The balance of this currency. */
  getBalance4(): number;

  /** The balance of this currency. */
  readonly balance4: number;

  /** Adds to the balance of this currency. */
  credit4(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit4(quantity: number): boolean;

  /** The balance of this currency. */
  getBalance5(): number;

  /** The balance of this currency. */
  readonly balance5: number;

  /** Adds to the balance of this currency. */
  credit5(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit5(quantity: number): boolean;

  /** The balance of this currency. */
  getBalance6(): number;

  /** The balance of this currency. */
  readonly balance6: number;

  /** Adds to the balance of this currency. */
  credit6(quantity: number): void;

  /** Takes from the balance of this currency; false, without effect, if it is insufficient. */
  debit6(quantity: number): boolean;
}

/** The game's properties: JSON values in the configuration. A sandbox requests them once. */
interface SparkProperties {
  /** The value of a property, or null. Returns a new value at each call. */
  getProperty(propertyShortCode: string): any;

  /** The values of a property set, by key, or null. */
  getPropertySet(propertySetShortCode: string): any;
}

/** Runs modules later. */
interface SparkScheduler {
  /**
   * Runs a module after `delaySeconds`, to within about a second, as this script's player, with `data` as
   * `Spark.getData()`. A schedule with the same key that has not started is replaced. The schedule persists even if
   * this script fails, and survives restarts of the server. Always returns true; if there is no such module, a line is
   * logged.
   */
  inSeconds(shortCode: string, delaySeconds: number, data: object | null, key?: string | null): boolean;

  /** Cancels a schedule. A module that is already running continues, but is not retried if interrupted. */
  cancel(key: string): void;
}

/** The game's Redis. Methods send the command of the same name, see https://redis.io/commands. */
interface SparkRedis {
  /** Redis' APPEND: https://redis.io/commands/append */
  append(key: string | number | null, value: string | number | boolean): number;

  /** Redis' BITCOUNT: https://redis.io/commands/bitcount */
  bitcount(key: string | number | null, start?: number, end?: number): number;

  /** Redis' BITOP: https://redis.io/commands/bitop */
  bitop(op: string, destKey: string | number | null, ...srcKeys: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' DECR: https://redis.io/commands/decr */
  decr(key: string | number | null): number;

  /** Redis' DECRBY: https://redis.io/commands/decrby */
  decrBy(key: string | number | null, integer: number): number;

  /** Redis' DEL: https://redis.io/commands/del */
  del(...keys: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' EXISTS: https://redis.io/commands/exists */
  exists(key: string | number | null): boolean;

  /** Redis' EXPIRE: https://redis.io/commands/expire */
  expire(key: string | number | null, seconds: number): number;

  /** Redis' EXPIREAT: https://redis.io/commands/expireat */
  expireAt(key: string | number | null, unixTime: number): number;

  /** Deletes all keys of the game and the stage; those of others stay. */
  flushdb(): string;

  /** Redis' GEOADD: https://redis.io/commands/geoadd */
  geoadd(dstkey: string | number | null, memberCoordinateMap: Record<string, { longitude: number; latitude: number } | [longitude: number, latitude: number]>): number;

  /** Redis' GEODIST: https://redis.io/commands/geodist */
  geodist(dstkey: string | number | null, member1: string | number | boolean, member2: string | number | boolean, unit?: string): number | null;

  /** Redis' GEOHASH: https://redis.io/commands/geohash */
  geohash(dstkey: string | number | null, ...members: (string | number | boolean)[] | [(string | number | boolean)[]]): string[];

  /** Redis' GEOPOS: https://redis.io/commands/geopos */
  geopos(dstkey: string | number | null, ...members: (string | number | boolean)[] | [(string | number | boolean)[]]): ({ longitude: number; latitude: number } | null)[];

  /** Redis' GEORADIUS: https://redis.io/commands/georadius */
  georadius(dstkey: string | number | null, longitude: number, latitude: number, radius: number, unit: string, params?: { withCoord?: boolean; withDist?: boolean; count?: number; sort?: string } | null): { member: string; distance: number | null; coordinate: { longitude: number; latitude: number } | null }[];

  /** Redis' GEORADIUSBYMEMBER: https://redis.io/commands/georadiusbymember */
  georadiusbymember(dstkey: string | number | null, member: string | number | boolean, radius: number, unit: string, params?: { withCoord?: boolean; withDist?: boolean; count?: number; sort?: string } | null): { member: string; distance: number | null; coordinate: { longitude: number; latitude: number } | null }[];

  /** Redis' GET: https://redis.io/commands/get */
  get(key: string | number | null): string | null;

  /** Redis' GETSET: https://redis.io/commands/getset */
  getSet(key: string | number | null, value: string | number | boolean): string | null;

  /** Redis' GETBIT: https://redis.io/commands/getbit */
  getbit(key: string | number | null, offset: number): boolean;

  /** Redis' GETRANGE: https://redis.io/commands/getrange */
  getrange(key: string | number | null, startOffset: number, endOffset: number): string;

  /** Redis' HDEL: https://redis.io/commands/hdel */
  hdel(key: string | number | null, ...fields: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' HEXISTS: https://redis.io/commands/hexists */
  hexists(key: string | number | null, field: string | number | boolean): boolean;

  /** Redis' HGET: https://redis.io/commands/hget */
  hget(key: string | number | null, field: string | number | boolean): string | null;

  /** Redis' HGETALL: https://redis.io/commands/hgetall */
  hgetAll(key: string | number | null): Record<string, string>;

  /** Redis' HINCRBY: https://redis.io/commands/hincrby */
  hincrBy(key: string | number | null, field: string | number | boolean, value: number): number;

  /** Redis' HINCRBYFLOAT: https://redis.io/commands/hincrbyfloat */
  hincrByFloat(key: string | number | null, field: string | number | boolean, increment: number): number;

  /** Redis' HKEYS: https://redis.io/commands/hkeys */
  hkeys(key: string | number | null): string[];

  /** Redis' HLEN: https://redis.io/commands/hlen */
  hlen(key: string | number | null): number;

  /** Redis' HMGET: https://redis.io/commands/hmget */
  hmget(key: string | number | null, ...fields: (string | number | boolean)[] | [(string | number | boolean)[]]): string[];

  /** Redis' HMSET: https://redis.io/commands/hmset */
  hmset(key: string | number | null, hash: Record<string, string | number | boolean>): string;

  /** Redis' HSET: https://redis.io/commands/hset */
  hset(key: string | number | null, field: string | number | boolean, value: string | number | boolean): number;

  /** Redis' HSETNX: https://redis.io/commands/hsetnx */
  hsetnx(key: string | number | null, field: string | number | boolean, value: string | number | boolean): number;

  /** Redis' HVALS: https://redis.io/commands/hvals */
  hvals(key: string | number | null): string[];

  /** Redis' INCR: https://redis.io/commands/incr */
  incr(key: string | number | null): number;

  /** Redis' INCRBY: https://redis.io/commands/incrby */
  incrBy(key: string | number | null, integer: number): number;

  /** Redis' INCRBYFLOAT: https://redis.io/commands/incrbyfloat */
  incrByFloat(key: string | number | null, increment: number): number;

  /** The keys that a pattern such as `player:*` finds, 10,000 at most. Goes through all there are. */
  keys(pattern: string | null): string[];

  /** Redis' LINDEX: https://redis.io/commands/lindex */
  lindex(key: string | number | null, index: number): string | null;

  /** Redis' LINSERT: https://redis.io/commands/linsert */
  linsert(key: string | number | null, where: string, pivot: string | number | boolean, value: string | number | boolean): number;

  /** Redis' LLEN: https://redis.io/commands/llen */
  llen(key: string | number | null): number;

  /** Redis' LPOP: https://redis.io/commands/lpop */
  lpop(key: string | number | null): string | null;

  /** Redis' LPUSH: https://redis.io/commands/lpush */
  lpush(key: string | number | null, ...strings: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' LPUSHX: https://redis.io/commands/lpushx */
  lpushx(key: string | number | null, ...strings: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' LRANGE: https://redis.io/commands/lrange */
  lrange(key: string | number | null, start: number, end: number): string[];

  /** Redis' LREM: https://redis.io/commands/lrem */
  lrem(key: string | number | null, count: number, value: string | number | boolean): number;

  /** Redis' LSET: https://redis.io/commands/lset */
  lset(key: string | number | null, index: number, value: string | number | boolean): string;

  /** Redis' LTRIM: https://redis.io/commands/ltrim */
  ltrim(key: string | number | null, start: number, end: number): string;

  /** Redis' MGET: https://redis.io/commands/mget */
  mget(...keys: (string | number | null)[] | [(string | number | null)[]]): string[];

  /** Redis' MSET: https://redis.io/commands/mset */
  mset(...keysvalues: (string | number | boolean | null)[] | [(string | number | boolean | null)[]]): string;

  /** Redis' MSETNX: https://redis.io/commands/msetnx */
  msetnx(...keysvalues: (string | number | boolean | null)[] | [(string | number | boolean | null)[]]): number;

  /** Redis' PERSIST: https://redis.io/commands/persist */
  persist(key: string | number | null): number;

  /** Redis' PEXPIRE: https://redis.io/commands/pexpire */
  pexpire(key: string | number | null, milliseconds: number): number;

  /** Redis' PEXPIREAT: https://redis.io/commands/pexpireat */
  pexpireAt(key: string | number | null, millisecondsTimestamp: number): number;

  /** Redis' PSETEX: https://redis.io/commands/psetex */
  psetex(key: string | number | null, milliseconds: number, value: string | number | boolean): string;

  /** Redis' PTTL: https://redis.io/commands/pttl */
  pttl(key: string | number | null): number;

  /** Redis' RENAME: https://redis.io/commands/rename */
  rename(oldkey: string | number | null, newkey: string | number | null): string;

  /** Redis' RENAMENX: https://redis.io/commands/renamenx */
  renamenx(oldkey: string | number | null, newkey: string | number | null): number;

  /** Redis' RPOP: https://redis.io/commands/rpop */
  rpop(key: string | number | null): string | null;

  /** Redis' RPOPLPUSH: https://redis.io/commands/rpoplpush */
  rpoplpush(srckey: string | number | null, dstkey: string | number | null): string | null;

  /** Redis' RPUSH: https://redis.io/commands/rpush */
  rpush(key: string | number | null, ...strings: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' RPUSHX: https://redis.io/commands/rpushx */
  rpushx(key: string | number | null, ...strings: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' SADD: https://redis.io/commands/sadd */
  sadd(key: string | number | null, ...members: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' SCARD: https://redis.io/commands/scard */
  scard(key: string | number | null): number;

  /** Redis' SDIFF: https://redis.io/commands/sdiff */
  sdiff(...keys: (string | number | null)[] | [(string | number | null)[]]): string[];

  /** Redis' SDIFFSTORE: https://redis.io/commands/sdiffstore */
  sdiffstore(dstkey: string | number | null, ...keys: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' SET: https://redis.io/commands/set */
  set(key: string | number | null, value: string | number | boolean, nxxx?: string, expx?: string, time?: number): string | null;

  /** Redis' SETBIT: https://redis.io/commands/setbit */
  setbit(key: string | number | null, offset: number, value: boolean): boolean;

  /** Redis' SETEX: https://redis.io/commands/setex */
  setex(key: string | number | null, seconds: number, value: string | number | boolean): string;

  /** Redis' SETNX: https://redis.io/commands/setnx */
  setnx(key: string | number | null, value: string | number | boolean): number;

  /** Redis' SETRANGE: https://redis.io/commands/setrange */
  setrange(key: string | number | null, offset: number, value: string | number | boolean): number;

  /** Redis' SINTER: https://redis.io/commands/sinter */
  sinter(...keys: (string | number | null)[] | [(string | number | null)[]]): string[];

  /** Redis' SINTERSTORE: https://redis.io/commands/sinterstore */
  sinterstore(dstkey: string | number | null, ...keys: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' SISMEMBER: https://redis.io/commands/sismember */
  sismember(key: string | number | null, member: string | number | boolean): boolean;

  /** Redis' SMEMBERS: https://redis.io/commands/smembers */
  smembers(key: string | number | null): string[];

  /** Redis' SMOVE: https://redis.io/commands/smove */
  smove(srckey: string | number | null, dstkey: string | number | null, member: string | number | boolean): number;

  /** Redis' SORT: https://redis.io/commands/sort */
  sort(key: string | number | null, dstkey?: string | number | null): any;

  /** Redis' SPOP: https://redis.io/commands/spop */
  spop(key: string | number | null): string | null;

  /** Redis' SRANDMEMBER: https://redis.io/commands/srandmember */
  srandmember(key: string | number | null, count?: number): any;

  /** Redis' SREM: https://redis.io/commands/srem */
  srem(key: string | number | null, ...members: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' STRLEN: https://redis.io/commands/strlen */
  strlen(key: string | number | null): number;

  /** Redis' GETRANGE: https://redis.io/commands/getrange */
  substr(key: string | number | null, start: number, end: number): string;

  /** Redis' SUNION: https://redis.io/commands/sunion */
  sunion(...keys: (string | number | null)[] | [(string | number | null)[]]): string[];

  /** Redis' SUNIONSTORE: https://redis.io/commands/sunionstore */
  sunionstore(dstkey: string | number | null, ...keys: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' TTL: https://redis.io/commands/ttl */
  ttl(key: string | number | null): number;

  /** Redis' TYPE: https://redis.io/commands/type */
  type(key: string | number | null): string;

  /** Redis' ZADD: https://redis.io/commands/zadd */
  zadd(key: string | number | null, score: number, member: string | number | boolean): number;

  /** Redis' ZCARD: https://redis.io/commands/zcard */
  zcard(key: string | number | null): number;

  /** Redis' ZCOUNT: https://redis.io/commands/zcount */
  zcount(key: string | number | null, min: number | string, max: number | string): number;

  /** Redis' ZINCRBY: https://redis.io/commands/zincrby */
  zincrby(key: string | number | null, score: number, member: string | number | boolean): number;

  /** Redis' ZINTERSTORE: https://redis.io/commands/zinterstore */
  zinterstore(dstkey: string | number | null, ...sets: (string | number | null)[] | [(string | number | null)[]]): number;

  /** Redis' ZRANGE: https://redis.io/commands/zrange */
  zrange(key: string | number | null, start: number, end: number): string[];

  /** Redis' ZRANGEBYSCORE: https://redis.io/commands/zrangebyscore */
  zrangeByScore(key: string | number | null, min: number | string, max: number | string, offset?: number, count?: number): string[];

  /** Redis' ZRANGEBYSCORE: https://redis.io/commands/zrangebyscore */
  zrangeByScoreWithScores(key: string | number | null, min: number | string, max: number | string, offset?: number, count?: number): Record<string, number>[];

  /** Redis' ZRANGE: https://redis.io/commands/zrange */
  zrangeWithScores(key: string | number | null, start: number, end: number): Record<string, number>[];

  /** Redis' ZRANK: https://redis.io/commands/zrank */
  zrank(key: string | number | null, member: string | number | boolean): number | null;

  /** Redis' ZREM: https://redis.io/commands/zrem */
  zrem(key: string | number | null, ...members: (string | number | boolean)[] | [(string | number | boolean)[]]): number;

  /** Redis' ZREMRANGEBYRANK: https://redis.io/commands/zremrangebyrank */
  zremrangeByRank(key: string | number | null, start: number, end: number): number;

  /** Redis' ZREMRANGEBYSCORE: https://redis.io/commands/zremrangebyscore */
  zremrangeByScore(key: string | number | null, start: number | string, end: number | string): number;

  /** Redis' ZREVRANGE: https://redis.io/commands/zrevrange */
  zrevrange(key: string | number | null, start: number, end: number): string[];

  /** Redis' ZREVRANGEBYSCORE: https://redis.io/commands/zrevrangebyscore */
  zrevrangeByScore(key: string | number | null, max: number | string, min: number | string, offset?: number, count?: number): string[];

  /** Redis' ZREVRANGEBYSCORE: https://redis.io/commands/zrevrangebyscore */
  zrevrangeByScoreWithScores(key: string | number | null, max: number | string, min: number | string, offset?: number, count?: number): Record<string, number>[];

  /** Redis' ZREVRANGE: https://redis.io/commands/zrevrange */
  zrevrangeWithScores(key: string | number | null, start: number, end: number): Record<string, number>[];

  /** Redis' ZREVRANK: https://redis.io/commands/zrevrank */
  zrevrank(key: string | number | null, member: string | number | boolean): number | null;

  /** Redis' ZSCORE: https://redis.io/commands/zscore */
  zscore(key: string | number | null, member: string | number | boolean): number | null;

  /** Redis' ZUNIONSTORE: https://redis.io/commands/zunionstore */
  zunionstore(dstkey: string | number | null, ...sets: (string | number | null)[] | [(string | number | null)[]]): number;
}

/** Options of the current script. */
interface SparkScriptOptions {
  /** Whether dates read from collections stay Date objects. */
  getMaintainDbDates(): boolean;

  /** Whether dates read from collections stay Date objects. */
  readonly maintainDbDates: boolean;

  /** Sets whether dates read from collections are Date objects (true) or milliseconds (false, the default). */
  setMaintainDbDates(maintainDbDates: boolean): void;
}

/** A segment in the game's configuration, such as country. It divides players into groups. */
interface SparkSegmentType {
  /** The segment's short code. */
  getShortCode(): string;

  /** The segment's short code. */
  readonly shortCode: string;

  /** The segment's name. */
  getName(): string;

  /** The segment's name. */
  readonly name: string;

  /** The segment's description, or null. */
  getDescription(): string | null;

  /** The segment's description, or null. */
  readonly description: string | null;

  /** The possible values. */
  getValues(): SparkSegmentValue[];

  /** The possible values. */
  readonly values: SparkSegmentValue[];
}

/** A possible value of a segment. */
interface SparkSegmentValue {
  /** The value's short code, to which a player's segment is set. */
  getShortCode(): string;

  /** The value's short code, to which a player's segment is set. */
  readonly shortCode: string;

  /** The value's name. */
  getName(): string;

  /** The value's name. */
  readonly name: string;

  /** The value's description, or null. */
  getDescription(): string | null;

  /** The value's description, or null. */
  readonly description: string | null;
}

/** A team type in the game's configuration. */
interface SparkTeamType {
  /** The team type's short code. */
  getShortCode(): string;

  /** The team type's short code. */
  readonly shortCode: string;

  /** The team type's name. */
  getName(): string;

  /** The team type's name. */
  readonly name: string;

  /** Whether members become friends of the owner. */
  getSocial(): boolean;

  /** Whether members become friends of the owner. */
  readonly social: boolean;

  /** Whether members become friends of each other. */
  getExtendedSocial(): boolean;

  /** Whether members become friends of each other. */
  readonly extendedSocial: boolean;

  /** The maximum number of members of a team, or null. */
  getMaxMembers(): number | null;

  /** The maximum number of members of a team, or null. */
  readonly maxMembers: number | null;

  /** The maximum number of such teams that a player can be a member of; 0: no limit. */
  getMaxMembershipPerUser(): number | null;

  /** The maximum number of such teams that a player can be a member of; 0: no limit. */
  readonly maxMembershipPerUser: number | null;

  /** The maximum number of such teams that a player can own; -1: every player owns one. */
  getMaxOwnershipPerUser(): number | null;

  /** The maximum number of such teams that a player can own; -1: every player owns one. */
  readonly maxOwnershipPerUser: number | null;
}

/** Uploads by scripts. */
interface SparkUploadableUtils {
  /** Stores text as an uploaded file, of a player or without owner, and returns its id. */
  uploadString(stringData: string, player: SparkPlayer | null, fileName: string, metaData?: unknown): string;

  /** The text of an uploaded file, or null. */
  retrieveString(uploadId: string): string | null;
}

/** A virtual good in the game's configuration. */
interface SparkVirtualGood {
  /** The good's short code. */
  getShortCode(): string;

  /** The good's short code. */
  readonly shortCode: string;

  /** The good's name. */
  getName(): string;

  /** The good's name. */
  readonly name: string;

  /** The good's description, or null. */
  getDescription(): string | null;

  /** The good's description, or null. */
  readonly description: string | null;

  /** "VGOOD", or "CURRENCY" for a pack of currency. */
  getType(): string;

  /** "VGOOD", or "CURRENCY" for a pack of currency. */
  readonly type: string;

  /** The good's tags. */
  getTags(): string[];

  /** The good's tags. */
  readonly tags: string[];

  /** The price, by currency: `{currency1: 10, GEMS: 2}`. */
  getCurrencyCosts(): Record<string, number>;

  /** The price, by currency: `{currency1: 10, GEMS: 2}`. */
  readonly currencyCosts: Record<string, number>;

  /** The maximum number that a player may own, or null. */
  getMaxQuantity(): number | null;

  /** The maximum number that a player may own, or null. */
  readonly maxQuantity: number | null;

  /** The goods that come with it. */
  getBundledGoods(): { shortCode: string; qty: number }[];

  /** The goods that come with it. */
  readonly bundledGoods: { shortCode: string; qty: number }[];

  /** Whether it cannot be bought. */
  isDisabled(): boolean;

  /** Whether it cannot be bought. */
  readonly disabled: boolean;

  /** The properties of its property set, by key, or null. */
  getPropertySet(): any;

  /** The properties of its property set, by key, or null. */
  readonly propertySet: any;

  /** The product id in Google Play, or null. */
  getGooglePlayProductId(): string | null;

  /** The product id in Google Play, or null. */
  readonly googlePlayProductId: string | null;

  /** The product id in Apple's App Store, or null. */
  getIosAppStoreProductId(): string | null;

  /** The product id in Apple's App Store, or null. */
  readonly iosAppStoreProductId: string | null;

  /** The product id in the Windows Phone 8 store, or null. */
  getWP8StoreProductId(): string | null;

  /** The product id in the Windows Phone 8 store, or null. */
  readonly WP8StoreProductId: string | null;

  /** The product id in the Windows 8 store, or null. */
  getW8StoreProductId(): string | null;

  /** The product id in the Windows 8 store, or null. */
  readonly w8StoreProductId: string | null;

  /** The product id in Amazon's store, or null. */
  getAmazonStoreProductId(): string | null;

  /** The product id in Amazon's store, or null. */
  readonly amazonStoreProductId: string | null;

  /** The product id in Steam, or null. */
  getSteamStoreProductId(): string | null;

  /** The product id in Steam, or null. */
  readonly steamStoreProductId: string | null;

  /** The product id in the PlayStation store, or null. */
  getPsnStoreProductId(): string | null;

  /** The product id in the PlayStation store, or null. */
  readonly psnStoreProductId: string | null;

  /** The price in this currency, or null. */
  getCurrency1Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency1Cost: number | null;

  /** The price in this currency, or null. */
  getCurrency2Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency2Cost: number | null;

  /** The price in this currency, or null. */
  getCurrency3Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency3Cost: number | null;

  /** The price in this currency, or null. */
  getCurrency4Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency4Cost: number | null;

  /** The price in this currency, or null. */
  getCurrency5Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency5Cost: number | null;

  /** The price in this currency, or null. */
  getCurrency6Cost(): number | null;

  /** The price in this currency, or null. */
  readonly currency6Cost: number | null;
}

/**
 * One or more elements of an XML document, read-only. `xml.food` are all child elements "food", `xml.food[1]` is the
 * second one, `xml.food[1]["@price"]` is an attribute. As text, an element without child elements is its text, any
 * other is XML.
 */
interface SparkXml {
  /** The number of elements. */
  length(): number;

  /** The elements' own text, without that of child elements. */
  text(): string;

  /** The element's name without prefix; null for several elements. */
  localName(): string | null;

  /** The value of an attribute, or null; null for several elements. */
  attribute(name: string): string | null;

  /** The values of all attributes, by name; empty for several elements. */
  attributes(): Record<string, string>;

  /** The child elements with a name; may be empty. */
  child(name: string): SparkXml;

  /** All child elements. */
  children(): SparkXml;

  /** The text of elements without child elements, the XML of others. */
  toString(): string;

  /** The elements as XML. */
  toXMLString(): string;
}

/** An XML document, read as a whole or element by element. */
interface SparkXmlReader {
  /** Registers a function that `process` calls for each element at a path, such as "catalog.book". */
  registerCallback(path: string, startCallback: () => any): void;

  /** Calls the registered functions, without arguments, in document order. */
  process(): void;

  /** The current element (outside callbacks: the root) with its attributes but without content. */
  getElement(): SparkXml;

  /** The current element (outside callbacks: the root) with its attributes but without content. */
  readonly element: SparkXml;

  /** The current element (outside callbacks: the root) with its content. */
  getXml(): SparkXml;

  /** The current element (outside callbacks: the root) with its content. */
  readonly xml: SparkXml;
}

/**
 * A request that a script sends: `var request = new SparkRequests.LogEventRequest()`. Its fields and `scriptData` are
 * set as properties. Returns the response that a client would get, with `error` if the request was refused.
 */
interface SparkRequest<Response> {
  /** What the request's own scripts read. */
  scriptData?: Record<string, any>;

  /** Sends the request as the current player, without running scripts for it. */
  Send(): Response;

  /** Sends the request as another player, without running scripts for it. */
  SendAs(playerId: string): Response;

  /** Sends the request as the current player and runs its scripts. */
  Execute(): Response;

  /** Sends the request as another player and runs its scripts. */
  ExecuteAs(playerId: string): Response;
}

/** What every response has. */
interface SparkResponse {
  /** Why it was refused; absent where it was not. */
  error?: Record<string, any>;

  /** What the response's scripts set. */
  scriptData?: Record<string, any>;
}

/** The requests that a script can send. */
declare namespace SparkRequests {
  /** Accepts a challenge that the player was invited to, and reserves its wager. */
  interface AcceptChallengeRequest extends SparkRequest<AcceptChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
  }
  const AcceptChallengeRequest: new () => AcceptChallengeRequest;

  /** Returns the player's account. */
  interface AccountDetailsRequest extends SparkRequest<AccountDetailsResponse> {
  }
  const AccountDetailsRequest: new () => AccountDetailsRequest;

  /** Logs in with an account of Amazon. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface AmazonConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Login with Amazon issued to the game. */
    accessToken?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const AmazonConnectRequest: new () => AmazonConnectRequest;

  /** Signs in a registered player with userName and password. */
  interface AuthenticationRequest extends SparkRequest<AuthenticationResponse> {
    /** The player's userName. */
    userName?: string;
    /** The player's password. */
    password?: string;
  }
  const AuthenticationRequest: new () => AuthenticationRequest;

  /** Changes the player's display name, language, userName or password. A new password revokes the player's authTokens and signs the player out on every other socket. */
  interface ChangeUserDetailsRequest extends SparkRequest<ChangeUserDetailsResponse> {
    /** The new display name. */
    displayName?: string;
    /** The new language code. */
    language?: string;
    /** The new password. */
    newPassword?: string;
    /** The current password; checked if it is sent. */
    oldPassword?: string;
    /** The new userName. A player with a password can then no longer log in by device. */
    userName?: string;
  }
  const ChangeUserDetailsRequest: new () => ChangeUserDetailsRequest;

  /** Sends a message to everybody who plays the challenge. */
  interface ChatOnChallengeRequest extends SparkRequest<ChatOnChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
  }
  const ChatOnChallengeRequest: new () => ChatOnChallengeRequest;

  /** Issues a challenge to players, or to everybody; the player is the first who plays it. */
  interface CreateChallengeRequest extends SparkRequest<CreateChallengeResponse> {
    /** The kind of challenge. */
    challengeShortCode?: string;
    /** PRIVATE (only invited players), PUBLIC or FRIENDS; PRIVATE by default. */
    accessType?: string;
    /** Ids of the invited players; required if it is PRIVATE. */
    usersToChallenge?: Array<string>;
    /** A message from the challenger. */
    challengeMessage?: string;
    /** When it ends at the latest; required unless its kind ends by an achievement. */
    endTime?: string;
    /** When it expires: until then players can join, and it can start. */
    expiryTime?: string;
    /** The earliest time when it starts. */
    startTime?: string;
    /** It starts when at least this many play, including the challenger; 2 by default. */
    minPlayers?: number;
    /** At most this many can play, including the challenger. */
    maxPlayers?: number;
    /** Turns or attempts of each player; unlimited by default. */
    maxAttempts?: number;
    /** It starts when maxPlayers play, and not before. */
    autoStartJoinedChallengeOnMaxPlayers?: boolean;
    /** `{segments: {type: value | [values]}}`: the players who can find and join it. */
    eligibilityCriteria?: Record<string, any>;
    /** Send no messages about it. */
    silent?: boolean;
    /** The wager of each player in currency 1. */
    currency1Wager?: number;
    /** The wager of each player in currency 2. */
    currency2Wager?: number;
    /** The wager of each player in currency 3. */
    currency3Wager?: number;
    /** The wager of each player in currency 4. */
    currency4Wager?: number;
    /** The wager of each player in currency 5. */
    currency5Wager?: number;
    /** The wager of each player in currency 6. */
    currency6Wager?: number;
    /** Short code → the wager of each player in that currency. */
    currencyWagers?: Record<string, any>;
  }
  const CreateChallengeRequest: new () => CreateChallengeRequest;

  /** Declines a challenge that the player was invited to. */
  interface DeclineChallengeRequest extends SparkRequest<DeclineChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
  }
  const DeclineChallengeRequest: new () => DeclineChallengeRequest;

  /** Signs in the player of a device; the first use of a device creates the player. */
  interface DeviceAuthenticationRequest extends SparkRequest<AuthenticationResponse> {
    /** The device's id on its platform. */
    deviceId?: string;
    /** The device's platform: IOS, ANDROID, WP8, W8 or any other that an SDK sends; upper or lower case. */
    deviceOS?: string;
    /** The device's model. */
    deviceModel?: string;
    /** The device's name. */
    deviceName?: string;
    /** The device's type. */
    deviceType?: string;
    /** The device's operating system. */
    operatingSystem?: string;
    /** The display name of the player, if this request creates it. */
    displayName?: string;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const DeviceAuthenticationRequest: new () => DeviceAuthenticationRequest;

  /** Deletes one of the player's messages. */
  interface DismissMessageRequest extends SparkRequest<DismissMessageResponse> {
    /** The message's id. */
    messageId?: string;
  }
  const DismissMessageRequest: new () => DismissMessageRequest;

  /** Deletes several of the player's messages; unknown ids do not stop the others. */
  interface DismissMultipleMessagesRequest extends SparkRequest<DismissMultipleMessagesResponse> {
    /** The messages' ids. */
    messageIds?: Array<string>;
  }
  const DismissMultipleMessagesRequest: new () => DismissMultipleMessagesRequest;

  /** Ends the player's session, for example when the app goes into the background. */
  interface EndSessionRequest extends SparkRequest<EndSessionResponse> {
  }
  const EndSessionRequest: new () => EndSessionRequest;

  /** Logs in with an account of Facebook. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface FacebookConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token, or the ID token of Limited Login, that Facebook issued to the game. */
    accessToken?: string;
    /** The authorization code that Facebook issued to the game. */
    code?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const FacebookConnectRequest: new () => FacebookConnectRequest;

  /** Finds challenges that the player can join and does not play yet, newest first. */
  interface FindChallengeRequest extends SparkRequest<FindChallengeResponse> {
    /** PUBLIC, or FRIENDS for challenges that friends issued; FRIENDS by default. */
    accessType?: string;
    /** How many to return; 50 by default and at most. */
    count?: number;
    /** How many to skip. */
    offset?: number;
    /** Short codes of kinds of challenges. */
    shortCode?: Array<string>;
    /** `{segments: {type: value}}`, used instead of the player's own segments. */
    eligibility?: Record<string, any>;
  }
  const FindChallengeRequest: new () => FindChallengeRequest;

  /** Logs in with an account of Game Center. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface GameCenterConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The player's Game Center id. */
    externalPlayerId?: string;
    /** The player's Game Center name. */
    displayName?: string;
    /** The URL of Apple's certificate, from Game Center. */
    publicKeyUrl?: string;
    /** The signature from Game Center, in base64; or the identity token of Sign in with Apple. */
    signature?: string;
    /** The salt from Game Center, in base64. */
    salt?: string;
    /** When Game Center signed, in milliseconds since 1970. */
    timestamp?: number;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const GameCenterConnectRequest: new () => GameCenterConnectRequest;

  /** Returns a challenge that the player plays or was invited to. */
  interface GetChallengeRequest extends SparkRequest<GetChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
  }
  const GetChallengeRequest: new () => GetChallengeRequest;

  /** Returns one of the player's messages as it was sent. */
  interface GetMessageRequest extends SparkRequest<GetMessageResponse> {
    /** The message's id. */
    messageId?: string;
  }
  const GetMessageRequest: new () => GetMessageRequest;

  /** Logs in with an account of Google Play. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface GooglePlayConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** An access token of the scope games, or an ID token, that Google issued to the game. */
    accessToken?: string;
    /** The server auth code that Google issued to the game. */
    code?: string;
    /** The redirect URI that the code was issued for; empty for a code from an Android app. */
    redirectUri?: string;
    /** The player's name, unless profileScope or googlePlusScope lets the server read it. */
    displayName?: string;
    /** The token covers the scope profile; the server reads the account's name. */
    profileScope?: boolean;
    /** The token covers plus.login; the server reads the account's name and friends. */
    googlePlusScope?: boolean;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const GooglePlayConnectRequest: new () => GooglePlayConnectRequest;

  /** Logs in with an account of Google Plus. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface GooglePlusConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** An access token or an ID token that Google issued to the game. */
    accessToken?: string;
    /** The authorization code that Google issued to the game. */
    code?: string;
    /** The redirect URI that the code was issued for, if there is one. */
    redirectUri?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const GooglePlusConnectRequest: new () => GooglePlusConnectRequest;

  /** Joins an open challenge that has not started, and reserves its wager. */
  interface JoinChallengeRequest extends SparkRequest<JoinChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
    /** `{segments: {type: value}}`, used instead of the player's own segments. */
    eligibility?: Record<string, any>;
  }
  const JoinChallengeRequest: new () => JoinChallengeRequest;

  /** Logs in with an account of Kongregate. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface KongregateConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The player's Kongregate user id. */
    userId?: string;
    /** The token that Kongregate issued to the game for the player. */
    gameAuthToken?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const KongregateConnectRequest: new () => KongregateConnectRequest;

  /** Lists the player's challenges by state, newest first. */
  interface ListChallengeRequest extends SparkRequest<ListChallengeResponse> {
    /** A state: WAITING, RUNNING, ISSUED, RECEIVED, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
    state?: string;
    /** Several states. */
    states?: Array<string>;
    /** The short code of a kind of challenges. */
    shortCode?: string;
    /** Challenges on a page; 50 by default, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
  }
  const ListChallengeRequest: new () => ListChallengeRequest;

  /** Lists the game's kinds of challenges. */
  interface ListChallengeTypeRequest extends SparkRequest<ListChallengeTypeResponse> {
  }
  const ListChallengeTypeRequest: new () => ListChallengeTypeRequest;

  /** Lists the player's friends who play the game. */
  interface ListGameFriendsRequest extends SparkRequest<ListGameFriendsResponse> {
  }
  const ListGameFriendsRequest: new () => ListGameFriendsRequest;

  /** Lists the player's friends in linked systems who do not play the game. */
  interface ListInviteFriendsRequest extends SparkRequest<ListInviteFriendsResponse> {
  }
  const ListInviteFriendsRequest: new () => ListInviteFriendsRequest;

  /** Lists the player's messages with their status, newest first; dismissed ones are left out. */
  interface ListMessageDetailRequest extends SparkRequest<ListMessageDetailResponse> {
    /** Messages on a page; 50 by default, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
    /** The class to list, such as ScriptMessage or ScriptMessage_CODE; several are separated by commas. */
    include?: string;
    /** Only messages with this status. */
    status?: string;
  }
  const ListMessageDetailRequest: new () => ListMessageDetailRequest;

  /** Lists the player's messages as they were sent, newest first; dismissed ones are left out. */
  interface ListMessageRequest extends SparkRequest<ListMessageResponse> {
    /** Messages on a page; 50 by default, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
    /** The class to list, such as ScriptMessage or ScriptMessage_CODE; several are separated by commas. */
    include?: string;
  }
  const ListMessageRequest: new () => ListMessageRequest;

  /** Lists the texts of the player's messages, newest first; dismissed ones are left out. */
  interface ListMessageSummaryRequest extends SparkRequest<ListMessageSummaryResponse> {
    /** Messages on a page; 50 by default, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
  }
  const ListMessageSummaryRequest: new () => ListMessageSummaryRequest;

  /** Logs an event for a running challenge that the player plays. A turn consumer takes a turn or an attempt once the scripts have run. The event's script for challenges runs after the request's script. */
  interface LogChallengeEventRequest extends SparkRequest<LogChallengeEventResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** The event's short code. */
    eventKey?: string;
    /** The event's attributes, by short code. */
    [attribute: string]: any;
  }
  const LogChallengeEventRequest: new () => LogChallengeEventRequest;

  /** Logs an event of the game. Each attribute is a member of the request, under its short code. The event's script runs after the request's script. */
  interface LogEventRequest extends SparkRequest<LogEventResponse> {
    /** The event's short code. */
    eventKey?: string;
    /** The event's attributes, by short code. */
    [attribute: string]: any;
  }
  const LogEventRequest: new () => LogEventRequest;

  /** Logs in with an account of Nintendo. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface NXConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The NSA ID token that the console returned to the game. */
    nsaIdToken?: string;
    /** The player's name on the console. */
    displayName?: string;
    /** Whether each login id of a console is an account of its own. */
    accountPerLoginId?: boolean;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const NXConnectRequest: new () => NXConnectRequest;

  /** Logs in with an account of PSN. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface PSNAccountConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The authorization code that PSN issued to the game. */
    authorizationCode?: string;
    /** The redirect URI that the code was issued for; not needed for codes of a console. */
    redirectUri?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const PSNAccountConnectRequest: new () => PSNAccountConnectRequest;

  /** Logs in with an account of PSN. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface PSNConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The authorization code that PSN issued to the game. */
    authorizationCode?: string;
    /** The redirect URI that the code was issued for; not needed for codes of a console. */
    redirectUri?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const PSNConnectRequest: new () => PSNConnectRequest;

  /** Logs in with an account of QQ. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface QQConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that QQ issued to the game. */
    accessToken?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const QQConnectRequest: new () => QQConnectRequest;

  /** Creates a player that logs in with a userName and password, and signs it in. */
  interface RegistrationRequest extends SparkRequest<RegistrationResponse> {
    /** The name that other players see; need not be unique. */
    displayName?: string;
    /** The name to log in with; unique in the game. */
    userName?: string;
    /** The password to log in with. */
    password?: string;
    /** Segment type → value of the new player. */
    segments?: Record<string, any>;
  }
  const RegistrationRequest: new () => RegistrationRequest;

  /** Unlinks an external account from the player, and removes the friends that came only from it. */
  interface SocialDisconnectRequest extends SparkRequest<SocialDisconnectResponse> {
    /** The external system's two-letter id, such as FB, AM or GC. */
    systemId?: string;
  }
  const SocialDisconnectRequest: new () => SocialDisconnectRequest;

  /** Lists the external accounts that the player is linked to. */
  interface SocialStatusRequest extends SparkRequest<SocialStatusResponse> {
  }
  const SocialStatusRequest: new () => SocialStatusRequest;

  /** Logs in with an account of Steam. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface SteamConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The ticket of the Steam SDK's GetAuthSessionTicket, in hexadecimal. */
    sessionTicket?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const SteamConnectRequest: new () => SteamConnectRequest;

  /** Logs in with an account of Twitch. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface TwitchConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Twitch issued to the game for the player. */
    accessToken?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const TwitchConnectRequest: new () => TwitchConnectRequest;

  /** Logs in with an account of Twitter. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface TwitterConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Twitter issued to the game for the player. */
    accessToken?: string;
    /** The secret that Twitter issued with the access token. */
    accessSecret?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const TwitterConnectRequest: new () => TwitterConnectRequest;

  /** Sets the status of one of the player's messages. */
  interface UpdateMessageRequest extends SparkRequest<UpdateMessageResponse> {
    /** The message's id. */
    messageId?: string;
    /** The status, up to 256 characters. */
    status?: string;
  }
  const UpdateMessageRequest: new () => UpdateMessageRequest;

  /** Logs in with an account of Viber. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface ViberConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Viber issued to the game for the player. */
    accessToken?: string;
    /** Do not register the player for Viber's push notifications, which do not exist here. */
    doNotRegisterForPush?: boolean;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const ViberConnectRequest: new () => ViberConnectRequest;

  /** Logs in with an account of WeChat. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface WeChatConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that WeChat issued to the game. */
    accessToken?: string;
    /** The user's openid in the game, from WeChat. */
    openId?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const WeChatConnectRequest: new () => WeChatConnectRequest;

  /** Withdraws a challenge that the player issued and that has not started; wagers are returned. */
  interface WithdrawChallengeRequest extends SparkRequest<WithdrawChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** A message to the other players. */
    message?: string;
  }
  const WithdrawChallengeRequest: new () => WithdrawChallengeRequest;

  /** Logs in with an account of Xbox Live. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface XBOXLiveConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The XSTS token for http://xboxlive.com, as XBL3.0 x=<user hash>;<token>. */
    stsTokenString?: string;
    /** The player's name, if Xbox Live returns none. */
    displayName?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const XBOXLiveConnectRequest: new () => XBOXLiveConnectRequest;

  /** Logs in with an account of Xbox One. An account that a player owns logs in that player. An unknown account is linked to the current player, or to a new player if nobody is logged in. */
  interface XboxOneConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The XSTS token for http://xboxlive.com, as XBL3.0 x=<user hash>;<token>. */
    token?: string;
    /** Accepted, and not needed: the sandbox of the token applies. */
    sandbox?: string;
    /** Never link the account to the current player; create another player for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse if the session would switch to another player; switchSummary says which. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even if the current player has another account of this system. */
    switchIfPossible?: boolean;
    /** Keep the player's display name equal to that of the account. */
    syncDisplayName?: boolean;
    /** Refuse if the account is unknown and would create a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const XboxOneConnectRequest: new () => XboxOneConnectRequest;

  interface AcceptChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }

  interface AccountDetailsResponse extends SparkResponse {
    /** The player's id. */
    userId?: string;
    /** The player's display name. */
    displayName?: string;
    /** Short codes of the player's achievements. */
    achievements?: Array<string>;
    /** The player's balance of currency 1. */
    currency1?: number;
    /** The player's balance of currency 2. */
    currency2?: number;
    /** The player's balance of currency 3. */
    currency3?: number;
    /** The player's balance of currency 4. */
    currency4?: number;
    /** The player's balance of currency 5. */
    currency5?: number;
    /** The player's balance of currency 6. */
    currency6?: number;
    /** Purpose → the amount of currency 1 reserved for it. */
    reservedCurrency1?: Record<string, any>;
    /** Purpose → the amount of currency 2 reserved for it. */
    reservedCurrency2?: Record<string, any>;
    /** Purpose → the amount of currency 3 reserved for it. */
    reservedCurrency3?: Record<string, any>;
    /** Purpose → the amount of currency 4 reserved for it. */
    reservedCurrency4?: Record<string, any>;
    /** Purpose → the amount of currency 5 reserved for it. */
    reservedCurrency5?: Record<string, any>;
    /** Purpose → the amount of currency 6 reserved for it. */
    reservedCurrency6?: Record<string, any>;
    /** Short code → the player's balance of that currency. */
    currencies?: Record<string, any>;
    /** Short code → the reserved amount of that currency. */
    reservedCurrencies?: Record<string, any>;
    /** System id → the player's id there. */
    externalIds?: Record<string, any>;
    /** Where the player was last seen, if that is known. */
    location?: { country?: string; city?: string; latitide?: number; longditute?: number };
    /** Short code → how many of that good the player owns. */
    virtualGoods?: Record<string, any>;
    /** Data that Cloud Code keeps on the player for others to see. */
    scriptData?: Record<string, any>;
  }

  interface AuthenticationResponse extends SparkResponse {
    /** Logs the player in again; SDKs send it in the next handshake. */
    authToken?: string;
    /** The player's display name. */
    displayName?: string;
    /** Whether this request created the player. */
    newPlayer?: boolean;
    /** The player's id. */
    userId?: string;
    /** A player, as other players see it. */
    switchSummary?: { id: string; displayName?: string; externalIds: Record<string, any>; online: boolean; achievements: Array<string>; virtualGoods: Array<string>; scriptData?: Record<string, any> };
  }

  interface ChangeUserDetailsResponse extends SparkResponse {
    /** A new authToken, if the password changed; the old ones have expired. */
    authToken?: string;
  }

  interface ChatOnChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }

  interface CreateChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }

  interface DeclineChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }

  interface DismissMessageResponse extends SparkResponse {

  }

  interface DismissMultipleMessagesResponse extends SparkResponse {
    /** How many messages were dismissed. */
    messagesDismissed?: number;
    /** The ids that are not of a message of the player. */
    failedDismissals?: Array<string>;
  }

  interface EndSessionResponse extends SparkResponse {
    /** How long the session lasted, in seconds. */
    sessionDuration?: number;
  }

  interface FindChallengeResponse extends SparkResponse {
    /** The challenges. */
    challengeInstances?: Array<{ challengeId: string; shortCode: string; challengeName: string; challengeMessage?: string; state: string; challenger: { id: string; name?: string; externalIds?: Record<string, any> }; challenged?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; accepted: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; declined?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; startDate: string | null; endDate: string | null; expiryDate: string | null; maxTurns?: number; nextPlayer?: string; turnCount: Record<string, any>; currency1Wager?: number; currency2Wager?: number; currency3Wager?: number; currency4Wager?: number; currency5Wager?: number; currency6Wager?: number; currencyWagers?: Record<string, any>; scriptData: Record<string, any> }>;
  }

  interface GetChallengeResponse extends SparkResponse {
    /** The challenge. */
    challenge?: { challengeId: string; shortCode: string; challengeName: string; challengeMessage?: string; state: string; challenger: { id: string; name?: string; externalIds?: Record<string, any> }; challenged?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; accepted: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; declined?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; startDate: string | null; endDate: string | null; expiryDate: string | null; maxTurns?: number; nextPlayer?: string; turnCount: Record<string, any>; currency1Wager?: number; currency2Wager?: number; currency3Wager?: number; currency4Wager?: number; currency5Wager?: number; currency6Wager?: number; currencyWagers?: Record<string, any>; scriptData: Record<string, any> };
  }

  interface GetMessageResponse extends SparkResponse {
    /** The message. */
    message?: Record<string, any>;
    /** The status that UpdateMessageRequest set. */
    status?: string;
  }

  interface JoinChallengeResponse extends SparkResponse {
    /** Whether the player plays it now; false if there was no place left. */
    joined?: boolean;
  }

  interface ListChallengeResponse extends SparkResponse {
    /** The challenges. */
    challengeInstances?: Array<{ challengeId: string; shortCode: string; challengeName: string; challengeMessage?: string; state: string; challenger: { id: string; name?: string; externalIds?: Record<string, any> }; challenged?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; accepted: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; declined?: Array<{ id: string; name?: string; externalIds?: Record<string, any> }>; startDate: string | null; endDate: string | null; expiryDate: string | null; maxTurns?: number; nextPlayer?: string; turnCount: Record<string, any>; currency1Wager?: number; currency2Wager?: number; currency3Wager?: number; currency4Wager?: number; currency5Wager?: number; currency6Wager?: number; currencyWagers?: Record<string, any>; scriptData: Record<string, any> }>;
  }

  interface ListChallengeTypeResponse extends SparkResponse {
    /** The kinds. */
    challengeTemplates?: Array<{ challengeShortCode: string; name: string; description?: string; getleaderboardName?: string; tags: string }>;
  }

  interface ListGameFriendsResponse extends SparkResponse {
    /** The friends, in no particular order. */
    friends?: Array<{ id: string; displayName?: string; externalIds: Record<string, any>; online: boolean; achievements: Array<string>; virtualGoods: Array<string>; scriptData?: Record<string, any> }>;
  }

  interface ListInviteFriendsResponse extends SparkResponse {
    /** The friends, in the order of the external system. */
    friends?: Array<{ id: string; displayName?: string; profilePic?: string }>;
  }

  interface ListMessageDetailResponse extends SparkResponse {
    /** The messages of the page. */
    messageList?: Array<{ id: string; message: Record<string, any>; seen: boolean; status?: string; when: string }>;
  }

  interface ListMessageResponse extends SparkResponse {
    /** The messages of the page. */
    messageList?: Array<Record<string, any>>;
  }

  interface ListMessageSummaryResponse extends SparkResponse {
    /** The messages of the page. */
    messageList?: Array<Record<string, any>>;
  }

  interface LogChallengeEventResponse extends SparkResponse {

  }

  interface LogEventResponse extends SparkResponse {

  }

  interface RegistrationResponse extends SparkResponse {
    /** Logs the player in again; SDKs send it in the next handshake. */
    authToken?: string;
    /** The player's display name. */
    displayName?: string;
    /** Whether this request created the player. */
    newPlayer?: boolean;
    /** The player's id. */
    userId?: string;
    /** A player, as other players see it. */
    switchSummary?: { id: string; displayName?: string; externalIds: Record<string, any>; online: boolean; achievements: Array<string>; virtualGoods: Array<string>; scriptData?: Record<string, any> };
  }

  interface SocialDisconnectResponse extends SparkResponse {

  }

  interface SocialStatusResponse extends SparkResponse {
    /** One entry for each linked account. */
    statuses?: Array<{ systemId: string; active: boolean; expires?: string }>;
  }

  interface UpdateMessageResponse extends SparkResponse {

  }

  interface WithdrawChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }
}

/** What the script was called with, what it answers, and everything else that it asks of the server. */
declare const Spark: Spark;

/**
 * Includes a module of the folder `modules`, by its name without `.js`. It runs in the scope of this script, which can use
 * what it declares. Within one outermost call, a module runs once.
 */
declare function require(module: string): void;

/** Includes a module, unless this run has included it before. */
declare function requireOnce(module: string): void;

// An included module is not a JavaScript module. Without this, an editor would look for its file.
declare module "*";

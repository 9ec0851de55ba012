// Made by `npm run docs` from src/cloudcode/spark. Change the classes there, not this file.

// The API of Cloud Code scripts, for editors and the TypeScript compiler. Members of GameSparks that this server does not
// support yet are left out, so that no editor offers them; docs/spark.md lists them.

interface SparkXml {
  /** Child elements by name, attributes by "@" and name. */
  readonly [name: string]: any;
}

/** A mail that SendGrid sends. It counts as one of the script's HTTP requests. */
interface SendGrid {
  /** Adds a recipient. */
  addTo(email: string, name?: string | null): SendGrid;

  /** Whom it is from. */
  setFrom(email: string, name?: string | null): SendGrid;

  /** Where answers go. */
  setReplyTo(email: string): SendGrid;

  /** Who gets a copy that the others do not see. */
  setBcc(bcc: string): SendGrid;

  /** The subject. */
  setSubject(subject: string): SendGrid;

  /** The mail as text; without effect where there is HTML. */
  setText(text: string): SendGrid;

  /** The mail as HTML. */
  setHtml(html: string): SendGrid;

  /** Adds a header to the mail. */
  addHeader(key: string, value: string): SendGrid;

  /** Attaches an uploaded file. */
  addUploaded(uploadId: string): SendGrid;

  /** Attaches a downloadable's file. */
  addDownloadable(shortCode: string): SendGrid;

  /**
   * Sends it, and answers what SendGrid answers: `{"message":"success"}`, or its errors; the same where something is missing,
   * such as a recipient, and then nothing is sent. Throws where SendGrid cannot be reached.
   */
  send(): string;
}

/** The object `Spark` of Cloud Code: what the current script was called with, and what it answers. */
interface Spark {
  /** The request, response or message as the client sees it. The same object each time. */
  getData(): any;

  /** The request, response or message as the client sees it. The same object each time. */
  readonly data: any;

  /** The player of this call; null where there is none, such as before a login. */
  getPlayer(): SparkPlayer | null;

  /** The player of this call; null where there is none, such as before a login. */
  readonly player: SparkPlayer | null;

  /** The player of an id; null where there is none. The same object each time. Asks the server. */
  loadPlayer(playerId: string): SparkPlayer | null;

  /** The player whose id in another system it is; null where there is none. Asks the server. */
  loadPlayerByExternalId(externalSystem: string, externalId: string): SparkPlayer | null;

  /**
   * The challenge of an id; null where there is none. Throws where it is no id: those have 24 hexadecimal digits. The same
   * object each time, as it is now. Asks the server.
   */
  getChallenge(challengeInstanceId: string): SparkChallenge | null;

  /**
   * Keeps other scripts from changing a challenge until it is unlocked as often as it was locked, or this script has ended;
   * it can be read meanwhile. Waits ten seconds at most where another one has it, then it is an error.
   */
  lock(challenge: SparkChallenge): void;

  /** Lets other scripts change a challenge again. */
  unlock(challenge: SparkChallenge): void;

  /** The log. */
  getLog(): SparkLog;

  /** The log. */
  readonly log: SparkLog;

  /** The game's configuration. */
  getConfig(): SparkConfig;

  /** The game's configuration. */
  readonly config: SparkConfig;

  /** The game's properties and property sets. */
  getProperties(): SparkProperties;

  /** The game's properties and property sets. */
  readonly properties: SparkProperties;

  /** What scripts keep to have it again quickly. */
  getCache(): SparkCache;

  /** What scripts keep to have it again quickly. */
  readonly cache: SparkCache;

  /** The game's Redis. */
  getRedis(): SparkRedis;

  /** The game's Redis. */
  readonly redis: SparkRedis;

  /** Digests. */
  getDigester(): SparkDigest;

  /** Digests. */
  readonly digester: SparkDigest;

  /** A request to a server elsewhere, to be filled and sent; `timeout` is in milliseconds. See `SparkHttp`. */
  getHttp(url: string, timeout?: number): SparkHttp;

  /** A mail by SendGrid, to be filled and sent. Where there are a user name and a password, the password is an API key. */
  sendGrid(APIKeyOrUsername: string, password?: string): SendGrid;

  /** Uploaded files and downloadables. */
  getFiles(): SparkFiles;

  /** Uploaded files and downloadables. */
  readonly files: SparkFiles;

  /** Files that scripts upload. */
  getUploadableUtils(): SparkUploadableUtils;

  /** Files that scripts upload. */
  readonly uploadableUtils: SparkUploadableUtils;

  /** As `getFiles().uploadedJson`. */
  uploadedJson(uploadId: string): any;

  /** As `getFiles().uploadedXml`. */
  uploadedXml(uploadId: string): SparkXmlReader | null;

  /** As `getFiles().downloadableJson`. */
  downloadableJson(shortCode: string): any;

  /** As `getFiles().downloadableXml`. */
  downloadableXml(shortCode: string): SparkXmlReader | null;

  /** What runs modules later. */
  getScheduler(): SparkScheduler;

  /** What runs modules later. */
  readonly scheduler: SparkScheduler;

  /** The Game Data Service. */
  getGameDataService(): SparkGameDataService;

  /** The Game Data Service. */
  readonly gameDataService: SparkGameDataService;

  /** What this script wants otherwise. */
  getSparkScriptOptions(): SparkScriptOptions;

  /** What this script wants otherwise. */
  readonly sparkScriptOptions: SparkScriptOptions;

  /** Ends the script at once, from any depth; what it set so far is kept. */
  exit(): never;

  /** How long this script may still run; then it is ended. */
  getRemainingMilliseconds(): number;

  /** How long this script may still run; then it is ended. */
  readonly remainingMilliseconds: number;

  /** A collection of the game's own, which comes into being with its first document. */
  runtimeCollection(collectionName: string): SparkMongoCollectionReadWrite;

  /** The game's fixed data. It can be written on preview only. */
  metaCollection(collectionName: string): SparkMongoCollectionReadWrite;

  /** The server's own data, to read: "player" and "challengeInstance". */
  systemCollection(collectionName: string): SparkMongoCollectionReadOnly;

  /** Saves a document in a runtime collection. */
  save(collectionName: string, document: object): boolean;

  /** Removes what a query finds from a runtime collection. */
  remove(collectionName: string, query: object): boolean;

  /** What a query finds in a runtime collection, as an array. */
  find(collectionName: string, query: object | null, projection?: object | null): any;

  /**
   * Sends a request as the current player, `{"@class": ".LogEventRequest", …}` or one of `SparkRequests`, and answers the
   * response as a client would get it, with `error` where it was refused. No script of the game runs for it. What this
   * script changed of players is written before, and players are read again after.
   */
  sendRequest(request: object): any;

  /** Sends a request as a player; see `sendRequest`. */
  sendRequestAs(request: object, playerId: string): any;

  /** Posts an event as the current player, as a LogEventRequest by `sendRequest`. Where it is refused, the log tells. */
  logEvent(eventKey: string, values?: object): void;

  /**
   * Locks a name, for which others wait: true where this script has it now, false where another one had it for
   * `tryMillis`. Locked twice, it is to be unlocked twice. What is locked at the script's end is released when what it
   * changed is written. Scripts of requests that this one sends have its locks.
   */
  lockKey(lockName: string, tryMillis: number): boolean;

  /** Releases a name once; false where this script has not locked it. */
  unlockKey(lockName: string): boolean;

  /** Releases a name, however often this script locked it; false where it has not. */
  unlockKeyFully(lockName: string): boolean;

  /** A ScriptMessage to be filled and sent; with a code, that of the extension which the game configures so. */
  message(extCode?: string | null): SparkMessage;

  /** Sends a ScriptMessage to players, one or an array of them, now; null stands for nobody. As `message`. */
  sendMessage(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, of an extension that the game configures. */
  sendMessageExt(data: object | null, extCode: string | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, and it is not to be pushed. */
  sendMessageWithoutPush(data: object | null, ...players: (SparkPlayer | SparkPlayer[])[]): void;

  /** As `sendMessage`, by players' ids. */
  sendMessageById(data: object | null, ...playerIds: (string | string[])[]): void;

  /** As `sendMessageExt`, by players' ids. */
  sendMessageByIdExt(data: object | null, extCode: string | null, ...playerIds: (string | string[])[]): void;

  /** As `sendMessageWithoutPush`, by players' ids. */
  sendMessageByIdWithoutPush(data: object | null, ...playerIds: (string | string[])[]): void;

  /** Takes a message off its player's lists, whoever that is; false where there is no such message. */
  dismissMessage(messageId: string): boolean;

  /** The ids of everybody whom the message goes to that this script is of; none in a script of no message. */
  getPlayerIds(): string[];

  /** The ids of everybody whom the message goes to that this script is of; none in a script of no message. */
  readonly playerIds: string[];

  /** The type of the credential of the connection that the request came by, such as "device"; null where there is none. */
  getCredentialType(): string | null;

  /** The type of the credential of the connection that the request came by, such as "device"; null where there is none. */
  readonly credentialType: string | null;

  /** The id of the player's session; null where there is none. */
  getSessionId(): string | null;

  /** The id of the player's session; null where there is none. */
  readonly sessionId: string | null;

  /** The address that the request came from, which may be a proxy's; null where there is none. */
  getClientIp(): string | null;

  /** The address that the request came from, which may be a proxy's; null where there is none. */
  readonly clientIp: string | null;

  /** A member of the response's script data; null where there is none. Without a name, all of it. */
  getScriptData(name?: string): any;

  /** Sets a member of the response's script data: any JSON. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the response's script data. */
  removeScriptData(name: string): void;

  /** Removes the response's script data altogether. */
  removeAllScriptData(): void;

  /** Adds a pair to the response's error; in a request's script this refuses the request. The key must be given. */
  setScriptError(key: string, value: unknown): void;

  /** The value of a script error; null where there is none of that key. */
  getScriptError(key: string): any;

  /** Has this script, or an earlier one of the same request, set an error? */
  hasScriptErrors(): boolean;

  /** Removes a script error. */
  removeScriptError(key: string): void;

  /** Removes every script error. */
  removeAllScriptErrors(): void;

  /** A runtime collection. It is read anew each time: as `runtimeCollection`. */
  cachedRuntimeCollection(collectionName: string): SparkMongoCollectionReadWrite;
}

/** An achievement as the game is configured, with what players are given for it. */
interface SparkAchievement {
  /** The achievement's short code. */
  getShortCode(): string;

  /** The achievement's short code. */
  readonly shortCode: string;

  /** The achievement's name. */
  getName(): string;

  /** The achievement's name. */
  readonly name: string;

  /** What it is reached by; null where nothing is said. */
  getDescription(): string | null;

  /** What it is reached by; null where nothing is said. */
  readonly description: string | null;

  /** What it gives, by currency: `{currency1: 10, GEMS: 2}`. */
  getCurrencyAwards(): Record<string, number>;

  /** What it gives, by currency: `{currency1: 10, GEMS: 2}`. */
  readonly currencyAwards: Record<string, number>;

  /** The virtual good that it gives; null where it gives none. */
  getVirtualGoodAward(): SparkVirtualGood | null;

  /** The virtual good that it gives; null where it gives none. */
  readonly virtualGoodAward: SparkVirtualGood | null;

  /** The properties of its property set, by key; null where it has none. */
  getPropertySet(): any;

  /** The properties of its property set, by key; null where it has none. */
  readonly propertySet: any;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency1Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency1Award: number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency2Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency2Award: number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency3Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency3Award: number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency4Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency4Award: number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency5Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency5Award: number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  getCurrency6Award(): number | null;

  /** What it gives of the currency of this number; null where it gives none. */
  readonly currency6Award: number | null;
}

/**
 * JSON under a name, for 30 days, shared by all scripts of the stage: for what is made of collections at some cost and is
 * read often. What was used last is in the server's memory. Each `get` is a copy of its own.
 */
interface SparkCache {
  /** Keeps a value under a name. It is JSON: functions cannot be kept, and a date becomes text. */
  put(key: string, object: unknown): void;

  /** What is kept under a name; null where there is nothing, or no longer. */
  get(key: string): any;

  /** Forgets what is kept under a name. */
  remove(key: string): void;

  /** Forgets what is kept under names that a regular expression finds; everything without one. */
  removeAll(pattern?: string): void;
}

/**
 * A challenge. What a script changes of it is changed at once, whatever becomes of the script, and is seen by everybody;
 * each change waits while another script has the challenge locked. Others' changes are seen when it is got again.
 */
interface SparkChallenge {
  /** Its state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  getRunState(): string;

  /** Its state: ISSUED, WAITING, RUNNING, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
  readonly runState: string;

  /** Its id. */
  getId(): string;

  /** Its id. */
  readonly id: string;

  /** The short code of its kind. */
  getShortCode(): string;

  /** The short code of its kind. */
  readonly shortCode: string;

  /** The name of its kind. */
  getChallengeName(): string;

  /** The name of its kind. */
  readonly challengeName: string;

  /** The id of the player who issued it. */
  getChallengerId(): string;

  /** The id of the player who issued it. */
  readonly challengerId: string;

  /** The ids of the players who were invited. */
  getChallengedPlayerIds(): string[];

  /** The ids of the players who were invited. */
  readonly challengedPlayerIds: string[];

  /** The ids of the players who play it; the challenger's too. */
  getAcceptedPlayerIds(): string[];

  /** The ids of the players who play it; the challenger's too. */
  readonly acceptedPlayerIds: string[];

  /** The ids of the players who declined. */
  getDeclinedPlayerIds(): string[];

  /** The ids of the players who declined. */
  readonly declinedPlayerIds: string[];

  /** When it began; null until it has. */
  getStartDate(): Date | null;

  /** When it began; null until it has. */
  readonly startDate: Date | null;

  /** When it ends at the latest; null where nothing was said. */
  getEndDate(): Date | null;

  /** When it ends at the latest; null where nothing was said. */
  readonly endDate: Date | null;

  /** Until when players can join; null where nothing was said. */
  getExpiryDate(): Date | null;

  /** Until when players can join; null where nothing was said. */
  readonly expiryDate: Date | null;

  /** It is over, and the player has won it and what was wagered. Nothing where it does not run, or the player is none of it. */
  winChallenge(winner: SparkPlayer): void;

  /** It is over, and nobody has won; wagers are given back. Nothing where it does not run. */
  drawChallenge(): void;

  /** It begins now. Nothing where it is neither ISSUED nor WAITING, or fewer than two play. */
  startChallenge(): void;

  /** A player takes a turn, which all are told; false where it is another's turn, or the player has none left. */
  takeTurn(playerId: string): boolean;

  /** As `takeTurn`, without the message. */
  consumeTurn(playerId: string): boolean;

  /** Puts a player out of it; false where it is over, or the player has nothing to do with it. */
  removePlayer(playerId: string): boolean;

  /** A member of its script data, which its players can read; null where there is none. Without a name, all of them. */
  getScriptData(name?: string): any;

  /** Sets a member of its script data. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of its script data. */
  removeScriptData(name: string): void;

  /** A member of its private data, which never leaves the server; null where there is none. Without a name, all of them. */
  getPrivateData(name?: string): any;

  /** Sets a member of its private data. */
  setPrivateData(name: string, value: unknown): void;

  /** Removes a member of its private data. */
  removePrivateData(name: string): void;
}

/** A kind of challenges. */
interface SparkChallengeType {
  /** The challenge type's short code. */
  getShortCode(): string;

  /** The challenge type's short code. */
  readonly shortCode: string;

  /** The challenge type's name. */
  getName(): string;

  /** The challenge type's name. */
  readonly name: string;

  /** What the challenge is; null where nothing is said. */
  getDescription(): string | null;

  /** What the challenge is; null where nothing is said. */
  readonly description: string | null;

  /** Do players take turns? */
  isTurnBased(): boolean;

  /** Do players take turns? */
  readonly turnBased: boolean;

  /** Short codes of the events that take a turn or an attempt, with commas between them. */
  getAttemptConsumers(): string;

  /** Short codes of the events that take a turn or an attempt, with commas between them. */
  readonly attemptConsumers: string;

  /** Does every event of a player count, and not only those that are logged for the challenge? */
  isGlobal(): boolean;

  /** Does every event of a player count, and not only those that are logged for the challenge? */
  readonly global: boolean;
}

/** The game's configuration. A sandbox asks the server for each part once. */
interface SparkConfig {
  /** "preview" or "live". */
  getStage(): string;

  /** "preview" or "live". */
  readonly stage: string;

  /** The game's api key. */
  getApiKey(): string;

  /** The game's api key. */
  readonly apiKey: string;

  /** Every virtual good. */
  getVirtualGoods(): SparkVirtualGood[];

  /** Every virtual good. */
  readonly virtualGoods: SparkVirtualGood[];

  /** The virtual good of a short code; null where there is none. */
  getVirtualGood(shortCode: string): SparkVirtualGood | null;

  /** Every achievement. */
  getAchievements(): SparkAchievement[];

  /** Every achievement. */
  readonly achievements: SparkAchievement[];

  /** The achievement of a short code; null where there is none. */
  getAchievement(shortCode: string): SparkAchievement | null;

  /** Every segment. */
  getSegments(): SparkSegmentType[];

  /** Every segment. */
  readonly segments: SparkSegmentType[];

  /** The segment of a short code; null where there is none. */
  getSegment(shortCode: string): SparkSegmentType | null;

  /** Every kind of teams. */
  getTeams(): SparkTeamType[];

  /** Every kind of teams. */
  readonly teams: SparkTeamType[];

  /** The kind of teams of a short code; null where there is none. */
  getTeam(shortCode: string): SparkTeamType | null;

  /** Every kind of challenges. */
  getChallenges(): SparkChallengeType[];

  /** Every kind of challenges. */
  readonly challenges: SparkChallengeType[];

  /** The kind of challenges of a short code; null where there is none. */
  getChallenge(shortCode: string): SparkChallengeType | null;

  /** Every file that players download. */
  getDownloadables(): SparkDownloadable[];

  /** Every file that players download. */
  readonly downloadables: SparkDownloadable[];

  /** The downloadable file of a short code; null where there is none. */
  getDownloadable(shortCode: string): SparkDownloadable | null;

  /** Every kind of matches. */
  getMatchConfigs(): SparkMatchConfig[];

  /** Every kind of matches. */
  readonly matchConfigs: SparkMatchConfig[];

  /** The kind of matches of a short code; null where there is none. */
  getMatchConfig(shortCode: string): SparkMatchConfig | null;

  /** Every currency of the game's own; `currency1` to `currency6` are not among them. */
  getCurrencies(): SparkCurrency[];

  /** Every currency of the game's own; `currency1` to `currency6` are not among them. */
  readonly currencies: SparkCurrency[];

  /** The currency of a short code; null where there is none. */
  getCurrency(shortCode: string): SparkCurrency | null;
}

/** A currency of the game's own. */
interface SparkCurrency {
  /** The currency's short code. */
  getShortCode(): string;

  /** The currency's short code. */
  readonly shortCode: string;

  /** The currency's name. */
  getName(): string;

  /** The currency's name. */
  readonly name: string;

  /** What the currency is; null where nothing is said. */
  getDescription(): string | null;

  /** What the currency is; null where nothing is said. */
  readonly description: string | null;

  /** What a new player is given of it; null where nothing is said. */
  getSignupBonus(): number | null;

  /** What a new player is given of it; null where nothing is said. */
  readonly signupBonus: number | null;
}

/**
 * What a query or a checked write asks of an item, made by `S` and `N` of the Game Data Service. Conditions do not
 * change: `and`, `or` and `negate` make new ones.
 */
interface SparkDataCondition {
  /** Holds where this one and the other hold. */
  and(that: SparkDataCondition): SparkDataCondition;

  /** Holds where this one or the other holds, or both. */
  or(that: SparkDataCondition): SparkDataCondition;

  /** Holds where this one does not. */
  negate(): SparkDataCondition;
}

/** The items that a query finds, fetched in pieces of up to 100 and then 1,000. */
interface SparkDataCursor {
  /** Is there another item? */
  hasNext(): boolean;

  /** The next item. Throws where there is none: `hasNext` tells. */
  next(): SparkDataItem;
}

/** How deleting an item ended. */
interface SparkDataDeleteResult extends SparkDataResult {

}

/** What `getItem` found. */
interface SparkDataGetResult extends SparkDataResult {
  /** The item; null where there is none. Throws where it could not be read, so that none is made in its place. */
  document(): SparkDataItem | null;
}

/**
 * An item of the Game Data Service as this script has it: nothing is written before `persistor().persist()`. Another
 * object of the same item does not see the changes of this one before that, and not without reading it again.
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

  /** The data: an object, the same each time. What is changed in it is written by `persistor().persist()`. */
  getData(): any;

  /** The data: an object, the same each time. What is changed in it is written by `persistor().persist()`. */
  readonly data: any;

  /** Takes another object for the data, as a whole. */
  setData(data: unknown): SparkDataItem;

  /** When the item goes, in milliseconds since 1970; null where it stays. */
  getTTL(): number | null;

  /** When the item goes, in milliseconds since 1970; null where it stays. */
  readonly TTL: number | null;

  /** When the item is to go, in milliseconds since 1970; null: it stays. Written with the data. */
  setTTL(ttl: number | null): void;

  /**
   * The paths, such as "bag.0.from", of what is not stored as it is: functions, undefined, NaN and the like are left out,
   * in arrays they become null; a date becomes text.
   */
  getValidationErrors(): string[];

  /**
   * The paths, such as "bag.0.from", of what is not stored as it is: functions, undefined, NaN and the like are left out,
   * in arrays they become null; a date becomes text.
   */
  readonly validationErrors: string[];

  /** What writes the item, in one of several ways. */
  persistor(): SparkDataItemPersistor;

  /** Deletes the item at once. That there was none is no error. */
  delete(): SparkDataDeleteResult;
}

/**
 * Writes an item. Unless told otherwise it writes the members that the script changed and leaves the others as they are
 * stored by then; an item from `createItem` replaces the one of its id. The `with…` methods change and answer this one.
 */
interface SparkDataItemPersistor {
  /** A number that was changed is added to what is stored, by how much it was changed. Ends `withOverwrite`. */
  withAtomicIncrements(): SparkDataItemPersistor;

  /** The whole item is written, whatever is stored by then. Ends `withAtomicIncrements`. */
  withOverwrite(): SparkDataItemPersistor;

  /** Nothing is written unless the stored item is the one that was read; for a new one: unless there is none. */
  withVersionCheck(): SparkDataItemPersistor;

  /** Nothing is written unless the condition holds for the stored item. */
  withConditionCheck(condition: SparkDataCondition): SparkDataItemPersistor;

  /** What cannot be stored as it is makes `persist` throw; else it is left out (`SparkDataItem.getValidationErrors`). */
  withErrorOnTypeConversion(): SparkDataItemPersistor;

  /** Writes the item at once and all or nothing. The result's `error` tells of a check that failed. */
  persist(): SparkDataPersistResult;
}

/** Compares a field with numbers. Text that is a number is taken for it. */
interface SparkDataNumberOperand {
  /** Is this number. */
  eq(value: number): SparkDataCondition;

  /** Is not this number: also where it is something else, or there is no such field. */
  ne(value: number): SparkDataCondition;

  /** Is greater. */
  gt(value: number): SparkDataCondition;

  /** Is less. */
  lt(value: number): SparkDataCondition;

  /** Lies between two numbers, or is one of them. */
  between(low: number, high: number): SparkDataCondition;

  /** Is one of these numbers: arrays of them, or one after the other. */
  in(...values: (number | number[])[]): SparkDataCondition;
}

/** How writing an item ended. */
interface SparkDataPersistResult extends SparkDataResult {

}

/** What `queryItems` found. */
interface SparkDataQueryResult extends SparkDataResult {
  /** The items, the same cursor each time. Throws where the query failed, so that it does not look as if there were none. */
  cursor(): SparkDataCursor;
}

/** How a call of the Game Data Service ended. */
interface SparkDataResult {
  /** Why it failed: a sentence; null where it did not. */
  error(): string | null;
}

/** The order of what a query finds: by one field, and where that is the same by the next. */
interface SparkDataSortOrder {
  /** Orders what is the same so far by another field. Changes this order, and answers it. */
  add(shortCode: string, ascending: boolean): SparkDataSortOrder;
}

/** Compares a field with texts. Numbers and booleans are taken for their text. */
interface SparkDataStringOperand {
  /** Is this text. */
  eq(value: string): SparkDataCondition;

  /** Is not this text: also where it is something else, or there is no such field. */
  ne(value: string): SparkDataCondition;

  /** Comes after this text, by the codes of the letters. */
  gt(value: string): SparkDataCondition;

  /** Comes before this text. */
  lt(value: string): SparkDataCondition;

  /** Lies between two texts, or is one of them. */
  between(low: string, high: string): SparkDataCondition;

  /** Is one of these texts: arrays of them, or one after the other. */
  in(...values: (string | string[])[]): SparkDataCondition;

  /** Begins with this text. */
  startsWith(value: string): SparkDataCondition;
}

/** Digests and keyed digests of text, in hex or Base64: `sha256Hex(data)`, `hmacSha1Base64(key, valueToDigest)`. */
interface SparkDigest {
  /** The digest of a text. */
  md5Hex(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacMd5Hex(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacMd5HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  md5Base64(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacMd5Base64(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacMd5Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha1Hex(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha1Hex(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha1HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha1Base64(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha1Base64(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha1Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha256Hex(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha256Hex(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha256HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha256Base64(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha256Base64(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha256Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha384Hex(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha384Hex(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha384HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha384Base64(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha384Base64(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha384Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha512Hex(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha512Hex(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha512HexWithHexKey(key: string, valueToDigest: string): string;

  /** The digest of a text. */
  sha512Base64(data: string): string;

  /** The keyed digest of a text; a key that is null is an empty one. */
  hmacSha512Base64(key: string | null, valueToDigest: string): string;

  /** The keyed digest of a text, the key written as the digest is. */
  hmacSha512Base64WithBase64Key(key: string, valueToDigest: string): string;

  /** The digest of a text, of 16,384 characters at most. */
  md2Hex(data: string): string;

  /** The digest of a text, of 16,384 characters at most. */
  md2Base64(data: string): string;
}

/** A file that players download, as the game is configured. */
interface SparkDownloadable {
  /** The file's short code. */
  getShortCode(): string;

  /** The file's short code. */
  readonly shortCode: string;

  /** How many bytes it has; null where the configuration does not say. */
  getSize(): number | null;

  /** How many bytes it has; null where the configuration does not say. */
  readonly size: number | null;

  /** When it was changed; null where the configuration does not say. */
  getLastModified(): Date | null;

  /** When it was changed; null where the configuration does not say. */
  readonly lastModified: Date | null;
}

/** Files that were uploaded, and files of the game. */
interface SparkFiles {
  /** Deletes an uploaded file; false where there is none. */
  deleteUploadedFile(uploadId: string): boolean;

  /** An uploaded file as JSON; null where there is none. Throws where it is no JSON. */
  uploadedJson(uploadId: string): any;

  /** An uploaded file as XML; null where there is none. Throws where it is no XML. */
  uploadedXml(uploadId: string): SparkXmlReader | null;

  /** A downloadable's file as JSON; null where there is no such downloadable. Throws where it has no file, or no JSON. */
  downloadableJson(shortCode: string): any;

  /** A downloadable's file as XML; null where there is no such downloadable. Throws where it has no file, or no XML. */
  downloadableXml(shortCode: string): SparkXmlReader | null;
}

/**
 * The Game Data Service: items with an id, of types that come into being with their first item. What is written is there
 * at once for everybody, and stays whatever becomes of the script.
 */
interface SparkGameDataService {
  /** A new item, in place of the one of this id if there is one. Nothing is written yet. */
  createItem(type: string, id: string): SparkDataItem;

  /** The item of an id. */
  getItem(type: string, id: string): SparkDataGetResult;

  /** The items of a type for which a condition holds, in an order; without a condition all of them. */
  queryItems(type: string, condition?: SparkDataCondition | null, sortOrder?: SparkDataSortOrder | null): SparkDataQueryResult;

  /** An order by a field. */
  sort(shortCode: string, ascending: boolean): SparkDataSortOrder;

  /** A field that holds texts: by its short code in the configuration, else by its path in the data, such as "pet.name". */
  S(shortCode: string): SparkDataStringOperand;

  /** A field that holds numbers. */
  N(shortCode: string): SparkDataNumberOperand;
}

/**
 * A request to a server elsewhere. Each method that sends waits for the whole answer, whatever its status. It throws
 * where there is none: the server cannot be reached, its time is over, its answer is too large, its address is private.
 * A script may send `scriptHttpCalls` of them.
 */
interface SparkHttp {
  /** Name and password for basic authentication. */
  setBasicAuth(username: string, password: string): SparkHttp;

  /** Adds headers, such as `{"X-Key": "value"}`. Those of the connection itself cannot be set. */
  setHeaders(headers: object): SparkHttp;

  /** Sends a GET. It follows redirects. */
  get(): SparkHttpResponse;

  /** Sends a DELETE. */
  delete(): SparkHttpResponse;

  /** Posts the members of an object as a form; null as an empty one. */
  postForm(form: object): SparkHttpResponse;

  /** Posts XML: what `getXml` or `getResponseXml` gave, or text. */
  postXml(form: object | string): SparkHttpResponse;

  /** Posts a value as JSON. A string is sent as it is, as the JSON that it should be. */
  postJson(form: unknown): SparkHttpResponse;

  /** Posts text. */
  postString(data: string): SparkHttpResponse;

  /** As `postForm`, by PUT. */
  putForm(form: object): SparkHttpResponse;

  /** As `postXml`, by PUT. */
  putXml(form: object | string): SparkHttpResponse;

  /** As `postJson`, by PUT. */
  putJson(form: unknown): SparkHttpResponse;

  /** As `postString`, by PUT. */
  putString(data: string): SparkHttpResponse;
}

/** What a server elsewhere answered. Each call gives a value of its own. */
interface SparkHttpResponse {
  /** The headers by their names as the server spelled them; what it sent twice is joined by ", ". */
  getHeaders(): any;

  /** The headers by their names as the server spelled them; what it sent twice is joined by ", ". */
  readonly headers: any;

  /** The status, such as 200. */
  getResponseCode(): number;

  /** The status, such as 200. */
  readonly responseCode: number;

  /** The body as text; empty where there is none. */
  getResponseString(): string;

  /** The body as text; empty where there is none. */
  readonly responseString: string;

  /** The body as JSON; null where there is none. Throws where it is no JSON. */
  getResponseJson(): any;

  /** The body as JSON; null where there is none. Throws where it is no JSON. */
  readonly responseJson: any;

  /** The body as XML; null where it is none. Throws where it is more than is read. Asks the server. */
  getResponseXml(): SparkXml | null;

  /** The body as XML; null where it is none. Throws where it is more than is read. Asks the server. */
  readonly responseXml: SparkXml | null;

  /** The cookies that the server sets, by name. */
  getCookies(): any;

  /** The cookies that the server sets, by name. */
  readonly cookies: any;
}

/** Writes to the server's log and the game's script log. Lines beyond the limit are counted and dropped. */
interface SparkLog {
  /** Logs a message of the least severity: text or JSON. */
  debug(message: unknown): void;

  /** Logs a message: text or JSON. */
  info(message: unknown): void;

  /** Logs a warning: text or JSON. */
  warn(message: unknown): void;

  /** Logs an error: text or JSON. */
  error(message: unknown): void;

  /** The least severe level that is written: "DEBUG", "INFO", "WARN" or "ERROR". */
  getLevel(): string;

  /** The least severe level that is written: "DEBUG", "INFO", "WARN" or "ERROR". */
  readonly level: string;

  /** Sets the least severe level that is written, of all scripts of the stage, from some seconds later on. */
  setLevel(level: string): void;
}

/** How players are matched. */
interface SparkMatchConfig {
  /** The match's short code. */
  getShortCode(): string;

  /** The match's short code. */
  readonly shortCode: string;

  /** The match's name. */
  getName(): string;

  /** The match's name. */
  readonly name: string;

  /** What the match is; null where nothing is said. */
  getDescription(): string | null;

  /** What the match is; null where nothing is said. */
  readonly description: string | null;

  /** How many players a match has at least, where a threshold accepts so few; null where nothing is said. */
  getMinPlayers(): number | null;

  /** How many players a match has at least, where a threshold accepts so few; null where nothing is said. */
  readonly minPlayers: number | null;

  /** How many players a match has at most; null where nothing is said. */
  getMaxPlayers(): number | null;

  /** How many players a match has at most; null where nothing is said. */
  readonly maxPlayers: number | null;

  /** Has it a real-time session? */
  getRealtime(): boolean;

  /** Has it a real-time session? */
  readonly realtime: boolean;

  /** The short code of its real-time script; null where it has none. */
  getRealtimeScript(): string | null;

  /** The short code of its real-time script; null where it has none. */
  readonly realtimeScript: string | null;

  /** May players come and go while it goes on? */
  getDropInDropOut(): boolean;

  /** May players come and go while it goes on? */
  readonly dropInDropOut: boolean;

  /** For how many seconds they may; null or 0: always. */
  getDropInDropOutExpire(): number | null;

  /** For how many seconds they may; null or 0: always. */
  readonly dropInDropOutExpire: number | null;

  /** Is it for the game's scripts to say who is in a match? */
  getManuallyMatch(): boolean;

  /** Is it for the game's scripts to say who is in a match? */
  readonly manuallyMatch: boolean;

  /** For how many seconds a player who lost the connection stays in a match; null or 0: not at all. */
  getPlayerDisconnectThreshold(): number | null;

  /** For how many seconds a player who lost the connection stays in a match; null or 0: not at all. */
  readonly playerDisconnectThreshold: number | null;

  /** The thresholds, one after the other. */
  getThresholds(): SparkMatchThreshold[];

  /** The thresholds, one after the other. */
  readonly thresholds: SparkMatchThreshold[];
}

/** How near to each other players must be to be matched, and for how long only those are taken. */
interface SparkMatchThreshold {
  /** How long it counts, in seconds; null where nothing is said. */
  getPeriod(): number | null;

  /** How long it counts, in seconds; null where nothing is said. */
  readonly period: number | null;

  /** Is the least number of players enough? */
  getAcceptMinPlayers(): boolean;

  /** Is the least number of players enough? */
  readonly acceptMinPlayers: boolean;

  /** How much more skill another player may have; null where nothing is said. */
  getMax(): number | null;

  /** How much more skill another player may have; null where nothing is said. */
  readonly max: number | null;

  /** How much less skill another player may have; null where nothing is said. */
  getMin(): number | null;

  /** How much less skill another player may have; null where nothing is said. */
  readonly min: number | null;

  /** How the two are meant, such as "ABSOLUTE"; null where nothing is said. */
  getName(): string | null;

  /** How the two are meant, such as "ABSOLUTE"; null where nothing is said. */
  readonly name: string | null;
}

/**
 * A ScriptMessage that is not sent yet. What is not set here is as the game configures its extension, or ScriptMessage.
 * What a value is when it is set counts: changes that the script makes to it afterwards are not part of the message.
 */
interface SparkMessage {
  /** Whether it goes to the players' sockets. What does not is in their lists only. */
  setSendViaSocket(value: boolean): SparkMessage;

  /** Whether it may be pushed; the message says so as `notification`. */
  setSendAsPush(value: boolean): SparkMessage;

  /** Whether it is pushed to nobody who gets it by a socket. */
  setSupressPushOnSocketSend(value: boolean): SparkMessage;

  /** Whether it counts in the number that a push shows. */
  setIncludeInPushCount(value: boolean): SparkMessage;

  /** How long it is kept for players who are away, in whole hours; 0 or less: only sockets that are open now get it. */
  setExpireAfterHours(hours: number): SparkMessage;

  /** The types of devices that it is pushed to: an array of them, or one after the other. */
  setDeviceTypes(...deviceTypes: (string | string[])[]): SparkMessage;

  /** The message's `data`: an object, or null for none. */
  setMessageData(data: object | null): SparkMessage;

  /** Whom it goes to, in place of those set before: an array of players' ids, or one after the other. */
  setPlayerIds(...playerIds: (string | string[])[]): SparkMessage;

  /**
   * Sends it now, once to each player: what becomes of the script after that does not take it back. Players who are away
   * get it at their next login. Ids of nobody are left out, and without any nothing is sent. Asks the server.
   */
  send(): void;
}

/**
 * A collection that a script may read. Queries are MongoDB's; `{$oid: "…"}` is an ObjectId, in queries and in what is
 * found. Dates are found as milliseconds, unless `SparkScriptOptions.setMaintainDbDates` keeps them. Nothing found: null.
 * `$where` at the top of a query is carried out by the script, on what the rest of the query finds.
 */
interface SparkMongoCollectionReadOnly {
  /** How many documents a query finds; all of them without one. */
  count(query?: object | null): number;

  /** The different values of a member, of the documents that a query finds. Of a key that is no name: none. */
  distinct(key: string, query?: object | null): any;

  /** A cursor over what a query finds, with the wanted members only: `{name: 1}`. */
  find(query?: object | null, fields?: object | null): SparkMongoCursor;

  /** The first document that a query finds; null where there is none. */
  findOne(query?: object | null, fields?: object | null, orderBy?: object | null): any;

  /** What a pipeline of stages makes of the collection, as an array. Stages as arguments or in arrays. */
  aggregate(firstOp: object, ...additionalOps: object[]): any;

  /** Makes an index, unless it is there. Options: unique, sparse, expireAfterSeconds, name. */
  ensureIndex(keys: object, optionsIN?: object | null): void;

  /** Removes the index of these keys. */
  dropIndex(keys: object): void;

  /** Removes the index of a name. */
  dropIndexByName(name: string): void;

  /** The indexes: `[{name, key, ns, …}]`, `ns` the collection's full name. */
  getIndexInfo(): any;

  /** The indexes: `[{name, key, ns, …}]`, `ns` the collection's full name. */
  readonly indexInfo: any;

  /** What became of the last operation: none that failed goes on unseen, so there is never an error to tell of. */
  getLastError(): any;

  /** What became of the last operation: none that failed goes on unseen, so there is never an error to tell of. */
  readonly lastError: any;

  /** A document with the version that `saveVersionedDocument` asks for; null where there is none of that id. */
  getVersionedDocument(id: unknown): any;
}

/**
 * A collection that a script may write. What is written is kept at once, whatever becomes of the script; answers are
 * true where something was written.
 */
interface SparkMongoCollectionReadWrite extends SparkMongoCollectionReadOnly {
  /** Adds documents: one, several, or an array of them. Each is given an `_id` where it has none. Null alone: false. */
  insert(...documents: object[]): boolean;

  /** Adds a document, or replaces the one of the same `_id`. */
  save(document: object): boolean;

  /**
   * Changes the first document that a query finds, or all of them with `multi`. An update without operators is the new
   * document itself. With `upsert` a document is made where none is found.
   */
  update(query: object, update: object, upsert?: boolean, multi?: boolean): boolean;

  /** Changes every document that a query finds. */
  updateMulti(query: object, update: object): boolean;

  /** Changes the first document that a query finds. */
  updateOne(query: object, update: object, upsert?: boolean): boolean;

  /** Removes every document that a query finds. The query must be given: `{}` means all. */
  remove(query: object): boolean;

  /** Removes the collection with its indexes. */
  drop(): void;

  /**
   * Changes the first document that a query finds and answers it as it was before, or with `returnNew` as it is after;
   * null where none is found. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, update: object): any;

  /**
   * Changes the first document that a query finds and answers it as it was before, or with `returnNew` as it is after;
   * null where none is found. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, sort: object | null, update: object): any;

  /**
   * Changes the first document that a query finds and answers it as it was before, or with `returnNew` as it is after;
   * null where none is found. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: object | null, fields: object | null, sort: object | null, remove: boolean, update: object | null, returnNew: boolean, upsert: boolean): any;

  /** Removes the first document that a query finds and answers it; null where none is found. `{}` means any. */
  findAndRemove(query: object): any;

  /** Writes what differs between two versions of a document, of the `_id` of the first; without a first one it is added. */
  applyChanges(existingDocument: object | null, newDocument: object): boolean;

  /** Saves a document that came from `getVersionedDocument`; false where another was saved meanwhile. */
  saveVersionedDocument(document: object): boolean;
}

/**
 * The documents that a query finds, fetched in pieces of up to 100 and then 1,000. `sort`, `limit` and `skip` count until
 * the first document is read. Given as a value, such as to `Spark.setScriptData`, it is an array of its documents.
 */
interface SparkMongoCursor {
  /** At most so many documents; 0 means all, and a number below zero what it means without its sign. */
  limit(count: number): SparkMongoCursor;

  /** Leaves out so many documents; a number below zero leaves out none. */
  skip(count: number): SparkMongoCursor;

  /** The order: `{level: -1, name: 1}`. */
  sort(orderBy: object): SparkMongoCursor;

  /** How many documents there are within `limit` and `skip`. */
  size(): number;

  /** How many documents the query finds, whatever `limit` and `skip` are. */
  count(): number;

  /** Is there another document? */
  hasNext(): boolean;

  /** The next document. Throws where there is none: `hasNext` tells. */
  next(): any;

  /** The document that `next` answered last; null before the first. */
  curr(): any;

  /** The documents that are left, as an array. */
  toArray(): any[];
}

/**
 * A player: that of the current call, or one that the script loaded. Changes are seen by this script at once and are
 * written when it comes to its end, with the request's own work where it is a request's script, by `persist()`, or when it
 * sends a request, after which players are read again; a script that fails changes nothing else. Passwords, tokens and
 * locks are changed at once.
 */
interface SparkPlayer {
  /** The player's id. */
  getPlayerId(): string;

  /** The player's id. */
  readonly playerId: string;

  /** The name that the player logs in by. */
  getUserName(): string;

  /** The name that the player logs in by. */
  readonly userName: string;

  /** The name that others see; null where the player has none. */
  getDisplayName(): string | null;

  /** The name that others see; null where the player has none. */
  readonly displayName: string | null;

  /** A member of the player's script data, which the player and friends can read; null where there is none. Without a
   * name, all of them. */
  getScriptData(name?: string): any;

  /** Sets a member of the player's script data. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the player's script data. */
  removeScriptData(name: string): void;

  /** A member of the player's private data, which never leaves the server; null where there is none. Without a name,
   * all of them. */
  getPrivateData(name?: string): any;

  /** Sets a member of the player's private data. */
  setPrivateData(name: string, value: unknown): void;

  /** Removes a member of the player's private data. */
  removePrivateData(name: string): void;

  /** What the player owns of a currency: `currency1` to `currency6`, or another one's short code. */
  getBalance(shortCode: string): number;

  /** What the player owns, by currency. */
  getAllBalances(): Record<string, number>;

  /** What the player owns, by currency. */
  readonly allBalances: Record<string, number>;

  /** Gives the player some of a currency; a number below zero takes some away, where the player has as much. */
  credit(shortCode: string, quantity: number, reason?: string): void;

  /**
   * Takes some of a currency away; false, and nothing is taken, where the player has less. A number below zero gives some.
   */
  debit(shortCode: string, quantity: number, reason?: string): boolean;

  /** How many the player owns of a virtual good. */
  hasVGood(shortCode: string): number;

  /** What the player owns of each virtual good. */
  getVirtualGoods(): Record<string, number>;

  /** What the player owns of each virtual good. */
  readonly virtualGoods: Record<string, number>;

  /** Gives the player some of a virtual good; a number below zero takes some, and is false where the player has less. */
  addVGood(shortCode: string, quantity: number, reason?: string): boolean;

  /** Uses some of a virtual good up; false, and nothing is used, where the player has less. Below zero it gives some. */
  useVGood(shortCode: string, quantity: number, reason?: string): boolean;

  /** Has the player the achievement? */
  hasAchievement(shortCode: string): boolean;

  /** The short codes of the player's achievements. */
  getAchievements(): string[];

  /** The short codes of the player's achievements. */
  readonly achievements: string[];

  /** Gives the player an achievement; false where the player has it already. */
  addAchievement(shortCode: string): boolean;

  /** Takes an achievement away; false where the player has it not. */
  removeAchievement(shortCode: string): boolean;

  /** The segment of a type that the player is in; null where none. */
  getSegmentValue(segmentType: string): string | null;

  /** Puts the player into a segment of a type; null takes the player out of it. */
  setSegmentValue(segmentType: string, segmentValue: string | null): void;

  /** The player's segments: type → value. */
  getSegments(): Record<string, string>;

  /** The player's segments: type → value. */
  readonly segments: Record<string, string>;

  /** The ids that the player has in other systems: `{FB: "1234"}`. */
  getExternalIds(): any;

  /** The ids that the player has in other systems: `{FB: "1234"}`. */
  readonly externalIds: any;

  /** When the player was made. */
  getCreationDate(): Date;

  /** When the player was made. */
  readonly creationDate: Date;

  /** When the player was last here, to the minute. */
  getLastSeen(): Date;

  /** When the player was last here, to the minute. */
  readonly lastSeen: Date;

  /** The ids of the player's friends. Asks the server. */
  getFriendIds(): any;

  /** The ids of the player's friends. Asks the server. */
  readonly friendIds: any;

  /** Has the player a connection now? Asks the server. */
  isOnline(): boolean;

  /** Has the player a connection now? Asks the server. */
  readonly online: boolean;

  /** Writes this player's changes so far, now and whatever becomes of the script. */
  persist(): void;

  /**
   * Is this the player's password? Takes as long as a login. A wrong one counts as that of a login; while the player is
   * locked, every one is false.
   */
  validatePassword(password: string): boolean;

  /** Gives the player another password, at once. Ends authTokens and signs sockets out as `resetAuthTokens` does. */
  setPassword(password: string): void;

  /** Lifts a lock that wrong passwords brought, at once. */
  unlock(): void;

  /**
   * Ends the player's authTokens, at once: nobody logs in by one that was given before. Each socket of the player but the one
   * that this script's request came by is signed out and sent a SessionTerminatedMessage.
   */
  resetAuthTokens(excludeCurrent?: boolean): void;

  /**
   * Signs the player out on every socket, at once: each is sent a SessionTerminatedMessage and stays open. With
   * `excludeCurrent` the socket that this script's request came by stays signed in.
   */
  disconnect(excludeCurrent?: boolean): void;

  /** Takes a message off the player's lists; false where the player has no such message. */
  dismissMessage(messageId: string): boolean;

  /** Is the player left out of leaderboards? Asks the server. */
  isHiddenOnLeaderboards(): boolean;

  /** Is the player left out of leaderboards? Asks the server. */
  readonly hiddenOnLeaderboards: boolean;

  /** Leaves the player out of leaderboards, at once. */
  hideOnLeaderboards(): void;

  /** Takes the player into leaderboards again, at once. */
  showOnLeaderboards(): void;

  /** Deletes the player with all that belongs to the account, at once. */
  deletePlayer(): void;

  /** Does a query of the system collection `player` find this player? */
  matchesMongoQuery(mongoQuery: object): boolean;

  /** As `matchesMongoQuery`, with the query as JSON text. */
  matchesMongoQueryString(mongoQueryString: string): boolean;

  /** What the player owns of the currency of this number. */
  getBalance1(): number;

  /** What the player owns of the currency of this number. */
  readonly balance1: number;

  /** Gives the player some of the currency of this number. */
  credit1(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit1(quantity: number): boolean;

  /** What the player owns of the currency of this number. */
  getBalance2(): number;

  /** What the player owns of the currency of this number. */
  readonly balance2: number;

  /** Gives the player some of the currency of this number. */
  credit2(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit2(quantity: number): boolean;

  /** What the player owns of the currency of this number. */
  getBalance3(): number;

  /** What the player owns of the currency of this number. */
  readonly balance3: number;

  /** Gives the player some of the currency of this number. */
  credit3(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit3(quantity: number): boolean;

  /** What the player owns of the currency of this number. */
  getBalance4(): number;

  /** What the player owns of the currency of this number. */
  readonly balance4: number;

  /** Gives the player some of the currency of this number. */
  credit4(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit4(quantity: number): boolean;

  /** What the player owns of the currency of this number. */
  getBalance5(): number;

  /** What the player owns of the currency of this number. */
  readonly balance5: number;

  /** Gives the player some of the currency of this number. */
  credit5(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit5(quantity: number): boolean;

  /** What the player owns of the currency of this number. */
  getBalance6(): number;

  /** What the player owns of the currency of this number. */
  readonly balance6: number;

  /** Gives the player some of the currency of this number. */
  credit6(quantity: number): void;

  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  debit6(quantity: number): boolean;
}

/** The game's properties: JSON that the configuration holds under short codes. A sandbox asks the server for it once. */
interface SparkProperties {
  /** The value of a property; null where there is none of that short code. Each call gives a value of its own. */
  getProperty(propertyShortCode: string): any;

  /** The values of a set's properties by their keys; null where there is none of that short code. */
  getPropertySet(propertySetShortCode: string): any;
}

/** Runs modules later. */
interface SparkScheduler {
  /**
   * Runs a module after so many seconds, within about a second of that, as the player of this script; there
   * `Spark.getData()` is `data`. With a key, a schedule of that key that has not begun is changed into this one. It stands
   * whatever becomes of this script, and outlives the server. True, also where the game has no such module: then nothing is
   * to run, and a line in the log says so.
   */
  inSeconds(shortCode: string, delaySeconds: number, data: object | null, key?: string | null): boolean;

  /**
   * Forgets the schedule of a key. A module that runs at the moment goes on, but where it does not come to its end, as its
   * server stops or has no script host, it is not tried again. Of a key that is unknown nothing is said.
   */
  cancel(key: string): void;
}

/**
 * The game's Redis; each method sends the command of its name, see https://redis.io/commands. Keys are the game's and
 * the stage's own. What is missing is null. Needs the setting `redisUrl`.
 */
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

/** What the current script wants otherwise. */
interface SparkScriptOptions {
  /** Are dates of collections kept as dates? */
  getMaintainDbDates(): boolean;

  /** Are dates of collections kept as dates? */
  readonly maintainDbDates: boolean;

  /** With true, dates of collections are found as dates, and not as milliseconds. */
  setMaintainDbDates(maintainDbDates: boolean): void;
}

/** A segment: a way to tell players apart, such as by country. */
interface SparkSegmentType {
  /** The segment's short code. */
  getShortCode(): string;

  /** The segment's short code. */
  readonly shortCode: string;

  /** The segment's name. */
  getName(): string;

  /** The segment's name. */
  readonly name: string;

  /** What the segment is for; null where nothing is said. */
  getDescription(): string | null;

  /** What the segment is for; null where nothing is said. */
  readonly description: string | null;

  /** The values that a player may have in it. */
  getValues(): SparkSegmentValue[];

  /** The values that a player may have in it. */
  readonly values: SparkSegmentValue[];
}

/** One value that a segment may have. */
interface SparkSegmentValue {
  /** The value's short code: what a player's segment is set to. */
  getShortCode(): string;

  /** The value's short code: what a player's segment is set to. */
  readonly shortCode: string;

  /** The value's name. */
  getName(): string;

  /** The value's name. */
  readonly name: string;

  /** What the value means; null where nothing is said. */
  getDescription(): string | null;

  /** What the value means; null where nothing is said. */
  readonly description: string | null;
}

/** A kind of teams. */
interface SparkTeamType {
  /** The team type's short code. */
  getShortCode(): string;

  /** The team type's short code. */
  readonly shortCode: string;

  /** The team type's name. */
  getName(): string;

  /** The team type's name. */
  readonly name: string;

  /** Are members friends of the owner? */
  getSocial(): boolean;

  /** Are members friends of the owner? */
  readonly social: boolean;

  /** Are members friends of each other? */
  getExtendedSocial(): boolean;

  /** Are members friends of each other? */
  readonly extendedSocial: boolean;

  /** How many members a team may have; null where nothing is said. */
  getMaxMembers(): number | null;

  /** How many members a team may have; null where nothing is said. */
  readonly maxMembers: number | null;

  /** In how many such teams a player may be; 0: in as many as wanted. */
  getMaxMembershipPerUser(): number | null;

  /** In how many such teams a player may be; 0: in as many as wanted. */
  readonly maxMembershipPerUser: number | null;

  /** How many such teams a player may own; -1: every player has one. */
  getMaxOwnershipPerUser(): number | null;

  /** How many such teams a player may own; -1: every player has one. */
  readonly maxOwnershipPerUser: number | null;
}

/** Files that scripts upload. */
interface SparkUploadableUtils {
  /** Keeps text as an uploaded file of a player's, or of nobody's, and answers its id. */
  uploadString(stringData: string, player: SparkPlayer | null, fileName: string, metaData?: unknown): string;

  /** The text of an uploaded file; null where there is none. */
  retrieveString(uploadId: string): string | null;
}

/** A virtual good as the game is configured: what it costs, what stores call it, what comes with it. */
interface SparkVirtualGood {
  /** The good's short code. */
  getShortCode(): string;

  /** The good's short code. */
  readonly shortCode: string;

  /** The good's name. */
  getName(): string;

  /** The good's name. */
  readonly name: string;

  /** What the good is; null where nothing is said. */
  getDescription(): string | null;

  /** What the good is; null where nothing is said. */
  readonly description: string | null;

  /** "VGOOD", or "CURRENCY" for a pack of currency. */
  getType(): string;

  /** "VGOOD", or "CURRENCY" for a pack of currency. */
  readonly type: string;

  /** The good's tags. */
  getTags(): string[];

  /** The good's tags. */
  readonly tags: string[];

  /** What the good costs, by currency: `{currency1: 10, GEMS: 2}`. */
  getCurrencyCosts(): Record<string, number>;

  /** What the good costs, by currency: `{currency1: 10, GEMS: 2}`. */
  readonly currencyCosts: Record<string, number>;

  /** How many of it a player may own; null where there is no limit. */
  getMaxQuantity(): number | null;

  /** How many of it a player may own; null where there is no limit. */
  readonly maxQuantity: number | null;

  /** What comes with it. */
  getBundledGoods(): { shortCode: string; qty: number }[];

  /** What comes with it. */
  readonly bundledGoods: { shortCode: string; qty: number }[];

  /** Can it not be bought? */
  isDisabled(): boolean;

  /** Can it not be bought? */
  readonly disabled: boolean;

  /** The properties of its property set, by key; null where it has none. */
  getPropertySet(): any;

  /** The properties of its property set, by key; null where it has none. */
  readonly propertySet: any;

  /** What Google Play calls it; null where it does not. */
  getGooglePlayProductId(): string | null;

  /** What Google Play calls it; null where it does not. */
  readonly googlePlayProductId: string | null;

  /** What Apple's App Store calls it; null where it does not. */
  getIosAppStoreProductId(): string | null;

  /** What Apple's App Store calls it; null where it does not. */
  readonly iosAppStoreProductId: string | null;

  /** What the store of Windows Phone 8 calls it; null where it does not. */
  getWP8StoreProductId(): string | null;

  /** What the store of Windows Phone 8 calls it; null where it does not. */
  readonly WP8StoreProductId: string | null;

  /** What the store of Windows 8 calls it; null where it does not. */
  getW8StoreProductId(): string | null;

  /** What the store of Windows 8 calls it; null where it does not. */
  readonly w8StoreProductId: string | null;

  /** What Amazon's store calls it; null where it does not. */
  getAmazonStoreProductId(): string | null;

  /** What Amazon's store calls it; null where it does not. */
  readonly amazonStoreProductId: string | null;

  /** What Steam calls it; null where it does not. */
  getSteamStoreProductId(): string | null;

  /** What Steam calls it; null where it does not. */
  readonly steamStoreProductId: string | null;

  /** What the PlayStation's store calls it; null where it does not. */
  getPsnStoreProductId(): string | null;

  /** What the PlayStation's store calls it; null where it does not. */
  readonly psnStoreProductId: string | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency1Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency1Cost: number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency2Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency2Cost: number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency3Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency3Cost: number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency4Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency4Cost: number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency5Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency5Cost: number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  getCurrency6Cost(): number | null;

  /** What it costs of the currency of this number; null where it has no price in it. */
  readonly currency6Cost: number | null;
}

/**
 * One or several elements of an XML document, to read. `xml.food` is the elements "food" inside, all of them together;
 * `xml.food[1]` is the second one; `xml.food[1]["@price"]` is an attribute's text. As text it is the text of an element
 * without others inside, and XML of any other. What there is none of is undefined.
 */
interface SparkXml {
  /** How many elements these are. */
  length(): number;

  /** The text directly inside, without that of elements inside. */
  text(): string;

  /** The element's name without its prefix; null of several elements. */
  localName(): string | null;

  /** The text of an attribute; null where there is none, or of several elements. */
  attribute(name: string): string | null;

  /** The texts of all attributes by their names; none of several elements. */
  attributes(): Record<string, string>;

  /** The elements of a name directly inside; none where there are none. */
  child(name: string): SparkXml;

  /** All elements directly inside. */
  children(): SparkXml;

  /** The text of each element that has no others inside, the XML of each that has. */
  toString(): string;

  /** As XML. */
  toXMLString(): string;
}

/** An XML file, to read as a whole or element by element. */
interface SparkXmlReader {
  /** Has `process` call a function for each element of a path, such as "catalog.book". */
  registerCallback(path: string, startCallback: () => any): void;

  /** Goes through the file in its order and calls what was registered, without arguments. */
  process(): void;

  /** The current element, outside callbacks the outermost one, with its name and attributes but nothing inside. */
  getElement(): SparkXml;

  /** The current element, outside callbacks the outermost one, with its name and attributes but nothing inside. */
  readonly element: SparkXml;

  /** The current element, outside callbacks the outermost one, with all that is inside. */
  getXml(): SparkXml;

  /** The current element, outside callbacks the outermost one, with all that is inside. */
  readonly xml: SparkXml;
}

/**
 * A request that a script sends: `var request = new SparkRequests.LogEventRequest()`. Its fields, and `scriptData`, are set
 * as properties. The answer is the response as a client would get it, with `error` where it was refused.
 */
interface SparkRequest<Response> {
  /** What the request's own scripts read. */
  scriptData?: Record<string, any>;

  /** Sends it as the current player; no script of the game runs for it. */
  Send(): Response;

  /** Sends it as a player; no script of the game runs for it. */
  SendAs(playerId: string): Response;

  /** Sends it as the current player; its scripts run. */
  Execute(): Response;

  /** Sends it as a player; its scripts run. */
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
  /** Accepts a challenge that the player was invited to, and sets its wager aside. */
  interface AcceptChallengeRequest extends SparkRequest<AcceptChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
  }
  const AcceptChallengeRequest: new () => AcceptChallengeRequest;

  /** Answers what the game keeps of the player. */
  interface AccountDetailsRequest extends SparkRequest<AccountDetailsResponse> {
  }
  const AccountDetailsRequest: new () => AccountDetailsRequest;

  /** Signs in by an Amazon account: its owner, or the current player, linked to it now, or a new one. */
  interface AmazonConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Login with Amazon gave the game. */
    accessToken?: string;
    /** Never link the account to the current player; make another for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse where the session would switch to another player, and say which in switchSummary. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even where the current player has another such account. */
    switchIfPossible?: boolean;
    /** Keep the player's display name that of the account. */
    syncDisplayName?: boolean;
    /** Refuse where the account is unknown and would make a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const AmazonConnectRequest: new () => AmazonConnectRequest;

  /** Signs a registered player in with userName and password. */
  interface AuthenticationRequest extends SparkRequest<AuthenticationResponse> {
    /** The player's userName. */
    userName?: string;
    /** The player's password. */
    password?: string;
  }
  const AuthenticationRequest: new () => AuthenticationRequest;

  /** Changes the player's display name, language, userName or password. A new password ends the player's authTokens, and signs the player out on every other socket. */
  interface ChangeUserDetailsRequest extends SparkRequest<ChangeUserDetailsResponse> {
    /** The new display name. */
    displayName?: string;
    /** The new language code. */
    language?: string;
    /** The new password. */
    newPassword?: string;
    /** The present password; checked where it is sent. */
    oldPassword?: string;
    /** The new userName. With a password it ends a device's login. */
    userName?: string;
  }
  const ChangeUserDetailsRequest: new () => ChangeUserDetailsRequest;

  /** Says something to everybody who plays the challenge. */
  interface ChatOnChallengeRequest extends SparkRequest<ChatOnChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
  }
  const ChatOnChallengeRequest: new () => ChatOnChallengeRequest;

  /** Issues a challenge to players, or to everybody; the player is the first who plays it. */
  interface CreateChallengeRequest extends SparkRequest<CreateChallengeResponse> {
    /** The kind of challenge. */
    challengeShortCode?: string;
    /** PRIVATE, for who is invited; PUBLIC; FRIENDS. PRIVATE unless told. */
    accessType?: string;
    /** Ids of players who are invited; needed where it is PRIVATE. */
    usersToChallenge?: Array<string>;
    /** What the challenger says. */
    challengeMessage?: string;
    /** When it ends at the latest; needed unless its kind ends by an achievement. */
    endTime?: string;
    /** Until when players can join, and it can begin. */
    expiryTime?: string;
    /** When it begins at the earliest. */
    startTime?: string;
    /** It begins when so many play, the challenger too; two unless told. */
    minPlayers?: number;
    /** How many may play, the challenger too. */
    maxPlayers?: number;
    /** Turns or attempts of each player; as many as they like unless told. */
    maxAttempts?: number;
    /** It begins when maxPlayers play, and not before. */
    autoStartJoinedChallengeOnMaxPlayers?: boolean;
    /** `{segments: {type: value | [values]}}`: who can find and join it. */
    eligibilityCriteria?: Record<string, any>;
    /** No messages are sent about it. */
    silent?: boolean;
    /** What each player sets aside of currency 1. */
    currency1Wager?: number;
    /** What each player sets aside of currency 2. */
    currency2Wager?: number;
    /** What each player sets aside of currency 3. */
    currency3Wager?: number;
    /** What each player sets aside of currency 4. */
    currency4Wager?: number;
    /** What each player sets aside of currency 5. */
    currency5Wager?: number;
    /** What each player sets aside of currency 6. */
    currency6Wager?: number;
    /** Short code → what each player sets aside of that currency. */
    currencyWagers?: Record<string, any>;
  }
  const CreateChallengeRequest: new () => CreateChallengeRequest;

  /** Declines a challenge that the player was invited to. */
  interface DeclineChallengeRequest extends SparkRequest<DeclineChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
  }
  const DeclineChallengeRequest: new () => DeclineChallengeRequest;

  /** Signs in the player of a device, and makes it at the device's first use. */
  interface DeviceAuthenticationRequest extends SparkRequest<AuthenticationResponse> {
    /** What identifies the device on its platform. */
    deviceId?: string;
    /** The device's platform: IOS, ANDROID, WP8, W8 or whatever else an SDK sends, in any case. */
    deviceOS?: string;
    /** The device's model. */
    deviceModel?: string;
    /** The device's name. */
    deviceName?: string;
    /** The device's type. */
    deviceType?: string;
    /** The device's operating system. */
    operatingSystem?: string;
    /** The display name of the player, if this request makes it. */
    displayName?: string;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const DeviceAuthenticationRequest: new () => DeviceAuthenticationRequest;

  /** Takes a message off the player's lists for good. */
  interface DismissMessageRequest extends SparkRequest<DismissMessageResponse> {
    /** The message's id. */
    messageId?: string;
  }
  const DismissMessageRequest: new () => DismissMessageRequest;

  /** Takes several messages off the player's lists for good; those that are unknown stop none of the others. */
  interface DismissMultipleMessagesRequest extends SparkRequest<DismissMultipleMessagesResponse> {
    /** The messages' ids. */
    messageIds?: Array<string>;
  }
  const DismissMultipleMessagesRequest: new () => DismissMultipleMessagesRequest;

  /** Notes that the player's session is over, as when the app goes into the background. */
  interface EndSessionRequest extends SparkRequest<EndSessionResponse> {
  }
  const EndSessionRequest: new () => EndSessionRequest;

  /** Signs in by a Facebook account: its owner, or the current player, linked to it now, or a new one. */
  interface FacebookConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The access token that Facebook gave the game. */
    accessToken?: string;
    /** The authorization code that Facebook gave the game. */
    code?: string;
    /** Never link the account to the current player; make another for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse where the session would switch to another player, and say which in switchSummary. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even where the current player has another such account. */
    switchIfPossible?: boolean;
    /** Keep the player's display name that of the account. */
    syncDisplayName?: boolean;
    /** Refuse where the account is unknown and would make a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const FacebookConnectRequest: new () => FacebookConnectRequest;

  /** Finds challenges that the player may join and does not play yet, the newest first. */
  interface FindChallengeRequest extends SparkRequest<FindChallengeResponse> {
    /** PUBLIC, or FRIENDS for those that friends issued; FRIENDS unless told. */
    accessType?: string;
    /** How many: 50 unless told, and at most. */
    count?: number;
    /** How many to leave out before them. */
    offset?: number;
    /** Kinds of challenges. */
    shortCode?: Array<string>;
    /** `{segments: {type: value}}`, in place of the player's own segments. */
    eligibility?: Record<string, any>;
  }
  const FindChallengeRequest: new () => FindChallengeRequest;

  /** Signs in by a Game Center account: its owner, or the current player, linked to it now, or a new one. */
  interface GameCenterConnectRequest extends SparkRequest<AuthenticationResponse> {
    /** The player's Game Center id. */
    externalPlayerId?: string;
    /** The player's Game Center name. */
    displayName?: string;
    /** Where Apple's certificate is, as Game Center gave it. */
    publicKeyUrl?: string;
    /** The signature that Game Center gave, in base64. */
    signature?: string;
    /** The salt that Game Center gave, in base64. */
    salt?: string;
    /** When Game Center signed, in milliseconds since 1970. */
    timestamp?: number;
    /** Never link the account to the current player; make another for an unknown account. */
    doNotLinkToCurrentPlayer?: boolean;
    /** Refuse where the session would switch to another player, and say which in switchSummary. */
    errorOnSwitch?: boolean;
    /** Switch to the account's owner even where the current player has another such account. */
    switchIfPossible?: boolean;
    /** Keep the player's display name that of the account. */
    syncDisplayName?: boolean;
    /** Refuse where the account is unknown and would make a new player. */
    doNotCreateNewPlayer?: boolean;
    /** Segment type → value to set on the player. */
    segments?: Record<string, any>;
  }
  const GameCenterConnectRequest: new () => GameCenterConnectRequest;

  /** Answers a challenge that the player plays, or was invited to. */
  interface GetChallengeRequest extends SparkRequest<GetChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
  }
  const GetChallengeRequest: new () => GetChallengeRequest;

  /** Answers one of the player's messages as it was sent. */
  interface GetMessageRequest extends SparkRequest<GetMessageResponse> {
    /** The message's id. */
    messageId?: string;
  }
  const GetMessageRequest: new () => GetMessageRequest;

  /** Joins an open challenge that has not begun, and sets its wager aside. */
  interface JoinChallengeRequest extends SparkRequest<JoinChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
    /** `{segments: {type: value}}`, in place of the player's own segments. */
    eligibility?: Record<string, any>;
  }
  const JoinChallengeRequest: new () => JoinChallengeRequest;

  /** Lists the player's challenges by state, the newest first. */
  interface ListChallengeRequest extends SparkRequest<ListChallengeResponse> {
    /** A state: WAITING, RUNNING, ISSUED, RECEIVED, COMPLETE, DECLINED, EXPIRED or WITHDRAWN. */
    state?: string;
    /** Several states. */
    states?: Array<string>;
    /** The kind of challenges. */
    shortCode?: string;
    /** Challenges on a page: 50 unless told, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
  }
  const ListChallengeRequest: new () => ListChallengeRequest;

  /** Lists the kinds of challenges that the game has. */
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

  /** Lists the player's messages that are not dismissed, and how each stands, the newest first. */
  interface ListMessageDetailRequest extends SparkRequest<ListMessageDetailResponse> {
    /** Messages on a page: 50 unless told, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
    /** The class to list, such as ScriptMessage or ScriptMessage_CODE; several with commas between. */
    include?: string;
    /** Only messages of this status. */
    status?: string;
  }
  const ListMessageDetailRequest: new () => ListMessageDetailRequest;

  /** Lists the player's messages that are not dismissed, as they were sent, the newest first. */
  interface ListMessageRequest extends SparkRequest<ListMessageResponse> {
    /** Messages on a page: 50 unless told, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
    /** The class to list, such as ScriptMessage or ScriptMessage_CODE; several with commas between. */
    include?: string;
  }
  const ListMessageRequest: new () => ListMessageRequest;

  /** Lists the texts of the player's messages that are not dismissed, the newest first. */
  interface ListMessageSummaryRequest extends SparkRequest<ListMessageSummaryResponse> {
    /** Messages on a page: 50 unless told, 200 at most. */
    entryCount?: number;
    /** Which page; the first is 0. */
    offset?: number;
  }
  const ListMessageSummaryRequest: new () => ListMessageSummaryRequest;

  /** Logs an event of the game for a running challenge that the player plays; one of its turn consumers takes a turn or an attempt, once the scripts have run. The event's script for challenges runs after that of the request. */
  interface LogChallengeEventRequest extends SparkRequest<LogChallengeEventResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** The event's short code. */
    eventKey?: string;
    /** The event's attributes, by short code. */
    [attribute: string]: any;
  }
  const LogChallengeEventRequest: new () => LogChallengeEventRequest;

  /** Logs an event of the game: each attribute is a member of the request, under its short code. The event's script runs after that of the request. */
  interface LogEventRequest extends SparkRequest<LogEventResponse> {
    /** The event's short code. */
    eventKey?: string;
    /** The event's attributes, by short code. */
    [attribute: string]: any;
  }
  const LogEventRequest: new () => LogEventRequest;

  /** Makes a player that logs in with a userName and password, and signs it in. */
  interface RegistrationRequest extends SparkRequest<RegistrationResponse> {
    /** The name that others see; need not be unique. */
    displayName?: string;
    /** The name to log in with; unique in the game. */
    userName?: string;
    /** The password to log in with. */
    password?: string;
    /** Segment type → value of the new player. */
    segments?: Record<string, any>;
  }
  const RegistrationRequest: new () => RegistrationRequest;

  /** Takes an external account off the player, with the friends that came by it. */
  interface SocialDisconnectRequest extends SparkRequest<SocialDisconnectResponse> {
    /** The external system's two-letter id, such as FB, AM or GC. */
    systemId?: string;
  }
  const SocialDisconnectRequest: new () => SocialDisconnectRequest;

  /** Lists the external accounts that the player is linked to. */
  interface SocialStatusRequest extends SparkRequest<SocialStatusResponse> {
  }
  const SocialStatusRequest: new () => SocialStatusRequest;

  /** Sets the status of one of the player's messages. */
  interface UpdateMessageRequest extends SparkRequest<UpdateMessageResponse> {
    /** The message's id. */
    messageId?: string;
    /** The status, up to 256 characters. */
    status?: string;
  }
  const UpdateMessageRequest: new () => UpdateMessageRequest;

  /** Takes back a challenge that the player issued and that has not begun; wagers are given back. */
  interface WithdrawChallengeRequest extends SparkRequest<WithdrawChallengeResponse> {
    /** The challenge's id. */
    challengeInstanceId?: string;
    /** What the player says to the others. */
    message?: string;
  }
  const WithdrawChallengeRequest: new () => WithdrawChallengeRequest;

  interface AcceptChallengeResponse extends SparkResponse {
    /** The challenge's id. */
    challengeInstanceId?: string;
  }

  interface AccountDetailsResponse extends SparkResponse {
    /** The player's id. */
    userId?: string;
    /** The player's display name. */
    displayName?: string;
    /** Short codes of what the player has achieved. */
    achievements?: Array<string>;
    /** What the player owns of currency 1. */
    currency1?: number;
    /** What the player owns of currency 2. */
    currency2?: number;
    /** What the player owns of currency 3. */
    currency3?: number;
    /** What the player owns of currency 4. */
    currency4?: number;
    /** What the player owns of currency 5. */
    currency5?: number;
    /** What the player owns of currency 6. */
    currency6?: number;
    /** What of currency 1 is set aside, by what for. */
    reservedCurrency1?: Record<string, any>;
    /** What of currency 2 is set aside, by what for. */
    reservedCurrency2?: Record<string, any>;
    /** What of currency 3 is set aside, by what for. */
    reservedCurrency3?: Record<string, any>;
    /** What of currency 4 is set aside, by what for. */
    reservedCurrency4?: Record<string, any>;
    /** What of currency 5 is set aside, by what for. */
    reservedCurrency5?: Record<string, any>;
    /** What of currency 6 is set aside, by what for. */
    reservedCurrency6?: Record<string, any>;
    /** Short code → what the player owns of that currency. */
    currencies?: Record<string, any>;
    /** Short code → what of that currency is set aside. */
    reservedCurrencies?: Record<string, any>;
    /** System id → the player's id there. */
    externalIds?: Record<string, any>;
    /** Where the player was last seen, as far as it is known. */
    location?: { country?: string; city?: string; latitide?: number; longditute?: number };
    /** Short code → how many of that good the player owns. */
    virtualGoods?: Record<string, any>;
    /** What Cloud Code keeps on the player for all to see. */
    scriptData?: Record<string, any>;
  }

  interface AuthenticationResponse extends SparkResponse {
    /** Logs the player in again; sent by SDKs in the next handshake. */
    authToken?: string;
    /** The player's display name. */
    displayName?: string;
    /** Whether this request made the player. */
    newPlayer?: boolean;
    /** The player's id. */
    userId?: string;
    /** A player, as other players see it. */
    switchSummary?: { id: string; displayName?: string; externalIds: Record<string, any>; online: boolean; achievements: Array<string>; virtualGoods: Array<string>; scriptData?: Record<string, any> };
  }

  interface ChangeUserDetailsResponse extends SparkResponse {
    /** Where the password is new: in place of the player's authTokens, which have ended. */
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
    /** The ids that the player has no message of. */
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
    /** What UpdateMessageRequest set. */
    status?: string;
  }

  interface JoinChallengeResponse extends SparkResponse {
    /** Whether the player plays it now; not where there was no place any more. */
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
    /** The friends, in the order that the system gave them. */
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
    /** Logs the player in again; sent by SDKs in the next handshake. */
    authToken?: string;
    /** The player's display name. */
    displayName?: string;
    /** Whether this request made the player. */
    newPlayer?: boolean;
    /** The player's id. */
    userId?: string;
    /** A player, as other players see it. */
    switchSummary?: { id: string; displayName?: string; externalIds: Record<string, any>; online: boolean; achievements: Array<string>; virtualGoods: Array<string>; scriptData?: Record<string, any> };
  }

  interface SocialDisconnectResponse extends SparkResponse {

  }

  interface SocialStatusResponse extends SparkResponse {
    /** One for each link. */
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

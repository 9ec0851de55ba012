// Made by `npm run docs` from src/cloudcode/spark. Change the classes there, not this file.

// What scripts of Cloud Code see of the server, for editors and for the TypeScript compiler. Members of GameSparks that
// this server does not have yet are not here, so that no editor offers them: docs/spark.md lists them.

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

  /** The log. */
  getLog(): SparkLog;

  /** The log. */
  readonly log: SparkLog;

  /** The game's configuration. */
  getConfig(): SparkConfig;

  /** The game's configuration. */
  readonly config: SparkConfig;

  /** Digests. */
  getDigester(): SparkDigest;

  /** Digests. */
  readonly digester: SparkDigest;

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
  save(collectionName: string, document: unknown): boolean;

  /** Removes what a query finds from a runtime collection. */
  remove(collectionName: string, query: unknown): boolean;

  /** What a query finds in a runtime collection, as an array. */
  find(collectionName: string, query: unknown, projection?: unknown): any;

  /** A member of the response's script data; null where there is none. Without a name, all of it. */
  getScriptData(name?: string): any;

  /** Sets a member of the response's script data: any JSON. */
  setScriptData(name: string, value: unknown): void;

  /** Removes a member of the response's script data. */
  removeScriptData(name: string): void;

  /** Removes the response's script data altogether. */
  removeAllScriptData(): void;

  /** Adds a pair to the response's error; in a request's script this refuses the request. */
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

/** The game's configuration. */
interface SparkConfig {
  /** "preview" or "live". */
  getStage(): string;

  /** "preview" or "live". */
  readonly stage: string;

  /** The game's api key. */
  getApiKey(): string;

  /** The game's api key. */
  readonly apiKey: string;
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
}

/**
 * A collection that a script may read. Queries are MongoDB's; `{$oid: "…"}` is an ObjectId, in queries and in what is
 * found. Dates are found as milliseconds, unless `SparkScriptOptions.setMaintainDbDates` keeps them. Nothing found: null.
 */
interface SparkMongoCollectionReadOnly {
  /** How many documents a query finds; all of them without one. */
  count(query?: unknown): number;

  /** The different values of a member, of the documents that a query finds. */
  distinct(key: string, query?: unknown): any;

  /** A cursor over what a query finds, with the wanted members only: `{name: 1}`. */
  find(query?: unknown, fields?: unknown): SparkMongoCursor;

  /** The first document that a query finds; null where there is none. */
  findOne(query?: unknown, fields?: unknown, orderBy?: unknown): any;

  /** What a pipeline of stages makes of the collection, as an array. Stages as arguments or in arrays. */
  aggregate(firstOp: unknown, ...additionalOps: unknown[]): any;

  /** Makes an index, unless it is there. Options: unique, sparse, expireAfterSeconds, name. */
  ensureIndex(keys: unknown, optionsIN?: unknown): void;

  /** Removes the index of these keys. */
  dropIndex(keys: unknown): void;

  /** Removes the index of a name. */
  dropIndexByName(name: string): void;

  /** The indexes: `[{name, key, …}]`. */
  getIndexInfo(): any;

  /** The indexes: `[{name, key, …}]`. */
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
  /** Adds documents: one, several, or an array of them. Each is given an `_id` where it has none. */
  insert(...documents: unknown[]): boolean;

  /** Adds a document, or replaces the one of the same `_id`. */
  save(document: unknown): boolean;

  /**
   * Changes the first document that a query finds, or all of them with `multi`. An update without operators is the new
   * document itself. With `upsert` a document is made where none is found.
   */
  update(query: unknown, update: unknown, upsert?: boolean, multi?: boolean): boolean;

  /** Changes every document that a query finds. */
  updateMulti(query: unknown, update: unknown): boolean;

  /** Changes the first document that a query finds. */
  updateOne(query: unknown, update: unknown, upsert?: boolean): boolean;

  /** Removes every document that a query finds. The query must be given: `{}` means all. */
  remove(query: unknown): boolean;

  /** Removes the collection with its indexes. */
  drop(): void;

  /**
   * Changes the first document that a query finds and answers it as it was before, or with `returnNew` as it is after;
   * null where none is found. Called with (query, update), (query, sort, update) or all seven.
   */
  findAndModify(query: unknown, ...others: unknown[]): any;

  /** Removes the first document that a query finds and answers it; null where none is found. */
  findAndRemove(query: unknown): any;

  /** Writes what differs between two versions of a document, of the `_id` of the first; without a first one it is added. */
  applyChanges(existingDocument: unknown, newDocument: unknown): boolean;

  /** Saves a document that came from `getVersionedDocument`; false where another was saved meanwhile. */
  saveVersionedDocument(document: unknown): boolean;
}

/**
 * The documents that a query finds, fetched in pieces of up to 100 and then 1,000. `sort`, `limit` and `skip` count until
 * the first document is read. Given as a value, such as to `Spark.setScriptData`, it is an array of its documents.
 */
interface SparkMongoCursor {
  /** At most so many documents; 0 means all, and a number below zero what it means without its sign. */
  limit(count: number): SparkMongoCursor;

  /** Leaves out so many documents. */
  skip(count: number): SparkMongoCursor;

  /** The order: `{level: -1, name: 1}`. */
  sort(orderBy: unknown): SparkMongoCursor;

  /** How many documents there are within `limit` and `skip`. */
  size(): number;

  /** How many documents the query finds, whatever `limit` and `skip` are. */
  count(): number;

  /** Is there another document? */
  hasNext(): boolean;

  /** The next document; null where there is none. */
  next(): any;

  /** The document that `next` answered last; null before the first. */
  curr(): any;

  /** The documents that are left, as an array. */
  toArray(): any[];
}

/**
 * A player: that of the current call, or one that the script loaded. Changes are seen by this script at once and are
 * written when it comes to its end, with the request's own work where it is a request's script, or by `persist()`; a
 * script that fails changes nothing that it did not persist. Passwords, tokens and locks are changed at once.
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

  /** Gives the player some of a currency. */
  credit(shortCode: string, quantity: number, reason?: string): void;

  /** Takes some of a currency away; false, and nothing is taken, where the player has less. */
  debit(shortCode: string, quantity: number, reason?: string): boolean;

  /** How many the player owns of a virtual good. */
  hasVGood(shortCode: string): number;

  /** What the player owns of each virtual good. */
  getVirtualGoods(): Record<string, number>;

  /** What the player owns of each virtual good. */
  readonly virtualGoods: Record<string, number>;

  /** Gives the player some of a virtual good. */
  addVGood(shortCode: string, quantity: number, reason?: string): boolean;

  /** Uses some of a virtual good up; false, and nothing is used, where the player has less. */
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

  /** Is this the player's password? Takes as long as a login. */
  validatePassword(password: string): boolean;

  /** Gives the player another password, at once. */
  setPassword(password: string): void;

  /** Lifts a lock that wrong passwords brought, at once. */
  unlock(): void;

  /** Ends the player's authTokens, at once: nobody logs in by one that was given before. */
  resetAuthTokens(excludeCurrent?: boolean): void;

  /** Deletes the player with all that belongs to the account, at once. */
  deletePlayer(): void;

  /** Does a query of the system collection `player` find this player? */
  matchesMongoQuery(mongoQuery: unknown): boolean;

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

/** What the current script wants otherwise. */
interface SparkScriptOptions {
  /** Are dates of collections kept as dates? */
  getMaintainDbDates(): boolean;

  /** Are dates of collections kept as dates? */
  readonly maintainDbDates: boolean;

  /** With true, dates of collections are found as dates, and not as milliseconds. */
  setMaintainDbDates(maintainDbDates: boolean): void;
}

/** What the script was called with, what it answers, and everything else that it asks of the server. */
declare const Spark: Spark;

/**
 * Includes a module of the folder `modules`, by its name without `.js`: it runs in the scope of this script, so that what
 * it declares is there. A second call of the same outermost one does nothing.
 */
declare function require(module: string): void;

/** Includes a module, unless this run has included it before. */
declare function requireOnce(module: string): void;

// An included module is none of JavaScript's: without this an editor would look for a file that it is in.
declare module "*";

import {
  booleanArgument,
  countArgument,
  jsonArgument,
  memberOrNull,
  nameOrNull,
  queryArgument,
  textArgument,
} from "../realm/arguments.ts";
import { addMethod, addProperties, addUnsupported } from "../realm/classes.ts";
import { askHost, callHost } from "../realm/host.ts";
import { dictionary, hasOwn, OriginalDate, parse, stringify } from "../realm/originals.ts";
import {
  forgetChanges,
  type Members,
  type PlayerData,
  type PlayerState,
  playerDetails,
  playerMembers,
  playerOutput,
} from "../realm/player.ts";
import { currentPlayer } from "../realm/players.ts";
import { liveRun, membersValue, readMember, setMember } from "../realm/run.ts";
import { unsupportedInPlayer } from "./unsupported.ts";

/** A quantity may be below zero. */
const ANY = -(2 ** 53);

/**
 * A player: that of the current call, or one that the script loaded. Changes are seen by this script at once and are
 * written when it comes to its end, with the request's own work where it is a request's script, by `persist()`, or when it
 * sends a request, after which players are read again; a script that fails changes nothing else. Passwords, tokens and
 * locks are changed at once.
 */
export class SparkPlayer {
  readonly #state: PlayerState;

  constructor(state: PlayerState) {
    this.#state = state;
  }

  get #live(): PlayerState {
    liveRun();
    return currentPlayer(this.#state);
  }

  /** Of what scripts change: that it was read is checked before the changes are written. */
  get #read(): PlayerState {
    const state = this.#live;
    state.read = true;
    return state;
  }

  get #change(): PlayerState {
    const state = this.#live;
    state.changed = true;
    return state;
  }

  /** The player's id. */
  getPlayerId(): string {
    liveRun();
    return this.#state.playerId;
  }

  /** The name that the player logs in by. */
  getUserName(): string {
    return this.#live.userName;
  }

  /** The name that others see; null where the player has none. */
  getDisplayName(): string | null {
    return this.#live.displayName;
  }

  /** A member of the player's script data, which the player and friends can read; null where there is none. Without a
   * name, all of them. */
  getScriptData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: a name that is undefined is not the same as none
    return readData(this.#read.scriptData, "SparkPlayer.getScriptData", name, arguments.length);
  }

  /** Sets a member of the player's script data. */
  setScriptData(name: string, value: unknown): void {
    this.#write("scriptData", "SparkPlayer.setScriptData", name, value);
  }

  /** Removes a member of the player's script data. */
  removeScriptData(name: string): void {
    this.#remove("scriptData", "SparkPlayer.removeScriptData", name);
  }

  /** A member of the player's private data, which never leaves the server; null where there is none. Without a name,
   * all of them. */
  getPrivateData(name?: string): unknown {
    // biome-ignore lint/complexity/noArguments: a name that is undefined is not the same as none
    return readData(this.#read.privateData, "SparkPlayer.getPrivateData", name, arguments.length);
  }

  /** Sets a member of the player's private data. */
  setPrivateData(name: string, value: unknown): void {
    this.#write("privateData", "SparkPlayer.setPrivateData", name, value);
  }

  /** Removes a member of the player's private data. */
  removePrivateData(name: string): void {
    this.#remove("privateData", "SparkPlayer.removePrivateData", name);
  }

  /** What the player owns of a currency: `currency1` to `currency6`, or another one's short code. */
  getBalance(shortCode: string): number {
    const code = memberOrNull("SparkPlayer.getBalance", "shortCode", shortCode);
    return code === null ? 0 : balanceOf(this.#read, code);
  }

  /** What the player owns, by currency. */
  getAllBalances(): Record<string, number> {
    const state = this.#read;
    const balances: Record<string, number> = {};
    for (const code in playerDetails(state).balances) balances[code] = balanceOf(state, code);
    for (const code in state.balances) balances[code] = balanceOf(state, code);
    return balances;
  }

  /** Gives the player some of a currency; a number below zero takes some away, where the player has as much. */
  credit(shortCode: string, quantity: number, _reason?: string): void {
    const method = "SparkPlayer.credit";
    const code = memberOrNull(method, "shortCode", shortCode);
    this.#give("balances", code, countArgument(method, "quantity", quantity, ANY));
  }

  /**
   * Takes some of a currency away; false, and nothing is taken, where the player has less. A number below zero gives some.
   */
  debit(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.debit";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("balances", code, -countArgument(method, "quantity", quantity, ANY));
  }

  /** How many the player owns of a virtual good. */
  hasVGood(shortCode: string): number {
    const code = memberOrNull("SparkPlayer.hasVGood", "shortCode", shortCode);
    return code === null ? 0 : goodsOf(this.#read, code);
  }

  /** What the player owns of each virtual good. */
  getVirtualGoods(): Record<string, number> {
    const state = this.#read;
    const goods: Record<string, number> = {};
    for (const code in playerDetails(state).goods) if (goodsOf(state, code) > 0) goods[code] = goodsOf(state, code);
    for (const code in state.goods) if (goodsOf(state, code) > 0) goods[code] = goodsOf(state, code);
    return goods;
  }

  /** Gives the player some of a virtual good; a number below zero takes some, and is false where the player has less. */
  addVGood(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.addVGood";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("goods", code, countArgument(method, "quantity", quantity, ANY));
  }

  /** Uses some of a virtual good up; false, and nothing is used, where the player has less. Below zero it gives some. */
  useVGood(shortCode: string, quantity: number, _reason?: string): boolean {
    const method = "SparkPlayer.useVGood";
    const code = memberOrNull(method, "shortCode", shortCode);
    return this.#give("goods", code, -countArgument(method, "quantity", quantity, ANY));
  }

  /** Has the player the achievement? */
  hasAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.hasAchievement", "shortCode", shortCode);
    return code !== null && hasAchieved(this.#read, code);
  }

  /** The short codes of the player's achievements. */
  getAchievements(): string[] {
    const state = this.#read;
    const codes: string[] = [];
    let count = 0;
    for (const code in playerDetails(state).achievements) if (hasAchieved(state, code)) codes[count++] = code;
    for (const code in state.achievements) {
      if (state.achievements[code] && !hasOwn(playerDetails(state).achievements, code)) codes[count++] = code;
    }
    return codes;
  }

  /** Gives the player an achievement; false where the player has it already. */
  addAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.addAchievement", "shortCode", shortCode);
    if (code === null || hasAchieved(this.#read, code)) return false;
    this.#change.achievements[code] = true;
    return true;
  }

  /** Takes an achievement away; false where the player has it not. */
  removeAchievement(shortCode: string): boolean {
    const code = nameOrNull("SparkPlayer.removeAchievement", "shortCode", shortCode);
    if (code === null || !hasAchieved(this.#read, code)) return false;
    this.#change.achievements[code] = false;
    return true;
  }

  /** The segment of a type that the player is in; null where none. */
  getSegmentValue(segmentType: string): string | null {
    const type = nameOrNull("SparkPlayer.getSegmentValue", "segmentType", segmentType);
    return type === null ? null : segmentOf(this.#read, type);
  }

  /** Puts the player into a segment of a type; null takes the player out of it. */
  setSegmentValue(segmentType: string, segmentValue: string | null): void {
    const method = "SparkPlayer.setSegmentValue";
    const type = memberOrNull(method, "segmentType", segmentType);
    const value = segmentValue === undefined ? null : nameOrNull(method, "segmentValue", segmentValue);
    if (type !== null) this.#change.segments[type] = value;
  }

  /** The player's segments: type → value. */
  getSegments(): Record<string, string> {
    const state = this.#read;
    const segments: Record<string, string> = {};
    for (const type in playerDetails(state).segments) putSegment(segments, state, type);
    for (const type in state.segments) putSegment(segments, state, type);
    return segments;
  }

  /** The ids that the player has in other systems: `{FB: "1234"}`. */
  getExternalIds(): unknown {
    return parse(playerDetails(this.#live).externalIds);
  }

  /** When the player was made. */
  getCreationDate(): Date {
    return new OriginalDate(playerDetails(this.#live).created);
  }

  /** When the player was last here, to the minute. */
  getLastSeen(): Date {
    return new OriginalDate(playerDetails(this.#live).lastSeen);
  }

  /** The ids of the player's friends. Asks the server. */
  getFriendIds(): unknown {
    return askHost("player.friends", this.#id());
  }

  /** Has the player a connection now? Asks the server. */
  isOnline(): boolean {
    return askHost("player.online", this.#id()) === true;
  }

  /** Writes this player's changes so far, now and whatever becomes of the script. */
  persist(): void {
    liveRun();
    const state = this.#state;
    if (!state.changed) return;
    callHost("player.persist", `${this.#id()},${playerOutput(state)}`);
    settle(state);
  }

  /**
   * Is this the player's password? Takes as long as a login. A wrong one counts as that of a login; while the player is
   * locked, every one is false.
   */
  validatePassword(password: string): boolean {
    const text = textArgument("SparkPlayer.validatePassword", "password", password);
    return askHost("player.validatePassword", `${this.#id()},${stringify(text)}`) === true;
  }

  /** Gives the player another password, at once. Ends authTokens and signs sockets out as `resetAuthTokens` does. */
  setPassword(password: string): void {
    const text = textArgument("SparkPlayer.setPassword", "password", password);
    callHost("player.setPassword", `${this.#id()},${stringify(text)}`);
  }

  /** Lifts a lock that wrong passwords brought, at once. */
  unlock(): void {
    callHost("player.unlock", this.#id());
  }

  /**
   * Ends the player's authTokens, at once: nobody logs in by one that was given before. Each socket of the player but the one
   * that this script's request came by is signed out and sent a SessionTerminatedMessage.
   */
  resetAuthTokens(_excludeCurrent?: boolean): void {
    callHost("player.resetAuthTokens", this.#id());
  }

  /**
   * Signs the player out on every socket, at once: each is sent a SessionTerminatedMessage and stays open. With
   * `excludeCurrent` the socket that this script's request came by stays signed in.
   */
  disconnect(excludeCurrent?: boolean): void {
    const method = "SparkPlayer.disconnect";
    const excludes = excludeCurrent === undefined ? false : booleanArgument(method, "excludeCurrent", excludeCurrent);
    callHost("player.disconnect", `${this.#id()},${excludes}`);
  }

  /** Takes a message off the player's lists; false where the player has no such message. */
  dismissMessage(messageId: string): boolean {
    const id = nameOrNull("SparkPlayer.dismissMessage", "messageId", messageId);
    return id !== null && askHost("player.dismissMessage", `${this.#id()},${stringify(id)}`) === true;
  }

  /** Is the player left out of leaderboards? Asks the server. */
  isHiddenOnLeaderboards(): boolean {
    return askHost("player.isHidden", this.#id()) === true;
  }

  /** Leaves the player out of leaderboards, at once. */
  hideOnLeaderboards(): void {
    callHost("player.hide", `${this.#id()},true`);
  }

  /** Takes the player into leaderboards again, at once. */
  showOnLeaderboards(): void {
    callHost("player.hide", `${this.#id()},false`);
  }

  /** Deletes the player with all that belongs to the account, at once. */
  deletePlayer(): void {
    callHost("player.delete", this.#id());
  }

  /** Does a query of the system collection `player` find this player? */
  matchesMongoQuery(mongoQuery: object): boolean {
    const query = queryArgument("SparkPlayer.matchesMongoQuery", "mongoQuery", mongoQuery);
    return askHost("player.matches", `${this.#id()},${query}`) === true;
  }

  /** As `matchesMongoQuery`, with the query as JSON text. */
  matchesMongoQueryString(mongoQueryString: string): boolean {
    const text = textArgument("SparkPlayer.matchesMongoQueryString", "mongoQueryString", mongoQueryString);
    return this.matchesMongoQuery(parse(text) as object);
  }

  #id(): string {
    liveRun();
    return `,${stringify(this.#state.playerId)}`;
  }

  /** Gives some of a currency or a virtual good; below zero it takes some, or nothing where the player has less. */
  #give(what: "balances" | "goods", code: string | null, by: number): boolean {
    if (code === null) return false;
    if (by < 0 && (what === "goods" ? goodsOf : balanceOf)(this.#read, code) < -by) return false;
    change(this.#change[what], code, by);
    return true;
  }

  #write(area: "scriptData" | "privateData", method: string, name: unknown, value: unknown): void {
    const member = memberOrNull(method, "name", name);
    const text = jsonArgument(method, "value", value);
    if (member !== null) write(this.#change[area], member, text);
  }

  #remove(area: "scriptData" | "privateData", method: string, name: unknown): void {
    const member = memberOrNull(method, "name", name);
    if (member !== null) remove(this.#change[area], member);
  }
}

for (let number = 1; number <= 6; number++) {
  const code = `currency${number}`;
  /** What the player owns of the currency of this number. */
  addMethod<SparkPlayer>(SparkPlayer, `getBalance${number}`, function (): number {
    return this.getBalance(code);
  });
  /** Gives the player some of the currency of this number. */
  addMethod<SparkPlayer>(SparkPlayer, `credit${number}`, function (quantity: number): void {
    this.credit(code, quantity);
  });
  /** Takes some of the currency of this number away; false, and nothing is taken, where the player has less. */
  addMethod<SparkPlayer>(SparkPlayer, `debit${number}`, function (quantity: number): boolean {
    return this.debit(code, quantity);
  });
}
addUnsupported(SparkPlayer, unsupportedInPlayer);
addProperties(SparkPlayer);

/** The object of a player, the same each time. */
export function playerObject(state: PlayerState): SparkPlayer {
  state.object ??= new SparkPlayer(state);
  return state.object as SparkPlayer;
}

function readData(data: PlayerData, method: string, name: unknown, given: number): unknown {
  const members = playerMembers(data);
  return given === 0 ? membersValue(members) : readMember(members, nameOrNull(method, "name", name));
}

function write(data: PlayerData, name: string, text: string): void {
  setMember(playerMembers(data), name, text);
  data.changed[name] = "set";
}

function remove(data: PlayerData, name: string): void {
  const members: Members = playerMembers(data);
  if (!hasOwn(members, name)) return;
  delete members[name];
  data.changed[name] = "removed";
}

function change(changes: Record<string, number>, code: string, by: number): void {
  changes[code] = (changes[code] ?? 0) + by;
}

function balanceOf(state: PlayerState, code: string): number {
  return (playerDetails(state).balances[code] ?? 0) + (state.balances[code] ?? 0);
}

function goodsOf(state: PlayerState, code: string): number {
  return (playerDetails(state).goods[code] ?? 0) + (state.goods[code] ?? 0);
}

function hasAchieved(state: PlayerState, code: string): boolean {
  return state.achievements[code] ?? hasOwn(playerDetails(state).achievements, code);
}

function segmentOf(state: PlayerState, type: string): string | null {
  return hasOwn(state.segments, type) ? state.segments[type]! : (playerDetails(state).segments[type] ?? null);
}

function putSegment(segments: Record<string, string>, state: PlayerState, type: string): void {
  const value = segmentOf(state, type);
  if (value !== null) segments[type] = value;
}

/** After `persist`: what was changed is what is stored. */
function settle(state: PlayerState): void {
  const details = playerDetails(state);
  for (const code in state.balances) details.balances[code] = balanceOf(state, code);
  for (const code in state.goods) details.goods[code] = goodsOf(state, code);
  const achievements = dictionary<true>();
  for (const code in details.achievements) if (hasAchieved(state, code)) achievements[code] = true;
  for (const code in state.achievements) if (state.achievements[code]) achievements[code] = true;
  details.achievements = achievements;
  for (const type in state.segments) {
    const value = state.segments[type];
    if (typeof value === "string") details.segments[type] = value;
    else delete details.segments[type];
  }
  forgetChanges(state);
}
